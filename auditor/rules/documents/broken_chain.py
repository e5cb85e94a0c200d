"""AUD762: a re-audit that does not follow from its audit."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.chronology import chain_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return chain_statements(case)


RULE = Rule(
    id="AUD762",
    name="broken-chain",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a re-audit come after what it answers, and answer what was raised?",
    why="A re-audit that is older than the audit, or resolves what nobody raised, was not made from it.",
    limits="The earlier document is one of the same folder that a line calls previous, original or answered. Issues are compared by their identifiers; what is dropped is uncheckable.",
    fix="Answer every issue of the earlier document by its identifier.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="older than its audit, and an issue that was never raised",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Date**: 2025-09-02\n\n- SEC-1: keys in the log\n",
                "docs/RE_AUDIT.md": "# Readiness re-audit\n\n**Date**: 2025-09-01\n\nThis re-audit answers `docs/AUDIT.md`.\n\n- SEC-1: resolved\n- SEC-7: resolved\n",
            },
            found=("docs/RE_AUDIT.md:5", "docs/RE_AUDIT.md:8"),
        ),
        Example(
            title="a re-audit in order",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Date**: 2025-09-02\n\n- SEC-1: keys in the log\n",
                "docs/RE_AUDIT.md": "# Readiness re-audit\n\n**Date**: 2025-09-03\n\nThis re-audit answers `docs/AUDIT.md`.\n\n- SEC-1: resolved\n",
            },
        ),
    ),
    check_document=_check,
)
