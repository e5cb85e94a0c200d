"""AUD954: a test asserts only where the answer is the one that it does not say must come."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_asserting import is_assertion
from auditor.facts.python_checks import fails
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASSERTS = pattern(r"(?i)assert|expect|raises|warns|verify|check|validate|compare|fail|match|should|skip|ensure")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        branch = _only_branch(view) if view.is_test and not view.node.decorator_list else None
        if branch is not None and not fails(view.body, syntax):
            message = (
                f"{view.name} asserts nothing unless {ast.unparse(branch.test)[:80]} holds, which it does not assert."
            )
            yield Hit(source.path, branch.lineno, branch.end_lineno or branch.lineno, message, view.qualified)


def _only_branch(view: FunctionView) -> ast.If | None:
    """The last statement of a test, which asks the answer of a call for its truth and holds every assertion of the test."""
    branch = view.body[-1] if view.body else None
    if not isinstance(branch, ast.If) or branch.orelse or not _asks_answer(branch.test, view):
        return None
    before = list(own_nodes(view.body[:-1]))
    told = any(is_assertion(one) or isinstance(one, ast.Raise | ast.With | ast.AsyncWith) for one in before)
    called = any(isinstance(one, ast.Call) and _ASSERTS.search(last_name(one.func)) for one in before)
    inside = any(is_assertion(one) for one in own_nodes(branch.body))
    return branch if inside and not told and not called else None


def _asks_answer(test: ast.expr, view: FunctionView) -> bool:
    """``result.accepted``, ``not answer.get("ok")``, ``found``: of a name that holds what a call in the test gave."""
    asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    if not isinstance(asked, ast.Attribute | ast.Name | ast.Subscript | ast.Call):
        return False
    names = {one.id for one in subtree(asked) if isinstance(one, ast.Name)}
    given = {
        target.id
        for one in view.of(ast.Assign)
        if isinstance(one.value, ast.Call | ast.Await)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return len(names) == 1 and names <= given


RULE = Rule(
    id="AUD954",
    name="assertion-behind-the-answer",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test assert something whatever the code answers?",
    why="`if result.accepted: assert ...` in a test of a rejection is never entered: the test is green when the payment is sent, and when it is not.",
    limits="Judged are tests that end with a condition on the truth of what a call gave (or a part of it), without an `else`, in which all their assertions stand. Comparisons are told of by AUD209.",
    fix="Assert the answer itself first.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
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
    ),
)
