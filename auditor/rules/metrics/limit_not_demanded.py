"""AUD228: a test of a rate limit that passes where there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LIMITS = pattern(r"(?i)rate_?limit|throttl|brute_?force|too_many")
_LIMITED = 429
_MEANT = frozenset({503})
"""What a limit may answer as well."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not view.is_test or not _LIMITS.search(view.name):
            continue
        for node in _lenient(view):
            message = f"{view.name} is named for a limit, and passes where there is none."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _lenient(view: FunctionView) -> Iterator[ast.Assert]:
    """The assertions that take 429 and other answers alike, in tests that do not ask for 429 alone anywhere."""
    found: list[ast.Assert] = []
    for node in view.of(ast.Assert):
        match node.test:
            case ast.Compare(
                left=ast.Attribute(attr="status_code" | "status") | ast.Name(id="status_code" | "status"),
                ops=[ast.In()],
                comparators=[ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts)],
            ):
                values = {fold(one) for one in elts}
                if _LIMITED in values and values - _MEANT - {_LIMITED}:
                    found.append(node)
            case _:
                if any(isinstance(one, ast.Constant) and one.value == _LIMITED for one in ast.walk(node.test)):
                    return
    yield from found


RULE = Rule(
    id="AUD228",
    name="limit-not-demanded",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test of a limit fail where the limit is missing?",
    why="`assert status in (429, 401, 404)` passes against a server that limits nobody, and against one without the endpoint.",
    limits="Judged are tests named for rate limits that accept 429 among other answers and demand it nowhere.",
    fix="Send more than the limit allows, and demand 429.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("429",),
    examples=(
        Example(
            title="a limit that need not be",
            files={
                "tests/test_api.py": (
                    "def test_rate_limit_of_login(client):\n"
                    "    for _ in range(20):\n"
                    '        response = client.post("/login")\n'
                    "    assert response.status_code in [429, 401, 404]\n"
                ),
            },
            found=("tests/test_api.py:4",),
        ),
        Example(
            title="a limit that is demanded, and an answer of another test",
            files={
                "tests/test_api.py": (
                    "def test_rate_limit_of_login(client):\n"
                    '    answers = [client.post("/login").status_code for _ in range(20)]\n'
                    "    assert answers[-1] == 429\n"
                    "\n"
                    "\n"
                    "def test_throttled(client):\n"
                    '    response = client.get("/")\n'
                    "    assert response.status_code in (429, 503)\n"
                    "\n"
                    "\n"
                    "def test_search(client):\n"
                    '    assert client.get("/search").status_code in (200, 429)\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
