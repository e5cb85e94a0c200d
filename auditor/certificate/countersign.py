"""Adds a signature to a certificate that is there already."""

from __future__ import annotations

from auditor.certificate.envelope import BrokenCertificate, envelope_json, section, split, with_signature
from auditor.certificate.report import Check, Status
from auditor.certificate.signing_library import Signs
from auditor.certificate.verify import Material, verify
from auditor.errors import Place, UserError

__all__ = ["countersigned"]

_NEEDED = {"agreement", "rendering"}


def countersigned(material: Material, line: bytes | None, signer: Signs, name: str) -> tuple[bytes, bytes]:
    """The certificate with one more signature, and its ``.intoto.jsonl``.

    `line` holds the bytes of the ``.intoto.jsonl`` beside it, where there is one; `name` is what errors call the
    certificate. Raises UserError where its text, its JSON report or its envelope do not belong together, where it is
    UNSIGNED, and where the key has signed it already: whoever signs vouches for what he cannot see at a glance.
    """
    place = Place(name)
    if material.report is None:
        remedy = "put it beside the certificate; it is part of what is signed"
        raise UserError("the JSON report is not at hand", place=place, remedy=remedy)
    try:
        parts = split(material.certificate)
    except BrokenCertificate as error:
        raise UserError(str(error), place=place, remedy="take the file as it was issued") from error
    envelope = parts.envelope
    if envelope is None:
        raise UserError("this certificate is UNSIGNED", place=place, remedy="issue it with `auditor scan --sign`")
    wrong = [one.detail for one in verify(material).checks if _speaks_against(one)]
    if wrong:
        raise UserError(
            f"not signed, as it is wrong: {'; '.join(wrong)}",
            place=place,
            remedy="audit again, or sign with the auditor that issued it",
        )
    if line is not None and line != envelope_json(envelope):
        remedy = "remove it, or put the right one beside the certificate"
        raise UserError("the .intoto.jsonl beside this is not of this certificate", place=place, remedy=remedy)
    keyid = signer.public_key.keyid
    if keyid in envelope.signatures:
        raise UserError(f"key {keyid} has signed this already", place=place, remedy="sign with another key")
    both = with_signature(envelope, signer)
    return parts.body + section(both).encode(), envelope_json(both)


def _speaks_against(check: Check) -> bool:
    """Whether a check failed, or could not show that what is signed follows from the JSON report."""
    return check.status is Status.FAIL or (check.status is Status.UNKNOWN and check.name in _NEEDED)
