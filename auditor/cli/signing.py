"""The signing key of a command: from a file, or from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.keys import PASSPHRASE
from auditor.repo.key_file import read_key_file

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

__all__ = ["SIGNING_KEY", "signer_from"]

SIGNING_KEY = "AUDITOR_SIGNING_KEY"
"""The environment variable with the text of a private key."""


def signer_from(path: Path | None) -> CryptoSigner | None:
    """The signer for the key at `path`, else for the key in AUDITOR_SIGNING_KEY, else None.

    Raises UserError where the key cannot be used; warns where others can read the file.
    """
    text = os.environ.get(SIGNING_KEY)
    if path is None and not text:
        return None
    from auditor.certificate.keys import load_signer  # noqa: PLC0415 - slow to load, and most scans do not sign

    phrase = os.environ.get(PASSPHRASE)
    passphrase = phrase.encode() if phrase else None
    if path is None:
        return load_signer((text or "").encode(), passphrase=passphrase, source=SIGNING_KEY)
    file = read_key_file(path)
    if file.warning:
        click.echo(f"warning: {file.warning}", err=True)
    return load_signer(file.content, passphrase=passphrase, source=str(path))
