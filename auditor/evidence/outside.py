"""Evidence from outside, weighed: what each file says, and whether it counts for this commit at this time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auditor.errors import Place, UserError
from auditor.model.outside import EvidenceFile, EvidenceKey, OutsideFile, ReportKind
from auditor.reports.attestation import Attestation, ReadYaml
from auditor.reports.junit import JunitReport, disagreement
from auditor.reports.parse import Report, parse_report
from auditor.reports.signature import Signed, check_signature
from auditor.reports.times import read_time, rfc3339

__all__ = ["Circumstances", "Weighed", "weigh"]

SLACK = timedelta(days=1)
"""Clocks differ, and some tools write local time without saying so."""

_OF_A_COMMIT = frozenset({ReportKind.JUNIT, ReportKind.COVERAGE, ReportKind.SARIF, ReportKind.SCORECARD})
_MUST_BE_DATED = _OF_A_COMMIT - {ReportKind.SARIF}
"""The results of a SARIF log only ever count against a repository: one without a date cannot make it look better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What evidence is weighed against: the audit's time, the audited commit and its date, the policy, and the keys."""

    now: datetime
    commit: str | None
    commit_date: str | None
    evidence_days: int
    keys: tuple[EvidenceKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A file's line in the certificate, and what it says."""

    file: OutsideFile
    report: Report

    @property
    def counts(self) -> bool:
        """Whether it was accepted."""
        return not self.file.refused

    def refused(self, reason: str) -> Weighed:
        """The same, refused for one more reason."""
        refused = "; ".join(filter(None, (self.file.refused, reason)))
        return replace(self, file=replace(self.file, refused=refused))


def weigh(files: Iterable[EvidenceFile], circumstances: Circumstances, read_yaml: ReadYaml) -> tuple[Weighed, ...]:
    """Every file, by kind, name and digest. Raises UserError where one is not of its kind, or is given twice."""
    order = list(ReportKind)
    digests = [(one, hashlib.sha256(one.content).hexdigest()) for one in files]
    digests.sort(key=lambda pair: (order.index(pair[0].kind), pair[0].name, pair[1]))
    seen: set[tuple[ReportKind, str]] = set()
    weighed = []
    for file, digest in digests:
        if (file.kind, digest) in seen:
            raise UserError("this evidence is given twice", place=Place(file.name), remedy="name each file once")
        seen.add((file.kind, digest))
        weighed.append(_weigh(file, digest, circumstances, read_yaml))
    return _without_disagreement(weighed)


def _weigh(file: EvidenceFile, digest: str, circumstances: Circumstances, read_yaml: ReadYaml) -> Weighed:
    report = parse_report(file, read_yaml)
    signed = _signature(file, circumstances.keys)
    facts = report.facts
    record = OutsideFile(
        kind=file.kind,
        name=file.name,
        sha256=digest,
        size=len(file.content),
        says=facts.says,
        produced=rfc3339(facts.produced) if facts.produced else None,
        commit=facts.commits[0] if facts.commits else None,
        refused="; ".join(_refusals(file.kind, report, signed, circumstances)),
        signature_sha256=hashlib.sha256(file.signature).hexdigest() if file.signature is not None else None,
        signed_by=signed.keyid,
        valid_until=report.expires.isoformat() if isinstance(report, Attestation) else None,
    )
    if isinstance(report, Attestation):
        how = f"signed by {signed.keyid}" if signed.keyid else f"unsigned{_why(signed)}"
        record = replace(record, says=f"{record.says} ({how})")
    return Weighed(record, report)


def _signature(file: EvidenceFile, keys: Sequence[EvidenceKey]) -> Signed:
    if file.signature is None:
        return Signed(None)
    return check_signature(file.content, file.signature, keys, f"{file.name}, its signature")


def _why(signed: Signed) -> str:
    return f": {signed.problem}" if signed.problem else ""


def _refusals(kind: ReportKind, report: Report, signed: Signed, circumstances: Circumstances) -> Iterator[str]:
    facts = report.facts
    if facts.contradictions:
        more = len(facts.contradictions) - 1
        yield f"contradictory: {facts.contradictions[0]}" + (f", and {more} more such" if more else "")
    if facts.empty:
        yield f"empty: {facts.empty}"
    if signed.wrong:
        yield signed.problem
    for commit in facts.commits:
        if not _same(commit, circumstances.commit):
            audited = f"{circumstances.commit} was audited" if circumstances.commit else "no commit was audited"
            yield f"foreign: it names commit {commit}, and {audited}"
    yield from _out_of_time(kind, report, circumstances)


def _out_of_time(kind: ReportKind, report: Report, circumstances: Circumstances) -> Iterator[str]:
    produced, now = report.facts.produced, circumstances.now
    if produced is None:
        if kind in _MUST_BE_DATED and not report.facts.empty:
            yield "undated: nothing in it says when it was produced"
        return
    if produced > now + SLACK:
        yield f"it is dated {rfc3339(produced)}, after this audit"
    if kind in _OF_A_COMMIT:
        if produced < now - timedelta(days=circumstances.evidence_days):
            yield f"stale: {(now - produced).days} days old, and {circumstances.evidence_days} are allowed"
        committed = read_time(circumstances.commit_date or "")
        if committed is not None and produced < committed - SLACK:
            yield f"foreign: it was produced before the audited commit was made ({rfc3339(committed)})"
    if isinstance(report, Attestation) and report.expires < now.date():
        yield f"expired on {report.expires}"


def _same(named: str, audited: str | None) -> bool:
    return audited is not None and audited.startswith(named.lower())


def _without_disagreement(weighed: list[Weighed]) -> tuple[Weighed, ...]:
    """Of two JUnit reports that disagree, the one with fewer failures is refused: no second report may make a first one better."""
    found = list(weighed)
    tests = [at for at, one in enumerate(weighed) if isinstance(one.report, JunitReport) and one.counts]
    for number, first in enumerate(tests):
        for second in tests[number + 1 :]:
            one, other = found[first].report, found[second].report
            assert isinstance(one, JunitReport)
            assert isinstance(other, JunitReport)
            reason = disagreement(one, other)
            if reason:
                rosier, kept = (first, second) if len(one.failed) < len(other.failed) else (second, first)
                found[rosier] = found[rosier].refused(f"contradictory: {reason}: see {found[kept].file.name}")
    return tuple(found)
