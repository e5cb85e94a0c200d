"""The lines of a Python file on which comments and texts of several lines stand: prose, templates and examples."""

from __future__ import annotations

import ast
from functools import lru_cache

from auditor.facts.base import ParseFailure
from auditor.facts.python_syntax import all_nodes
from auditor.facts.source import Source

__all__ = ["prose_lines"]


@lru_cache(maxsize=2)
def prose_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines that hold only a comment, or any part of a docstring or a text of several lines.

    Of a file that does not parse, only the comments are known.
    """
    found = {number for number, line in enumerate(source.lines, 1) if line.lstrip().startswith("#")}
    try:
        tree = source.python
    except ParseFailure:
        return frozenset(found)
    for node in all_nodes(tree):
        text = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else node
        if not isinstance(text, ast.Constant | ast.JoinedStr):
            continue
        last = text.end_lineno or text.lineno
        if text is not node or last > text.lineno:
            found.update(range(text.lineno, last + 1))
    return frozenset(found)
