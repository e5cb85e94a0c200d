"""``auditor sign``: one more signature on a certificate."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.certificate.countersign import countersigned
from auditor.certificate.trust import plain_trust
from auditor.cli.signing import KEY_FORMS, SIGNING_KEY, signer_from
from auditor.cli.verify_material import material_of
from auditor.errors import UserError
from auditor.model.escape import visible
from auditor.repo.certificate_folder import read_certificate
from auditor.repo.publish import publish

__all__ = ["sign"]


@click.command()
@click.argument("certificate", type=click.Path(path_type=Path), metavar="CERT")
@click.option("--key", metavar="KEY", help=f"The private key: {KEY_FORMS}. [default: {SIGNING_KEY}]")
def sign(certificate: Path, *, key: str | None) -> None:
    """Add a signature to the certificate CERT, and to the envelope beside it.

    For a second person or machine that vouches for the same text. It is signed only where text, JSON report
    and envelope belong together and all sums are right; whose the signatures are that it bears already,
    `auditor verify` says. Nothing else in the files changes.
    """
    signer = signer_from(key)
    if signer is None:
        raise UserError("there is no key to sign with", remedy=f"name one with --key, or set {SIGNING_KEY}")
    line = certificate.with_suffix(".intoto.jsonl")
    material = material_of(certificate, plain_trust(()))
    beside = read_certificate(line) if line.is_file() else None
    text, envelope = countersigned(material, beside, signer, str(certificate))
    for path in publish(certificate.parent, {line.name: envelope, certificate.name: text}):
        click.echo(visible(f"wrote {path}"), err=True)
    click.echo(f"signed by key {signer.public_key.keyid}")
