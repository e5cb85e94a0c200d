"""AUD744: a file's length that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.lengths import length_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return length_statements(case)


RULE = Rule(
    id="AUD744",
    name="line-count-off",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Do files have as many lines as the document says?",
    why="A length that is wrong says that another file was read, or none.",
    limits="Counted with or without the last empty line, with or without blanks and comments, at the commit that added or last changed the document; in text, tables and drawn trees. What only another version or another file of the name has is uncheckable, and so are fewer lines where a part may be meant: of a file that was changed, or lines of code. So are round numbers that are near to the length, and one number behind two names.",
    fix="Count again, or leave the number away.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a length that is wrong",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `app/store.py` (120 lines)\n",
                "app/store.py": "a = 1\nb = 2\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="lengths that are right, or about right",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `app/store.py` (3 lines)\n- `app/queue.py` (2+ lines)\n- `app/login.py` (~9 lines)\n",
                "app/store.py": "a = 1\nb = 2\n",
                "app/queue.py": "a = 1\nb = 2\nc = 3\n",
                "app/login.py": "a = 1\n",
            },
        ),
    ),
    check_document=_check,
)
