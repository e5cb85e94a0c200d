"""The signing key of a command: a file, a variable of the environment, or a service that holds it."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import Place, UserError
from auditor.repo.key_file import read_key_file

if TYPE_CHECKING:
    from auditor.certificate.signing_library import Signs

__all__ = ["KEY_FORMS", "PASSPHRASE", "SIGNING_KEY", "signer_at", "signer_from", "with_scheme"]

SIGNING_KEY = "AUDITOR_SIGNING_KEY"
"""The environment variable with the text of a private key."""
PASSPHRASE = "AUDITOR_SIGNING_PASSPHRASE"  # noqa: S105 - the name of the variable that holds one
"""The environment variable with the passphrase of an encrypted key, or the PIN of a token."""
KEY_FORMS = "a file, file:PATH, env:VARIABLE, awskms:, gcpkms:, azurekms:, hsm: or hv:"
_CLOUDS = ("awskms", "azurekms", "gcpkms", "hsm", "hv")  # those of auditor.cli.cloud_keys, which is slow to load
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")


def signer_from(key: str | None) -> Signs | None:
    """The signer that `key` names, else that of the key in AUDITOR_SIGNING_KEY, else None.

    Raises UserError where the key cannot be used; warns where others can read its file.
    """
    if key is not None:
        return signer_at(key)
    return signer_at(f"env:{SIGNING_KEY}") if os.environ.get(SIGNING_KEY) else None


def signer_at(key: str) -> Signs:
    """The signer for a key that is named as KEY_FORMS says. Raises UserError where it cannot be used."""
    scheme, _, rest = key.partition(":") if with_scheme(key) else ("file", "", key)
    if scheme in _CLOUDS:
        from auditor.cli.cloud_keys import cloud_signer_from  # noqa: PLC0415 - slow to load, and rarely asked for

        return cloud_signer_from(key, _secret)
    from auditor.certificate.keys import load_signer  # noqa: PLC0415 - slow to load, and most scans do not sign

    if scheme == "env":
        return load_signer(_variable(rest), passphrase=_passphrase(), source=rest)
    file = read_key_file(Path(rest))
    if file.warning:
        click.echo(f"warning: {file.warning}", err=True)
    return load_signer(file.content, passphrase=_passphrase(), source=rest)


def with_scheme(key: str) -> bool:
    """Whether the key is named with one of the schemes, which win over files of such a name. Raises UserError on a scheme that there is not."""
    scheme = _SCHEME.match(key)
    if scheme is None:
        return False
    if scheme.group(1) not in {"file", "env", *_CLOUDS}:
        raise UserError(
            "there are no keys of this scheme",
            place=Place(key),
            remedy=f"name {KEY_FORMS}; a file of such a name as file:PATH",
        )
    return True


def _variable(name: str) -> bytes:
    text = os.environ.get(name)
    if not text:
        raise UserError("this variable is empty or not set", place=Place(name), remedy="let it hold a private key")
    return text.encode()


def _passphrase() -> bytes | None:
    phrase = os.environ.get(PASSPHRASE)
    return phrase.encode() if phrase else None


def _secret(name: str) -> str:
    return os.environ.get(PASSPHRASE) or _asked(name)


@cache
def _asked(name: str) -> str:
    """What the user types, asked for once: a token wants its PIN for every signature."""
    return str(click.prompt(name, hide_input=True, err=True))
