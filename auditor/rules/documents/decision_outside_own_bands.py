"""AUD713: a decision that the document's own scale contradicts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.grades import band_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return band_statements(case.document)


RULE = Rule(
    id="AUD713",
    name="decision-outside-own-bands",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the decision follow from the document's own bands?",
    why="A document that says what a score means, and then decides something else, has decided before it scored.",
    limits="Bands are read from a list of at least three ranges with words that decide; without one nothing is compared.",
    fix="Decide as the bands say, or change the bands and say why.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a score in the band of what is blocked",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Overall Score**: 55/100\n\n**Decision**: GO\n\n## Appendix: scale\n\n- 90-100 (A): ready for production\n- 60-89 (B): conditionally ready\n- 0-59 (F): not ready\n"
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="a score in the band of what is ready",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Overall Score**: 95/100\n\n**Decision**: GO\n\n## Appendix: scale\n\n- 90-100 (A): ready for production\n- 60-89 (B): conditionally ready\n- 0-59 (F): not ready\n"
            },
        ),
    ),
    check_document=_check,
)
