"""What accepted evidence from outside says to one question of a rubric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from auditor.evidence.outside import Weighed
from auditor.facts.glob import matches
from auditor.model.outcome import Evidence, EvidenceKind
from auditor.model.outside import ReportKind
from auditor.model.rubric import AttestationProbe, ReportProbe
from auditor.model.words import counted, listed
from auditor.reports.attestation import Attestation
from auditor.reports.cobertura import CoverageReport
from auditor.reports.junit import JunitReport
from auditor.reports.runs import Run, RunsReport
from auditor.reports.scorecard import ScorecardReport

__all__ = ["Answer", "Asked", "answer", "kind_of"]

_NO_RESULT = frozenset({"skipped", "cancelled"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether evidence that could answer was given, whether it holds, and what it says or what was searched."""

    given: bool
    holds: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The evidence that counts, the audit's time, and the audited commit."""

    accepted: tuple[Weighed, ...]
    now: datetime
    commit: str | None


Report = TypeVar("Report", JunitReport, CoverageReport, RunsReport, ScorecardReport, Attestation)


def kind_of(probe: ReportProbe | AttestationProbe) -> ReportKind:
    """The kind of file that could answer."""
    return probe.kind if isinstance(probe, ReportProbe) else ReportKind.ATTESTATION


def answer(probe: ReportProbe | AttestationProbe, asked: Asked) -> Answer:
    """What the evidence says. Of several reports of a kind, all count: none can be left out by giving a better one."""
    if isinstance(probe, AttestationProbe):
        return _attestation(probe, asked)
    return _ANSWERS[probe.kind](probe, asked)


def _junit(probe: ReportProbe, asked: Asked) -> Answer:
    found, files = _of(JunitReport, asked)
    wanted = f"a JUnit report in which {probe.pass_rate}% of at least {counted(probe.min_tests, 'test')} passed"
    run, passed = sum(one.run for one in found), sum(one.succeeded for one in found)
    if not found:
        return _missing(wanted)
    skipped = sum(one.skipped for one in found)
    holds = run >= probe.min_tests and 100 * passed >= probe.pass_rate * run
    return _said(f"{passed} of {counted(run, 'test')} passed, {skipped} skipped", wanted, files, holds=holds)


def _coverage(probe: ReportProbe, asked: Asked) -> Answer:
    found, files = _of(CoverageReport, asked)
    rates = [("lines", probe.line_rate), ("branches", probe.branch_rate)]
    wanted = "a coverage report with " + " and ".join(
        f"{rate}% of the {what}" for what, rate in rates if rate is not None
    )
    if not found:
        return _missing(wanted)
    holds = all(_covers(probe, one) for one in found)
    return _said(f"{listed(one.facts.says for one in found)}", wanted, files, holds=holds)


def _covers(probe: ReportProbe, report: CoverageReport) -> bool:
    """A report that measured no branches says nothing of branches."""
    lines = 100 * report.lines_covered >= (probe.line_rate or 0) * report.lines
    if probe.branch_rate is None:
        return lines
    return lines and report.branches > 0 and 100 * report.branches_covered >= probe.branch_rate * report.branches


def _scorecard(probe: ReportProbe, asked: Asked) -> Answer:
    found, files = _of(ScorecardReport, asked)
    what = f"its check {probe.check}" if probe.check else "its score"
    wanted = f"an OpenSSF Scorecard with {what} at {probe.score} of 10 or more"
    scores = [one.checks.get(probe.check) if probe.check else one.tenths for one in found]
    known = [score for score in scores if score is not None]
    if not known:
        return _missing(wanted)
    holds = min(known) >= 10 * (probe.score or 0)
    return _said(f"{what} is {min(known) / 10:.1f} of 10", wanted, files, holds=holds)


