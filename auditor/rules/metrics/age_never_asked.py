"""AUD864: what is kept for a time is kept for ever: nobody reads how old it may get."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_AGE = pattern(
    r"(?i)^_*(?:(?:cache_|max_|report_|result_)?ttl(?:_(?:s|ms|sec|seconds|minutes))?|max_age(?:_(?:s|ms|seconds|minutes))?|(?:cache_)?lifetime(?:_seconds)?|valid_for(?:_seconds)?|expires_after(?:_seconds)?|freshness(?:_seconds)?|stale_after(?:_seconds)?)$"
)
_KEEPS = pattern(r"(?i)cache|kept|memo|snapshot|last|stored|remembered|report|result|value|entry|answer")
_GIVES = pattern(
    r"(?i)^_*(?:get|fresh|current|latest|cached|lookup|look_up|read|valid|is_fresh|is_valid|fetch|peek|value|report|status|check)(?:_|$)"
)
_NEAR = 12
"""Lines from a declaration to what gives the kept thing back, told as one place."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    declared = [(node, name, one) for node, _ in syntax.classes for name, one in _ages(node)]
    if not declared:
        return
    read = _read(syntax)
    for node, name, one in declared:
        lines = () if name in read else _given_back(node)
        if not lines:
            continue
        message = f"{node.name}.{name} is read by nothing in this file: what is kept is given for ever."
        yield Hit(source.path, one.lineno, _last_line(lines, one), message, f"{node.name}.{name}")


def _ages(node: ast.ClassDef) -> Iterator[tuple[str, ast.stmt]]:
    """The times to live that a class declares as fields, or keeps in its constructor."""
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and _AGE.match(one.target.id):
            yield one.target.id, one
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            for inner in one.body:
                target = inner.targets[0] if isinstance(inner, ast.Assign) else None
                if isinstance(target, ast.Attribute) and last_name(target.value) == "self" and _AGE.match(target.attr):
                    yield target.attr, inner


@lru_cache(maxsize=2)
def _read(syntax: PythonSyntax) -> frozenset[str]:
    """The attributes that a file reads anywhere, and the names that it asks for by a text."""
    loads = {one.attr for one in nodes_of(syntax.tree, ast.Attribute) if isinstance(one.ctx, ast.Load)}
    named = {
        str(one.args[1].value)
        for one in nodes_of(syntax.tree, ast.Call)
        if last_name(one.func) in ("getattr", "attrgetter")
        and len(one.args) > 1
        and isinstance(one.args[1], ast.Constant)
    }
    return frozenset(loads | named)


@lru_cache(maxsize=64)
def _given_back(node: ast.ClassDef) -> tuple[int, ...]:
    """The lines on which a class gives back what it keeps, by methods that look at no clock."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple(one.body[-1].lineno for one in methods if _GIVES.match(one.name) and _only_gives(one))


def _only_gives(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """``return self.report`` and ``return self.kept.get(key)``, with nothing before it."""
    last = method.body[-1]
    body = [one for one in method.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    kept = last.value if isinstance(last, ast.Return) else None
    inner = (
        kept.func.value
        if isinstance(kept, ast.Call) and isinstance(kept.func, ast.Attribute) and kept.func.attr == "get"
        else kept
    )
    return (
        len(body) == 1
        and isinstance(inner, ast.Attribute)
        and last_name(inner.value) == "self"
        and _KEEPS.search(inner.attr) is not None
    )


def _last_line(lines: tuple[int, ...], declared: ast.stmt) -> int:
    """The line on which the kept thing is given back, where it stands near; otherwise the last of the declaration."""
    last = declared.end_lineno or declared.lineno
    at = bisect_left(lines, last)
    return lines[at] if at < len(lines) and lines[at] <= last + _NEAR else last


RULE = Rule(
    id="AUD864",
    name="age-never-asked",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does what is kept for a time ever get too old?",
    why="A health report that is kept for fifteen seconds, by a cache that never reads the fifteen, is the one of the start of the process.",
    limits="Judged are classes that declare a time to live which nothing in their file reads, and that give back what they keep by a method which does nothing else.",
    fix="Compare the age with the time to live before giving it back.",
    since="0.8.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("ttl", "max_age", "lifetime", "valid_for", "expires_after", "freshness", "stale_after"),
    examples=(
        Example(
            title="a report that is kept for ever, by field and by constructor",
            files={
                "cache.py": (
                    "class KeptReport:\n    report: Report | None = None\n    ttl_seconds: float = 15.0\n\n    def fresh(self):\n        return self.report\n\n    def store(self, report):\n        self.report = report\n        self.stored_at = time.monotonic()\n\n\n"
                    "class Answers:\n    def __init__(self, max_age):\n        self.max_age = max_age\n        self._kept = {}\n\n    def get(self, key):\n        return self._kept.get(key)\n"
                )
            },
            found=("cache.py:15", "cache.py:3"),
        ),
        Example(
            title="an age that is asked for, and settings",
            files={
                "cache.py": (
                    "class KeptReport:\n    report: Report | None = None\n    ttl_seconds: float = 15.0\n\n    def fresh(self):\n        if time.monotonic() - self.stored_at > self.ttl_seconds:\n            return None\n        return self.report\n\n\n"
                    "class CacheSettings:\n    url: str\n    lifetime: float = 15.0\n\n    def address(self):\n        return self.url\n"
                )
            },
        ),
    ),
    check_file=_check,
)
