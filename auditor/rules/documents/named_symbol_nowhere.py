"""AUD768: a function or class that a document says a file has, and that stands nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.symbols import symbol_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return symbol_statements(case)


RULE = Rule(
    id="AUD768",
    name="named-symbol-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is each function and class that the document names in a file there?",
    why="Whoever names a function that is nowhere has not read the file.",
    limits="Only a name in marks of code right beside the one file of its line, or at the head of an item below that file. Contradicted only where the name stands in no code of the repository, in any spelling, and in no other version of the file.",
    fix="Name the function that is meant, or strike the sentence.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a function that nobody wrote",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `shop/client.py` - `retry_with_backoff()`\n",
                "shop/client.py": "def fetch_all():\n    return []\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a function that is there, one of another spelling, and one that is missed",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `shop/client.py` - `fetch_all()`\n- `shop/client.py`: `fetchAll()`\n- `shop/client.py` has no `retry_with_backoff()`\n",
                "shop/client.py": "def fetch_all():\n    return []\n",
            },
        ),
    ),
    check_document=_check,
)
