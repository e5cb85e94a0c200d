"""What the script of a page works with: JSON in a block that no browser runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from markupsafe import Markup

from auditor.model.audit import Audit
from auditor.model.escape import terminal, visible
from auditor.model.finding import Finding
from auditor.scoring.decide import unclean
from auditor.web.links import SourceLinks

__all__ = ["MOST_FINDINGS", "embedded", "page_data"]

MOST_FINDINGS = 5000
MOST_CHARACTERS = 4_000_000
"""Of findings in one page: what a phone still opens and filters at once."""

_HARMLESS = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}
"""Characters that could end the block, or a line of it, in a reader that is not strict."""


def embedded(value: object) -> Markup:
    """JSON for a block of data inside of a page: nothing in it can end the block."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_HARMLESS))  # noqa: S704 - this is the escaping


def page_data(audit: Audit, source: SourceLinks | None) -> dict[str, object]:
    """The numbers that a decision follows from, and the findings, worst first, as many as a page can hold."""
    grades = audit.rubric.grades
    return {
        "grades": {
            "goScore": grades.go_score,
            "goCoverage": grades.go_coverage,
            "noGoBelow": grades.no_go_below,
            "blockerCap": grades.blocker_cap,
            "bands": [[one.floor, one.grade] for one in grades.bands],
        },
        "unclean": visible(unclean(audit.repository)),
        "components": [
            {
                "weight": part.weight,
                "criteria": [
                    {
                        "outcome": one.outcome.value,
                        "deduction": one.deduction,
                        "severity": one.severity.value,
                        "blocker": one.blocker,
                        "condition": one.condition,
                    }
                    for one in part.criteria
                ],
            }
            for part in audit.components
        ],
        "conditions": [
            {"id": one.id, "priority": one.priority.value, "effort": one.effort} for one in audit.conditions
        ],
        "way": [step.condition for step in audit.verdict.path_to_go],
        "findings": list(_findings(audit, source)),
    }


def _findings(audit: Audit, source: SourceLinks | None) -> Iterator[dict[str, object]]:
    titles = {part.name: part.title for part in audit.components}
    worst = sorted(audit.findings, key=lambda one: one.severity.rank)
    left = MOST_CHARACTERS
    for finding in worst[:MOST_FINDINGS]:
        row = _row(finding, titles.get(finding.component, finding.component))
        if source and (url := source.line(audit, finding.path, finding.start_line, finding.end_line)):
            row["url"] = url
        left -= sum(len(value) for value in row.values() if isinstance(value, str))
        if left < 0:
            return
        yield row


def _row(finding: Finding, component: str) -> dict[str, object]:
    row: dict[str, object] = {
        "rule": visible(finding.rule),
        "name": visible(finding.name),
        "category": finding.category.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "component": visible(component),
        "path": visible(finding.path),
        "line": finding.start_line,
        "end": finding.end_line,
        "message": visible(finding.message),
        "excerpt": terminal(finding.excerpt),
    }
    if finding.reached_from and finding.reached_from != finding.path:
        row["reached"] = visible(finding.reached_from)
    if finding.unreached:
        row["unreached"] = True
    if finding.waived_by:
        row["waiver"] = visible(finding.waived_by)
    return row
