"""Verifies a certificate: who signed it, that nothing was changed, that it adds up and that its evidence is there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.certificate.committed import CommittedFiles, check_commit, check_evidence, check_head
from auditor.certificate.dates import check_due, check_time, check_validity
from auditor.certificate.envelope import PAYLOAD_TYPE, BrokenCertificate, Parts, split
from auditor.certificate.freshness import Freshness, Wanted, check_components
from auditor.certificate.render import render_body
from auditor.certificate.report import Check, Status, VerificationReport, failed, passed, unknown
from auditor.certificate.signed import digest_of, stated, statement_of
from auditor.certificate.statement import PREDICATE_TYPE, STATEMENT_TYPE, canonical, statement
from auditor.certificate.trust import Trust, check_signatures, plain_trust
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import is_as_written, loads
from auditor.model.outcome import Decision

if TYPE_CHECKING:
    from auditor.certificate.signing_library import SSlibKey

__all__ = ["Material", "verify"]

Recompute = Callable[[Audit], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a certificate is verified with. Whatever is missing leaves its checks UNKNOWN.

    `certificate` holds the bytes of the Markdown file, `report` those of the JSON beside it. `keys` are
    the public keys that are trusted, each for everything; `trust`, where it is given, says more and replaces them.
    `recompute` redoes the sums of an audit and names disagreements. `wanted` is the commit, and are the components,
    that the certificate is asked for.
    """

    certificate: bytes
    report: bytes | None = None
    keys: tuple[SSlibKey, ...] = ()
    trust: Trust | None = None
    files: CommittedFiles | None = None
    recompute: Recompute | None = None
    today: date | None = None
    wanted: Wanted = field(default_factory=Wanted)


def verify(material: Material) -> VerificationReport:
    """Make every check that the material allows. Raises nothing on any bytes."""
    try:
        parts = split(material.certificate)
    except BrokenCertificate as error:
        broken = (failed("form", str(error)), *_diagnosis(material))
        return VerificationReport(certificate_id=None, decision=None, checks=broken)
    signed = statement_of(parts.envelope)
    checks = [passed("form", "the text and its signature section are as auditor writes them")]
    trust = material.trust or plain_trust(material.keys)
    checks.extend(check_signatures(parts.envelope, trust, stated(signed, "scannedAt")))
    checks.extend(_check_statement(parts, signed))
    if any(one.name == "body" and one.status is Status.FAIL for one in checks):
        checks.extend(_diagnosis(material))
    audit, report_check = _check_report(material.report, signed)
    checks.append(report_check)
    if material.report is not None and report_check.status is Status.FAIL:
        checks.extend(_diagnosis_of_report(material.report, signed))
    if audit is not None and material.report is not None:
        checks.extend(_check_audit(material, parts, audit))
    fresh = _add_freshness(material, audit, checks)
    checks.extend(_check_dates(signed, audit, material.today))
    certified = _decision(stated(signed, "decision") or (audit.decision.value if audit else None))
    carried = fresh.decision if fresh and fresh.covered is not None else certified
    late = any(one.name == "due" and one.status is Status.FAIL for one in checks)
    return VerificationReport(
        certificate_id=stated(signed, "certificateId") or (audit.certificate_id if audit else None),
        decision=Decision.NO_GO if late else carried,
        checks=tuple(checks),
        certified=certified,
        freshness=fresh,
    )


def _check_dates(signed: Mapping[str, object], audit: Audit | None, today: date | None) -> Iterator[Check]:
    until = stated(signed, "validUntil") or (audit.valid_until if audit else None)
    since = stated(signed, "scannedAt") or (audit.scanned_at if audit else None)
    yield check_validity(until, today)
    yield check_time(since, audit.repository.head_date if audit else None, today)
    yield check_due(audit, today)


def _add_freshness(material: Material, audit: Audit | None, checks: list[Check]) -> Freshness | None:
    if audit is not None and material.files is not None:
        check, fresh = check_components(audit, material.files, material.wanted)
        checks.append(check)
        return fresh
    if material.wanted.binding:
        checks.append(failed("components", "without a clone and the JSON report, nobody can tell what has changed"))
    return None


def _diagnosis(material: Material) -> Iterator[Check]:
    """What happened to the text, beside the failure: nothing that can pass."""
    from auditor.certificate.diagnosis import diagnose_text  # noqa: PLC0415 - only for what is broken

    told = diagnose_text(material.certificate, material.report, lambda audit, signed: render_body(audit, signed=signed))
    return (failed("diagnosis", one) for one in told)


def _diagnosis_of_report(report: bytes, signed: Mapping[str, object]) -> Iterator[Check]:
    from auditor.certificate.diagnosis import diagnose_report  # noqa: PLC0415 - as above

    told = diagnose_report(report, digest_of(signed, ".json"), stated(signed, "certificateId"))
    return (failed("diagnosis", one) for one in told)


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
    if digest_of(signed, ".md") == digest:
        yield passed("body", "the text is what was signed")
    else:
        yield failed("body", "the text is not what was signed")


def _check_report(report: bytes | None, signed: Mapping[str, object]) -> tuple[Audit | None, Check]:
    if report is None:
        return None, unknown("report", "the JSON report is not at hand")
    if signed and digest_of(signed, ".json") != hashlib.sha256(report).hexdigest():
        return None, failed("report", "the JSON report is not what was signed")
    try:
        audit = loads(report)
    except UserError as error:
        return None, failed("report", str(error))
    if audit.tool.version == __version__ and not is_as_written(report, audit):  # another version may know other fields
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
        yield check_head(audit, material.files, material.wanted.commit)


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
    except UserError as error:
        return unknown("rendering", error.message)
    if body == parts.body:
        return passed("rendering", "the text is what the JSON report says, byte for byte")
    return failed("rendering", "the text is not what the JSON report says")


def _decision(text: str | None) -> Decision | None:
    return Decision(text) if text in set(Decision) else None
