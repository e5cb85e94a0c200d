"""AUD769: a function or class that is called missing and is defined."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.absent_symbols import absent_symbol_statements
from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return absent_symbol_statements(case)


RULE = Rule(
    id="AUD769",
    name="absence-of-defined-symbol",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is each function and class that the document misses really not defined?",
    why="A report that did not find what is there sends people to write it again.",
    limits="Only a name in marks of code that a line misses in the one file that it names, or a function or class that it misses everywhere. Contradicted only where it was defined before the commit of the document, with a body that is no stub. A document of the first commit is never contradicted.",
    fix="Strike the sentence, or say what the function lacks.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a function that is there, in its file and anywhere",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- No `retry_with_backoff()` in `shop/client.py`\n- The function `retry_with_backoff()` does not exist\n",
                "shop/client.py": "def retry_with_backoff(call):\n    for _ in range(3):\n        call()\n    return None\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="a function that is not there, a stub, and one that was added",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- No `retry_with_backoff()` in `shop/client.py`\n- `fetch_all()` is not implemented in `shop/client.py`\n- `fetch_some()` was missing, and is there now\n",
                "shop/client.py": "def fetch_all():\n    # the server is asked here\n    raise NotImplementedError\n\n\ndef fetch_some():\n    for one in range(3):\n        yield one\n",
            },
        ),
    ),
    check_document=_check,
)
