"""Verifies a certificate: who signed it, that nothing was changed, that it adds up and that its evidence is there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.certificate.committed import CommittedFiles, check_commit, check_evidence, check_head
from auditor.certificate.envelope import PAYLOAD_TYPE, BrokenCertificate, Parts, split
from auditor.certificate.render import render_body
from auditor.certificate.report import Check, VerificationReport, failed, passed, unknown
from auditor.certificate.statement import PREDICATE_TYPE, STATEMENT_TYPE, canonical, statement
from auditor.certificate.trust import Trust, check_signatures, plain_trust
from auditor.errors import InternalError, UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps, loads, strict_json
from auditor.model.outcome import Decision

if TYPE_CHECKING:
    from auditor.certificate.signing_library import Envelope, SSlibKey

__all__ = ["Material", "verify"]

Recompute = Callable[[Audit], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a certificate is verified with. Whatever is missing leaves its checks UNKNOWN.

    `certificate` holds the bytes of the Markdown file, `report` those of the JSON beside it. `keys` are
    the public keys that are trusted, each for everything; `trust`, where it is given, says more and replaces them.
    `recompute` redoes the sums of an audit and names disagreements.
    """

    certificate: bytes
    report: bytes | None = None
    keys: tuple[SSlibKey, ...] = ()
    trust: Trust | None = None
    files: CommittedFiles | None = None
    recompute: Recompute | None = None
    today: date | None = None


def verify(material: Material) -> VerificationReport:
    """Make every check that the material allows. Raises nothing on any bytes."""
    try:
        parts = split(material.certificate)
    except BrokenCertificate as error:
        return VerificationReport(certificate_id=None, decision=None, checks=(failed("form", str(error)),))
    checks = [passed("form", "the text and its signature section are as auditor writes them")]
    signed = _statement_of(parts.envelope)
    trust = material.trust or plain_trust(material.keys)
    checks.extend(check_signatures(parts.envelope, trust, _stated(signed, "scannedAt")))
    checks.extend(_check_statement(parts, signed))
    audit, report_check = _check_report(material.report, signed)
    checks.append(report_check)
    if audit is not None and material.report is not None:
        checks.extend(_check_audit(material, parts, audit))
    until = _text(_mapping(signed.get("predicate")), "validUntil") or (audit.valid_until if audit else None)
    checks.append(_check_validity(until, material.today))
    return VerificationReport(
        certificate_id=_stated(signed, "certificateId") or (audit.certificate_id if audit else None),
        decision=_decision(_stated(signed, "decision") or (audit.decision.value if audit else None)),
        checks=tuple(checks),
    )


def _check_statement(parts: Parts, signed: Mapping[str, object]) -> Iterator[Check]:
    if parts.envelope is None:
        yield unknown("body", "nothing is signed that the text could be compared with")
        return
    wanted = (PAYLOAD_TYPE, STATEMENT_TYPE, PREDICATE_TYPE)
    types = (parts.envelope.payload_type, signed.get("_type"), signed.get("predicateType"))
    if types != wanted:
        yield failed("statement", "what is signed is no readiness certificate of this version")
        return
    yield passed("statement", "what is signed is a readiness certificate")
    digest = hashlib.sha256(parts.body).hexdigest()
    if _digest_of(signed, ".md") == digest:
        yield passed("body", "the text is what was signed")
    else:
        yield failed("body", "the text is not what was signed")


def _check_report(report: bytes | None, signed: Mapping[str, object]) -> tuple[Audit | None, Check]:
    if report is None:
        return None, unknown("report", "the JSON report is not at hand")
    if signed and _digest_of(signed, ".json") != hashlib.sha256(report).hexdigest():
        return None, failed("report", "the JSON report is not what was signed")
    try:
        audit = loads(report)
    except UserError as error:
        return None, failed("report", str(error))
    if dumps(audit) != report:
        return audit, failed("report", "the JSON report is not as auditor writes it")
    if not signed:
        return audit, passed("report", "the JSON report can be read; nobody signed it")
    return audit, passed("report", "the JSON report is what was signed")


def _check_audit(material: Material, parts: Parts, audit: Audit) -> Iterator[Check]:
    """The checks that need the JSON report: agreement, rendering, sums and, with a clone, the evidence."""
    if parts.envelope is not None:
        yield _check_agreement(parts, audit, material.report or b"")
    yield _check_rendering(parts, audit)
    if material.recompute is not None:
        wrong = material.recompute(audit)
        sums = "all sums and the decision follow from the outcomes"
        yield failed("arithmetic", " ".join(wrong)) if wrong else passed("arithmetic", sums)
    if material.files is not None:
        yield check_commit(audit, material.files)
        yield check_evidence(audit, material.files)
        yield check_head(audit, material.files)


def _check_agreement(parts: Parts, audit: Audit, report: bytes) -> Check:
    assert parts.envelope is not None
    if audit.tool.version != __version__:
        return unknown("agreement", f"auditor {audit.tool.version} issued this, and this is {__version__}")
    if canonical(statement(audit, parts.body, report)) == parts.envelope.payload:
        return passed("agreement", "what is signed follows from the JSON report")
    return failed("agreement", "what is signed does not follow from the JSON report")


def _check_rendering(parts: Parts, audit: Audit) -> Check:
    if audit.tool.version != __version__:
        return unknown("rendering", f"auditor {audit.tool.version} issued this, and this is {__version__}")
    try:
        body = render_body(audit, signed=parts.envelope is not None).encode("utf-8", "replace")
    except InternalError as error:
        return unknown("rendering", str(error))
    if body == parts.body:
        return passed("rendering", "the text is what the JSON report says, byte for byte")
    return failed("rendering", "the text is not what the JSON report says")


def _check_validity(until: str | None, today: date | None) -> Check:
    if until is None or today is None:
        return unknown("validity", "there is no date to compare with")
    try:
        last = date.fromisoformat(until)
    except ValueError:
        return failed("validity", f"{until!r} is no date")
    if today > last:
        return failed("validity", f"it expired on {until}")
    return passed("validity", f"it is valid until {until}")


def _statement_of(envelope: Envelope | None) -> Mapping[str, object]:
    """The signed statement; empty where there is none that can be read."""
    if envelope is None:
        return {}
    try:
        return _mapping(strict_json(envelope.payload, "statement"))
    except UserError:
        return {"_type": None}


def _digest_of(signed: Mapping[str, object], ending: str) -> str | None:
    """The sha256 of the one subject that is named after the certificate, with this ending."""
    name = f"{_stated(signed, 'certificateId')}{ending}"
    subjects = signed.get("subject")
    found = (
        [_mapping(one) for one in subjects if _mapping(one).get("name") == name] if isinstance(subjects, list) else []
    )
    return _text(_mapping(found[0].get("digest")), "sha256") if len(found) == 1 else None


def _stated(signed: Mapping[str, object], field: str) -> str | None:
    return _text(_mapping(signed.get("predicate")), field)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, object], field: str) -> str | None:
    found = value.get(field)
    return found if isinstance(found, str) else None


def _decision(text: str | None) -> Decision | None:
    return Decision(text) if text in set(Decision) else None
