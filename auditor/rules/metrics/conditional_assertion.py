"""AUD209: the only assertions of a test stand behind a condition that may not hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import fails
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_ASSERTS = pattern(r"(?i)assert|expect|raises|warns|verify|check|validate|compare|fail|match|should")
_PLATFORM = pattern(r"(?i)platform|version|sys\.|os\.name|which|hasattr|is_?win|linux|darwin|HAS_|have_|pypy|env")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(
            source, Flaw.CONDITIONAL, "{test} asserts nothing unless a condition holds that it does not assert."
        )
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        branch = _only_branch(view) if view.is_test else None
        if branch is None or _PLATFORM.search(ast.unparse(branch.test)) or not _asks_for_result(branch.test, view):
            continue
        if fails(view.body, syntax):
            continue
        message = f"{view.name} asserts nothing unless {ast.unparse(branch.test)[:80]}."
        yield Hit(source.path, branch.lineno, branch.lineno, message, view.qualified)


def _only_branch(view: FunctionView) -> ast.If | None:
    """The one condition, at the top of the test and without an `else`, that holds all assertions."""
    branches = [one for one in view.body if isinstance(one, ast.If) and not one.orelse and _asserts([one])]
    if len(branches) != 1 or _asserts([one for one in view.body if one is not branches[0]]):
        return None
    names = {node.id for node in own_nodes([branches[0].test]) if isinstance(node, ast.Name)}
    return None if names & set(view.parameters) else branches[0]


def _asks_for_result(test: ast.expr, view: FunctionView) -> bool:
    """Whether a condition compares, or asks for the kind, truth or state of what the test got from a call."""
    if isinstance(test, ast.Compare):
        return True
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    if isinstance(inner, ast.BoolOp):
        return all(_asks_for_result(one, view) for one in inner.values)
    got = Bindings.of(view).assigned
    names = [node.id for node in own_nodes([inner]) if isinstance(node, ast.Name) and node.id in got]
    return any(isinstance(one, ast.Call | ast.Await) for name in names for one in got[name])


def _asserts(body: list[ast.stmt]) -> bool:
    for node in own_nodes(body):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call) and _ASSERTS.search(ast.unparse(node.func)):
            calls_pattern = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re"
            if not calls_pattern:
                return True
    return False


RULE = Rule(
    id="AUD209",
    name="conditional-assertion",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the test assert something on every way through it?",
    why="When the output is not as the condition expects, the test passes without having checked anything.",
    limits="Judges tests whose assertions all stand in one `if` without `else` at the top of the test; conditions on parameters and platforms are accepted.",
    fix="Assert the condition itself first.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("assert", "expect"),
    examples=(
        Example(
            title="no output, no check",
            files={
                "tests/test_rate.py": 'def test_pass_rate():\n    output = run("pytest")\n    if "passed" in output:\n        assert rate(output) >= 0.95\n'
            },
            found=("tests/test_rate.py:3",),
        ),
        Example(
            title="nothing is asserted of a result of the other kind",
            files={
                "tests/test_rate.py": (
                    "import sys\n\n\ndef test_gates(desk):\n    result = desk.promote(1)\n    if isinstance(result, Ok):\n        assert result.value.gates\n\n\n"
                    "async def test_rows():\n    rows = await read()\n    if rows:\n        assert rows[0].id == 1\n\n\n"
                    "def test_ready():\n    answer = ask()\n    if answer.ok and not answer.late:\n        assert answer.text == 'x'\n\n\n"
                    "def test_library():\n    if has_library():\n        assert parse('x')\n\n\n"
                    "def test_both():\n    answer = ask()\n    if answer.ok:\n        assert answer.text == 'x'\n    else:\n        assert answer.error\n"
                )
            },
            found=("tests/test_rate.py:12", "tests/test_rate.py:18", "tests/test_rate.py:6"),
        ),
        Example(
            title="a rejection that is never asserted",
            files={
                "tests/test_pay.py": (
                    "async def test_rejection(bank, store):\n    bank.reject.add('p1')\n    result = await bank.send('p1')\n    if result.accepted:\n        assert (await store.get('p1')).failed\n\n\n"
                    "def test_found(store):\n    found = store.find(1)\n    if found:\n        assert found.id == 1\n"
                )
            },
            found=("tests/test_pay.py:10", "tests/test_pay.py:4"),
        ),
        Example(
            title="conditions on what is given, and assertions beside them",
            files={
                "tests/test_pay.py": (
                    "def test_rejection(bank, store):\n    result = bank.send('p1')\n    assert not result.accepted\n    if result.reason:\n        assert result.reason == 'limit'\n\n\n"
                    "def test_ways(bank, fast):\n    result = bank.send('p1')\n    if fast:\n        assert result.seconds < 1\n\n\n"
                    "def test_both(bank):\n    result = bank.send('p1')\n    if result.accepted:\n        assert result.id\n    else:\n        assert result.reason\n"
                )
            },
        ),
        Example(
            title="expectations behind a condition",
            files={
                "e2e/rate.spec.ts": (
                    "test('shows the rate', async ({ page }) => {\n  await page.goto('/rate');\n  const rate = page.locator('#rate');\n  if (await rate.isVisible()) {\n    await expect(rate).toHaveText('95');\n  }\n});\n"
                ),
            },
            found=("e2e/rate.spec.ts:4",),
        ),
        Example(
            title="an expectation before, one on every way, and a test for each item of a list",
            files={
                "e2e/rate.spec.ts": (
                    "test('shows the rate', async ({ page }) => {\n  const rate = page.locator('#rate');\n  await expect(rate).toBeAttached();\n  if (await rate.isVisible()) {\n    await expect(rate).toHaveText('95');\n  }\n});\n\n"
                    "test('shows the total', async ({ page }) => {\n  if (await page.locator('#total').isVisible()) {\n    await expect(page.locator('#total')).toHaveText('1');\n  } else {\n    await expect(page.locator('#none')).toBeVisible();\n  }\n});\n\n"
                    "CASES.forEach((one) => {\n  test(`parses ${one.text}`, () => {\n    if (one.ok) {\n      expect(parse(one.text)).toBe(1);\n    }\n  });\n});\n"
                ),
            },
        ),
        Example(
            title="both ways are checked",
            files={
                "tests/test_rate.py": 'def test_pass_rate():\n    output = run("pytest")\n    if "passed" in output:\n        assert rate(output) >= 0.95\n    else:\n        assert "no tests ran" in output\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
