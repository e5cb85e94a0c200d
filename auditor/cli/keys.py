"""``auditor keys``: make and show signing keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import Place, UserError
from auditor.repo.key_file import read_key_file
from auditor.repo.publish import write_new

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

__all__ = ["PASSPHRASE", "keys", "public_key"]

PASSPHRASE = "AUDITOR_SIGNING_PASSPHRASE"  # noqa: S105 - the name of the variable that holds one
"""The environment variable with the passphrase of an encrypted key."""


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
@click.argument("path", type=click.Path(path_type=Path))
def show(path: Path) -> None:
    """Print the key id and the public key of a private or public key file."""
    from auditor.certificate.keys import public_text  # noqa: PLC0415 - as above

    key = public_key(path)
    click.echo(f"key id  {key.keyid}\n{public_text(key).decode('ascii')}", nl=False)


def public_key(path: Path) -> SSlibKey:
    """The public key in a file, or of the private key in it. Raises UserError where there is neither."""
    from auditor.certificate.keys import load_public_key, load_signer  # noqa: PLC0415 - as above

    file = read_key_file(path)
    if b"PRIVATE KEY" not in file.content:
        return load_public_key(file.content, source=str(path))
    if file.warning:
        click.echo(f"warning: {file.warning}", err=True)
    given = os.environ.get(PASSPHRASE)
    key: SSlibKey = load_signer(file.content, passphrase=given.encode() if given else None, source=str(path)).public_key
    return key


def _new_passphrase() -> bytes:
    given = os.environ.get(PASSPHRASE) or click.prompt(
        "Passphrase", hide_input=True, confirmation_prompt=True, err=True
    )
    return str(given).encode()
