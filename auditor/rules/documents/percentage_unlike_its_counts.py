"""AUD732: a percentage that its counts do not give."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.ratios import ratio_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return ratio_statements(case.document)


RULE = Rule(
    id="AUD732",
    name="percentage-unlike-its-counts",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are percentages those of the counts beside them?",
    why="A pass rate that its own counts do not give was not computed from them.",
    limits="Rounded and cut off both count as right. Only a percentage in brackets or behind an equals sign belongs to the counts beside it.",
    fix="Compute the percentage again from the counts.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="52 of 59 that is called 92%",
            files={"docs/AUDIT.md": "# Readiness audit\n\nTests: 52/59 passing (92%).\n"},
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="rounded, cut off and about",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nTests: 52/59 passing (88%), 88.1% (52/59), 27/28 (96%), and 10/10 (98% coverage).\n"
            },
        ),
    ),
    check_document=_check,
)
