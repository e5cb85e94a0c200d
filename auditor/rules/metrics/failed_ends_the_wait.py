"""AUD875: a wait ends on failure as it does on success, and nobody asks which of them it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LEAST = 2


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for test, last in _left_alike(view):
            message = f"{view.name} stops waiting when it failed as when it is done, and goes on alike."
            yield Hit(source.path, test.lineno, last, message, view.qualified)


def _left_alike(view: FunctionView) -> Iterator[tuple[ast.Compare, int]]:
    """``if state in ("complete", "failed"): break``, where nothing looks at the state afterwards; with the line it ends on."""
    for loop in view.of(ast.While, ast.For, ast.AsyncFor):
        for choice in loop.body:
            test = choice.test if isinstance(choice, ast.If) and not choice.orelse else None
            if not isinstance(test, ast.Compare) or not isinstance(test.left, ast.Name) or not _names_both(test):
                continue
            leaves = isinstance(choice, ast.If) and any(isinstance(one, ast.Break) for one in choice.body)
            if leaves and not loop.orelse and not _is_read(view, test.left.id, test):
                yield test, view.body[-1].end_lineno or test.lineno


def _names_both(test: ast.Compare) -> bool:
    """Whether a state is compared with several words, of which one is a failure and another is none."""
    nodes = [one for compared in test.comparators for one in own_nodes([compared])]
    words = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    words += [one.attr for one in nodes if isinstance(one, ast.Attribute)]
    failed = [one for one in words if verdict_of_word(one) is Verdict.FAILURE]
    return isinstance(test.ops[0], ast.In) and len(words) >= _LEAST and 0 < len(failed) < len(words)


def _is_read(view: FunctionView, name: str, test: ast.Compare) -> bool:
    """Whether anything but the condition reads the name."""
    own = {id(one) for one in subtree(test)}
    return any(one.id == name and isinstance(one.ctx, ast.Load) and id(one) not in own for one in view.of(ast.Name))


RULE = Rule(
    id="AUD875",
    name="failed-ends-the-wait",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a wait for the end of something ask how it ended?",
    why="`if state in ('complete', 'failed'): break` and then `return region`: the region whose roll-out failed is reported as rolled out.",
    limits="Loops that are left on a word for failure and on another alike, in functions that read the state nowhere else.",
    fix="Raise, or return failure, where the state is the failed one.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a roll-out that failed is rolled out",
            files={
                "shop/regions.py": (
                    "async def roll(client, region):\n    job = await client.apply(region)\n    while True:\n        state = await client.status(job)\n        if state in ('complete', 'failed'):\n            break\n        await pause(5)\n    return region\n"
                ),
            },
            found=("shop/regions.py:5",),
        ),
        Example(
            title="states that are looked at behind the loop, and that are passed on",
            files={
                "shop/regions.py": (
                    "async def roll(client, region):\n    while True:\n        state = await client.status(region)\n        if state in ('complete', 'failed'):\n            break\n    return state\n\n\n"
                    "async def settle(client):\n    while True:\n        state = await client.status()\n        if state in ('idle', 'complete'):\n            break\n    return client\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
