"""Reads the certificate that a re-audit answers. It is hostile until its digests, sums and signature say otherwise."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from auditor.certificate.envelope import BrokenCertificate, split
from auditor.certificate.report import Check, Status
from auditor.certificate.verify import Material, verify
from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.codec import loads
from auditor.model.comparison import EarlierCertificate, SignatureState

__all__ = ["Earlier", "broken_checks", "link_to", "read_earlier"]

_WHOLE = frozenset({"form", "statement", "body", "report", "agreement", "rendering", "arithmetic"})
"""Checks without which a certificate is not what was issued. That it has expired is no reason not to answer it."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A certificate that can be answered: its audit, and the link to it."""

    audit: Audit
    link: EarlierCertificate


def read_earlier(material: Material, place: str, *, must_be_trusted: bool = False) -> Earlier:
    """The certificate of this material, as far as it can be trusted.

    Without a signature it is accepted, and the link says so; likewise where its key is none of those given,
    unless it `must_be_trusted`. Raises UserError, naming `place`, where it is broken or changed, or where
    its JSON is missing, is not what was signed or does not add up.
    """
    certificate, report = material.certificate, material.report
    if report is None:
        remedy = "keep the JSON of a certificate beside its Markdown"
        raise UserError("the JSON of the earlier certificate is not beside it", place=Place(place), remedy=remedy)
    made = verify(material)
    broken = broken_checks(made.checks)
    if broken:
        remedy = "name a certificate as it was issued, with its JSON beside it"
        raise UserError(f"the earlier certificate is broken: {broken[0].detail}", place=Place(place), remedy=remedy)
    signature = next(one for one in made.checks if one.name == "signature")
    link = link_to(certificate, report, trusted=signature.status is Status.PASS)
    if signature.status is Status.FAIL and link.signature is not SignatureState.UNSIGNED:
        remedy = "do not answer it: find out who changed it"
        raise UserError(f"the earlier certificate: {signature.detail}", place=Place(place), remedy=remedy)
    if must_be_trusted and link.signature is not SignatureState.TRUSTED:
        remedy = "name the public key of whoever signed it"
        raise UserError(f"the earlier certificate: {signature.detail}", place=Place(place), remedy=remedy)
    return Earlier(loads(report, place), link)


def broken_checks(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The checks that show that a certificate is not as it was issued."""
    return tuple(one for one in checks if one.name in _WHOLE and one.status is Status.FAIL)


def link_to(certificate: bytes, report: bytes, *, trusted: bool = False) -> EarlierCertificate:
    """The link to a certificate. Raises UserError where the bytes are none."""
    try:
        parts = split(certificate)
    except BrokenCertificate as error:
        raise UserError(f"this is no certificate: {error}") from error
    state = SignatureState.TRUSTED if trusted else SignatureState.NOT_CHECKED
    return EarlierCertificate(
        certificate_id=loads(report).certificate_id,
        body_sha256=hashlib.sha256(parts.body).hexdigest(),
        report_sha256=hashlib.sha256(report).hexdigest(),
        signature=SignatureState.UNSIGNED if parts.envelope is None else state,
        signers=() if parts.envelope is None else tuple(sorted(parts.envelope.signatures)),
    )
