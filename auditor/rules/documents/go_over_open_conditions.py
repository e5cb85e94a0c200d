"""AUD711: GO above conditions that are open."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.consistency import condition_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return condition_statements(case.document)


RULE = Rule(
    id="AUD711",
    name="go-over-open-conditions",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are all conditions met where the document says GO?",
    why="GO means that nothing is left to be done first. A list of conditions below it says that something is.",
    limits="A list counts where its heading or label is nothing but conditions, required actions or blockers; ticked items and those called done are met.",
    fix="Call it CONDITIONAL, or meet the conditions and say how that was shown.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a list of conditions below GO",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Decision\n\n**Status**: GO\n\n**Conditions**:\n\n1. Configure the endpoints of production\n2. Set the keys\n"
            },
            found=("docs/AUDIT.md:7",),
        ),
        Example(
            title="conditions that are met",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Decision\n\n**Status**: GO\n\n**Conditions**:\n\n- [x] Configure the endpoints of production\n- Keys are set: done\n"
            },
        ),
    ),
    check_document=_check,
)
