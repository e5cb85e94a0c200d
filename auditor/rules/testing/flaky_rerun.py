"""AUD434: a test that is run again until it passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_MARKS = frozenset({"pytest.mark.flaky", "flaky.flaky", "flaky"})


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(
            source, Flaw.RERUN, "{test} is run again when it fails, which hides regressions that show now and then."
        )
        return
    syntax = syntax_of(source)
    named = [(view.node.decorator_list, view.qualified) for view in syntax.functions]
    named += [(node.decorator_list, name) for node, name in syntax.classes]
    for decorators, symbol in named:
        for decorator in decorators:
            name = syntax.name_of(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if name in _MARKS:
                message = f"{symbol} is run again when it fails, which hides regressions that show now and then."
                yield Hit(source.path, decorator.lineno, decorator.end_lineno or decorator.lineno, message, symbol)


RULE = Rule(
    id="AUD434",
    name="flaky-rerun",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does one failing run fail the test?",
    why="With reruns, a defect that shows in half of the runs passes seven times out of eight.",
    limits="Reruns that the pipeline's command line or the configuration asks for are other rules' matter.",
    fix="Remove the cause (waiting for a state instead of a time, a fixed seed, a wider measured bound), then the marker.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("flaky", "retrytimes", "retry", "retries"),
    examples=(
        Example(
            title="reruns in Jest, Vitest and Playwright",
            files={
                "test/queue.test.ts": "jest.retryTimes(2);\n\nit('drains', async () => {\n  expect(await drain()).toBe(0);\n});\n",
                "test/flow.test.ts": "import { test } from 'vitest';\n\ntest('flows', { retry: 3 }, async () => {\n  expect(await flow()).toBe(1);\n});\n",
            },
            found=("test/flow.test.ts:3", "test/queue.test.ts:1"),
        ),
        Example(
            title="retries that are tested, and none",
            files={
                "test/queue.test.ts": "jest.retryTimes(0);\n\nit('retries', async () => {\n  expect(await send({ retries: 3 })).toBe(3);\n});\n"
            },
        ),
        Example(
            title="reruns of a performance test",
            files={
                "tests/test_speed.py": "import pytest\n\n@pytest.mark.flaky(reruns=3, reruns_delay=2)\ndef test_speed():\n    assert timed() < 0.1\n"
            },
            found=("tests/test_speed.py:3",),
        ),
        Example(
            title="a docstring that speaks of the marker",
            files={
                "tests/test_speed.py": 'def test_speed():\n    """Was marked @pytest.mark.flaky(reruns=3) once."""\n    assert timed() < 0.1\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
