"""Lines of a text that is written out as a report, and that state a finding which nothing in them was worked out for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView

__all__ = ["lines_written_in"]

_LINE = pattern(
    r"(?i)^\W*((?:overall|system|cluster|service)[ _](?:health|status)|health(?:[ _]status)?|(?:overall |quality |performance |security |final )?(?:grade|score)|trend)(?:\*\*)?\s*[:=]\s*(?:\*\*)?\W*"
    r"(?:healthy|good|excellent|operational|stable|optimal|green|improving|[A-F][+-]?|\d+(?:\.\d+)?\s?/\s?\d+)\W*$"
)
_LONGEST = 200


def lines_written_in(view: FunctionView) -> Iterator[tuple[int, str]]:
    """The lines of texts over several lines of a function, with what they are about."""
    joined = view.of(ast.JoinedStr)
    for text in joined:
        yield from _lines(text, list(text.values))
    inner = {id(one) for text in joined for one in text.values}
    for plain in view.of(ast.Constant):
        if isinstance(plain.value, str) and id(plain) not in inner and plain.value != view.docstring:
            yield from _lines(plain, [plain])


def _lines(text: ast.expr, pieces: list[ast.expr]) -> Iterator[tuple[int, str]]:
    """Where the text spans several lines of the code, each of its lines is one of those."""
    last = text.end_lineno or text.lineno
    written = "".join(str(one.value) if isinstance(one, ast.Constant) else "\0" for one in pieces)
    if last - text.lineno != written.count("\n") or last == text.lineno:
        return
    for number, line in enumerate(written.split("\n"), text.lineno):
        found = _LINE.search(line[:_LONGEST]) if "\0" not in line else None
        if found:
            yield number, found.group(1).lower()
