"""The findings as GitLab's Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from auditor.formats.order import blocking, live, worst_first
from auditor.formats.text import clipped, counted, single_line
from auditor.model.audit import Audit
from auditor.model.finding import Finding, Severity

__all__ = ["MOST_BYTES", "MOST_ENTRIES", "chunks"]

MOST_ENTRIES = 25_000
MOST_BYTES = 50_000_000
"""Half of what GitLab takes as an artefact where nobody has set another limit."""
_SEVERITIES = {Severity.CRITICAL: "critical", Severity.HIGH: "major", Severity.MEDIUM: "minor", Severity.LOW: "info"}
_BLOCKER = "blocker"
_LONGEST = 1_000

Json = dict[str, object]


def chunks(audit: Audit) -> Iterator[bytes]:
    """An array of what is not waived, worst first; where it is cut, the last entry says how many are missing."""
    findings = worst_first(live(audit))
    blockers = blocking(audit)
    seen: Counter[str] = Counter()
    size = written = 0
    yield b"["
    for finding in findings[:MOST_ENTRIES]:
        seen[finding.fingerprint] += 1
        line = _line(_entry(finding, seen[finding.fingerprint], blocker=finding.fingerprint in blockers), written)
        size += len(line)
        if size > MOST_BYTES:
            break
        yield line
        written += 1
    if written < len(findings):
        yield _line(_rest(findings[written], len(findings) - written), written)
    yield b"\n]\n"


def _line(entry: Json, before: int) -> bytes:
    return (b",\n" if before else b"\n") + json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _entry(finding: Finding, occurrence: int, *, blocker: bool) -> Json:
    """One entry. Equal fingerprints would become one row, so a second one is told apart by its number."""
    return {
        "description": clipped(single_line(finding.message), _LONGEST),
        "check_name": f"{finding.rule} {finding.name}",
        "fingerprint": finding.fingerprint if occurrence == 1 else f"{finding.fingerprint}-{occurrence}",
        "severity": _BLOCKER if blocker else _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": finding.start_line, "end": finding.end_line}},
    }


def _rest(first: Finding, number: int) -> Json:
    return {
        "description": f"{counted(number, 'more finding')}, from this one on, left out here",
        "check_name": "auditor",
        "fingerprint": "auditor-left-out",
        "severity": "info",
        "location": {"path": first.path, "lines": {"begin": first.start_line}},
    }
