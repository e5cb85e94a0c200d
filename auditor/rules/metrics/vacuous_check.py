"""AUD208: an assertion that holds whatever the code does."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.example_folders import is_in_examples
from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import is_good_whatever
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, dotted, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_METHOD = pattern(r"^self\.assert(?:True|False|Equals?|NotEqual|Less|LessEqual|Greater|GreaterEqual|Is)$")


_EITHER = "accepts success and failure alike"
"""Of which only those who know the service can say whether it may be out of order."""
_ALONE = "is a constant, and the only one of its test"
_SCRIPT_TEST = pattern(r"\b(?:it|test)(?:\.\w+)*\(")
_MANY = 4
"""Tests of a file among which a single one that is constant leaves the others what they are."""
_TYPES = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type))


def _check(source: Source) -> Iterator[Hit]:
    if is_test_data(source.path):
        return
    if source.file.language is not Language.PYTHON:
        told = "The assertion of {test} compares constants, and there is no other."
        alike = list(flaw_hits(source, Flaw.CONSTANT_ASSERTION, told))
        tests = sum(1 for _ in _SCRIPT_TEST.finditer(source.text)) if alike else 0
        yield from (replace(one, severity=_of_one(len(alike), tests)) for one in alike)
        yield from flaw_hits(source, Flaw.ACCEPTS_FAILURE, "An assertion of {test} accepts success and failure alike.")
        return
    syntax = syntax_of(source)
    nodes = [(node, view.qualified) for view in syntax.functions for node in view.of(ast.Assert)]
    asserts = {view.qualified: _alone(view) for view in syntax.functions}
    for view in syntax.functions:
        yield from _constant_methods(source, view)
    tests = sum(view.is_test for view in syntax.functions)
    found = [(node, symbol, _why_vacuous(node.test) or _why_alone(node, asserts[symbol])) for node, symbol in nodes]
    alone = sum(why == _ALONE for _, _, why in found)
    for node, symbol, why in found:
        if why:
            milder = Severity.MEDIUM if why == _EITHER or is_in_examples(source.path) else None
            milder = _of_one(alone, tests) if why == _ALONE and milder is None else milder
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, f"The assertion {why}.", symbol, milder)


def _of_one(alike: int, tests: int) -> Severity | None:
    return Severity.MEDIUM if alike == 1 and tests >= _MANY else None


def _constant_methods(source: Source, view: FunctionView) -> Iterator[Hit]:
    """Assertions of unittest on nothing but constants."""
    calls = [call for call in view.calls if _METHOD.search(dotted(call.func, {}))] if view.is_test else []
    bindings = Bindings.of(view) if calls else Bindings()
    constant = [call for call in calls if all(fold(one, bindings) is not UNKNOWN for one in _compared(call))]
    others = len(calls) > len(constant)
    for call in constant:
        message = "The assertion compares constants."
        milder = Severity.MEDIUM if others or is_in_examples(source.path) else None
        yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified, milder)


def _compared(call: ast.Call) -> list[ast.expr | None]:
    """What an assertion of unittest is about; None for what is not given."""
    count = 1 if isinstance(call.func, ast.Attribute) and call.func.attr in ("assertTrue", "assertFalse") else 2
    return [*call.args[:count], *[None] * (count - len(call.args))]


def _alone(view: FunctionView) -> ast.Assert | None:
    """The assertion of a test that has no other, and calls nothing either: AUD443 reports those that do."""
    found = view.of(ast.Assert)
    return found[0] if len(found) == 1 and found[0] in view.body and not view.calls else None


def _why_alone(node: ast.Assert, alone: ast.Assert | None) -> str:
    constant = isinstance(node.test, ast.Constant) and bool(node.test.value)
    return _ALONE if constant and node is alone else ""


def _why_vacuous(test: ast.expr) -> str:
    match test:
        case ast.Tuple(elts=[_, *_]):
            return "is a tuple, which is always true"
        case _ if is_good_whatever(test):
            return "ends in `or True`"
        case ast.BoolOp(op=ast.Or(), values=values) if _accepts_failure([_equality(one) for one in values]):
            return _EITHER
        case ast.Compare(
            left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts)]
        ):
            accepted = _accepts_failure([(ast.dump(left), fold(one)) for one in elts], named=_named(left))
            return _EITHER if accepted else ""
        case ast.Call(
            func=ast.Name(id="isinstance"), args=[ast.Constant() | ast.Dict() | ast.List(), ast.Name(id=name)]
        ) if name in _TYPES:
            return "asks for the type of a literal"
        case _:
            return ""


def _equality(node: ast.expr) -> tuple[str, object] | None:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=value)]) if _named(left):
            return ast.dump(left), value
        case _:
            return None


def _named(node: ast.expr) -> bool:
    name = last_name(node)
    return name in ("returncode", "exit_code", "status_code", "status", "return_code", "exitcode")


def _accepts_failure(pairs: list[tuple[str, object] | None], *, named: bool = True) -> bool:
    """Whether one subject may be 0 or 1 (an exit status), or a 2xx or a 5xx (an HTTP status)."""
    known = [pair for pair in pairs if pair is not None]
    if not named or len(known) != len(pairs) or len({subject for subject, _ in known}) != 1:
        return False
    values = {value for _, value in known if isinstance(value, int)}
    served = any(200 <= value < 300 for value in values)  # noqa: PLR2004 - HTTP
    return {0, 1} <= values or (served and any(500 <= value < 600 for value in values))  # noqa: PLR2004 - HTTP


RULE = Rule(
    id="AUD208",
    name="vacuous-check",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does each assertion depend on what the code does?",
    why="An assertion that success and failure both satisfy is counted as a check and checks nothing.",
    limits="Knows exit and HTTP statuses by their usual names; other vacuous conditions must be literal.",
    fix="Assert the one outcome that is right.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    roles=frozenset({Role.TEST}),
    triggers=("assert", "expect"),
    examples=(
        Example(
            title="a failing suite is fine, too",
            files={
                "tests/test_suite.py": 'def test_suite():\n    result = run("pytest")\n    assert result.returncode == 0 or result.returncode == 1\n'
            },
            found=("tests/test_suite.py:3",),
        ),
        Example(
            title="a server error is fine, too",
            files={
                "tests/test_api.py": 'def test_api(client):\n    assert client.get("/").status_code in (200, 500)\n'
            },
            found=("tests/test_api.py:2",),
        ),
        Example(
            title="an input of a test",
            files={
                "tests/fixtures/vacuous.py": 'def test_api(client):\n    assert client.get("/").status_code in (200, 500)\n'
            },
            found=(),
        ),
        Example(
            title="two kinds of success",
            files={
                "tests/test_api.py": 'def test_api(client):\n    assert client.put("/x").status_code in (200, 201)\n'
            },
            found=(),
        ),
        Example(
            title="constants in TypeScript and Go",
            files={
                "src/plan.test.ts": "it('plans', () => {\n  expect(true).toBe(true);\n});\n",
                "plan_test.go": 'package plan\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n\nfunc TestPlan(t *testing.T) {\n\tassert.True(t, true)\n}\n',
            },
            found=("src/plan.test.ts:2", "plan_test.go:10"),
        ),
        Example(
            title="success or an error of the server, in TypeScript",
            files={
                "src/plan.test.ts": (
                    "it('plans', async () => {\n  const response = await get('/plan');\n  expect([200, 404, 500]).toContain(response.status());\n  expect(response.status() === 200 || response.status() === 503).toBe(true);\n  expect([200, 201]).toContain(response.status());\n});\n"
                ),
            },
            found=("src/plan.test.ts:3", "src/plan.test.ts:4"),
        ),
        Example(
            title="a mark that the end was reached",
            files={
                "src/plan.test.ts": "it('does not throw', async () => {\n  await plan('x');\n  expect(true).toBe(true);\n});\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
