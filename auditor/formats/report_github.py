"""Annotations of GitHub: workflow commands (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).

Of each level it shows ten for a step. The first one is the decision; the rest are the worst findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.comparison.worse import added_fingerprints
from auditor.formats.order import live, worst_first
from auditor.formats.report_change import moved
from auditor.formats.text import clipped, counted, single_line
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.finding import Finding, Severity
from auditor.model.outcome import Decision

__all__ = ["MOST_OF_A_LEVEL", "chunks"]

MOST_OF_A_LEVEL = 10
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
_DECISIONS = {Decision.NO_GO: "error", Decision.CONDITIONAL: "warning", Decision.GO: "notice"}
_LONGEST = 1_000


def chunks(audit: Audit) -> Iterator[bytes]:
    """The decision, the worst findings, and in plain words how many more there are."""
    room = dict.fromkeys(_DECISIONS.values(), MOST_OF_A_LEVEL)
    room[_DECISIONS[audit.decision]] -= 1
    yield _decision(audit)
    findings = worst_first(_told(audit))
    hidden = 0
    for finding in findings:
        level = _LEVELS[finding.severity]
        if room[level] == 0:
            hidden += 1
            continue
        room[level] -= 1
        yield _annotation(finding, level)
    if hidden:
        yield f"{counted(hidden, 'more finding')} in the other reports\n".encode()


def _told(audit: Audit) -> Iterable[Finding]:
    """What is not waived; about a change, what it adds."""
    if audit.change is None:
        return live(audit)
    added = added_fingerprints(audit, audit.change)
    return (one for one in audit.findings if one.fingerprint in added)


def _decision(audit: Audit) -> bytes:
    reasons = "; ".join(audit.verdict.why_not_better) or "nothing stands in the way"
    change = f" This change: {moved(audit.change)}." if audit.change else ""
    said = f"{audit.score.overall}/100.{change} {reasons}"
    return _command(_DECISIONS[audit.decision], {"title": f"Readiness: {audit.decision}"}, said)


def _annotation(finding: Finding, level: str) -> bytes:
    places = {
        "file": _file(finding.path),
        "line": str(finding.start_line),
        "endLine": str(finding.end_line),
        "title": single_line(f"{finding.rule} {finding.name}"),
    }
    return _command(level, places, finding.message)


def _file(path: str) -> str:
    """The path, as a terminal may show it. The runner drops equals signs that a value begins with."""
    shown = visible(path)
    return f"./{shown}" if shown.startswith("=") else shown


def _command(name: str, properties: dict[str, str], text: str) -> bytes:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(clipped(single_line(text), _LONGEST))}\n".encode("utf-8", "backslashreplace")


def _data(text: str) -> str:
    """As the runner takes it apart: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