def _runs(probe: ReportProbe, asked: Asked) -> Answer:
    found, files = _of(RunsReport, asked)
    wanted = _wanted_run(probe)
    runs = _merged(found)
    if probe.this_commit:
        runs = [run for run in runs if asked.commit is not None and asked.commit.startswith(run.commit)]
    if not runs:
        return _missing(wanted)
    since = asked.now - timedelta(days=probe.within_days or 36500)
    ended = [
        run
        for run in runs
        if matches(probe.workflow, run.workflow.replace("/", " "))
        and run.conclusion
        and run.conclusion not in _NO_RESULT
        and run.created >= since
    ]
    considered = list({run.workflow: run for run in reversed(ended)}.values()) if probe.latest else ended
    fitting = [run for run in considered if run.conclusion == probe.conclusion]
    holds = bool(fitting) and (not probe.latest or len(fitting) == len(considered))
    shown = fitting[0] if holds else next((run for run in considered if run not in fitting), None)
    told = _told(shown) if shown else f"none of {counted(len(runs), 'run')} is such a run"
    return _said(f"{told}", wanted, files, holds=holds)


def _merged(reports: Iterable[RunsReport]) -> list[Run]:
    """All runs, newest first. Of one that two lists tell differently, what is no success counts."""
    kept: dict[int, Run] = {}
    for run in (run for report in reports for run in report.runs):
        old = kept.get(run.number)
        if old is None or not old.conclusion or (run.conclusion and run.conclusion != "success"):
            kept[run.number] = run
    return sorted(kept.values(), key=lambda run: (run.created, run.number), reverse=True)


def _wanted_run(probe: ReportProbe) -> str:
    which = "of every workflow" if probe.workflow == "*" else f"of a workflow `{probe.workflow}`"
    when = f" in the last {probe.within_days} days" if probe.within_days else ""
    where = " at this commit" if probe.this_commit else ""
    return f"{'the last run' if probe.latest else 'a run'} {which}{where}{when}, with the result {probe.conclusion}"


def _told(run: Run) -> str:
    return f"run {run.number} of {run.workflow!r} on {run.created:%Y-%m-%d} ended in {run.conclusion}"


def _attestation(probe: AttestationProbe, asked: Asked) -> Answer:
    signed = "a signed attestation" if probe.signed else "an attestation"
    within = f", at most {probe.within_days} days ago" if probe.within_days else ""
    wanted = f"{signed} of {probe.statement}{within}"
    told = [one for one in asked.accepted if _states(one, probe.statement)]
    fitting = [one for one in told if _recent(one, probe, asked.now) and (one.file.signed_by or not probe.signed)]
    if not told:
        return _missing(wanted)
    shown = (fitting or told)[0].file
    kind = EvidenceKind.ATTESTED if fitting else EvidenceKind.ABSENT
    note = shown.says if fitting else f"{shown.says}; asked for is {wanted}"
    return Answer(given=True, holds=bool(fitting), evidence=Evidence(kind=kind, note=note, outside=(shown.sha256,)))


def _states(one: Weighed, statement: str) -> bool:
    return isinstance(one.report, Attestation) and one.report.statement == statement


def _recent(one: Weighed, probe: AttestationProbe, now: datetime) -> bool:
    assert isinstance(one.report, Attestation)
    return probe.within_days is None or (now.date() - one.report.done).days <= probe.within_days


def _of(kind: type[Report], asked: Asked) -> tuple[list[Report], list[Weighed]]:
    found = [(one.report, one) for one in asked.accepted if isinstance(one.report, kind)]
    return [report for report, _ in found], [one for _, one in found]


def _missing(wanted: str) -> Answer:
    absent = Evidence(kind=EvidenceKind.ABSENT, note=f"not given: {wanted}")
    return Answer(given=False, holds=False, evidence=absent)


def _said(said: str, wanted: str, files: Sequence[Weighed], *, holds: bool) -> Answer:
    told = f"{said} ({listed(one.file.name for one in files)})"
    note = told if holds else f"{told}; asked for is {wanted}"
    digests = tuple(one.file.sha256 for one in files)
    return Answer(given=True, holds=holds, evidence=Evidence(kind=EvidenceKind.MEASURED, note=note, outside=digests))


_ANSWERS: dict[ReportKind, Callable[[ReportProbe, Asked], Answer]] = {
    ReportKind.JUNIT: _junit,
    ReportKind.COVERAGE: _coverage,
    ReportKind.SCORECARD: _scorecard,
    ReportKind.RUNS: _runs,
}
