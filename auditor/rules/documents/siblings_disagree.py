"""AUD763: two documents of one day that decide the opposite."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.chronology import sibling_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return sibling_statements(case)


RULE = Rule(
    id="AUD763",
    name="siblings-disagree",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do documents of one day on one subject decide alike?",
    why="Of two decisions of one day the one that suits is shown.",
    limits="Compared are documents of the same folder with the same component, scope or project, one of which says GO and the other NO-GO.",
    fix="Withdraw one of them, and say so in it.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="GO and NO-GO on one day",
            files={
                "docs/A_AUDIT.md": "# Audit\n\n**Component**: Store\n**Date**: 2025-09-01\n**Decision**: GO\n",
                "docs/B_AUDIT.md": "# Audit\n\n**Component**: Store\n**Date**: 2025-09-01\n**Decision**: NO-GO\n",
            },
            found=("docs/A_AUDIT.md:1", "docs/B_AUDIT.md:1"),
        ),
        Example(
            title="two subjects",
            files={
                "docs/A_AUDIT.md": "# Audit\n\n**Component**: Store\n**Date**: 2025-09-01\n**Decision**: GO\n",
                "docs/B_AUDIT.md": "# Audit\n\n**Component**: Queue\n**Date**: 2025-09-01\n**Decision**: NO-GO\n",
            },
        ),
    ),
    check_document=_check,
)
