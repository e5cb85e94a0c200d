"""``auditor keys``: make and show signing keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.signing import PASSPHRASE, signer_at, with_scheme
from auditor.errors import Place, UserError
from auditor.repo.key_file import read_key_file
from auditor.repo.publish import write_new

if TYPE_CHECKING:
    from auditor.certificate.signing_library import SSlibKey

__all__ = ["keys", "public_key"]


@click.group()
def keys() -> None:
    """Make and show the keys that certificates are signed and verified with."""


@keys.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--encrypt", is_flag=True, help=f"Protect the key with a passphrase: {PASSPHRASE}, or asked for.")
def generate(path: Path, *, encrypt: bool) -> None:
    """Write a new Ed25519 key to PATH, for its owner alone, and the public key to PATH.pub.

    Files that are there are never overwritten.
    """
    from auditor.certificate.keys import generate as new_pair  # noqa: PLC0415 - slow to load; --help need not

    public = path.with_name(f"{path.name}.pub")
    for taken in (path, public):
        if os.path.lexists(taken):
            raise UserError("there is a file already", place=Place(str(taken)), remedy="choose another path")
    pair = new_pair(_new_passphrase() if encrypt else None)
    write_new(path, pair.private, 0o600)
    write_new(public, pair.public, 0o644)
    click.echo(f"private key  {path}\npublic key   {public}\nkey id       {pair.keyid}")


@keys.command()
@click.argument("key")
def show(key: str) -> None:
    """Print the names and the public key of KEY: a private or public key file, or any key that `scan --sign` takes.

    The key id is what certificates and trust files name; the fingerprint is what ssh-keygen -l prints.
    """
    from auditor.certificate.keys import openssh_fingerprint, openssh_text, public_text  # noqa: PLC0415 - as above

    found = public_key(key)
    click.echo(f"key id   {found.keyid}\nOpenSSH  {openssh_fingerprint(found)}\nscheme   {found.scheme}\n")
    click.echo(f"{openssh_text(found)}\n{public_text(found).decode('ascii')}", nl=False)


@keys.command()
@click.argument("key")
@click.option("--name", required=True, help="Whose key it is.")
@click.option("--role", "roles", required=True, multiple=True, help="What it may sign for. Repeatable.")
@click.option("--from", "start", metavar="DAY", help="The first day of certificates that it is trusted for.")
@click.option("--until", metavar="DAY", help="The last one.")
def trust(key: str, *, name: str, roles: tuple[str, ...], start: str | None, until: str | None) -> None:
    """Print the entry of KEY for a trust file, to be put under `keys:`.

    See docs/trust.md. Compare the key id with its owner by another way before you do.
    """
    from auditor.cli.trust import entry_text  # noqa: PLC0415 - as above

    click.echo(entry_text(public_key(key), name, roles, (start, until)), nl=False)


def public_key(key: str) -> SSlibKey:
    """The public key in a file, or of the private key that is named. Raises UserError where there is neither."""
    if with_scheme(key):
        return signer_at(key).public_key
    from auditor.certificate.keys import load_public_key  # noqa: PLC0415 - as above

    content = read_key_file(Path(key)).content
    return signer_at(key).public_key if b"PRIVATE KEY" in content else load_public_key(content, source=key)


def _new_passphrase() -> bytes:
    given = os.environ.get(PASSPHRASE) or click.prompt(
        "Passphrase", hide_input=True, confirmation_prompt=True, err=True
    )
    return str(given).encode()
