"""AUD439: a test that was singled out, so that its neighbours no longer run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    yield from flaw_hits(source, Flaw.FOCUSED, "{test} is singled out: no other test of its file runs.")


RULE = Rule(
    id="AUD439",
    name="focused-test",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do all tests of a file run?",
    why="`only` is for the hour in which one test is being mended. Committed, it switches off every other test of the file, and the run is green.",
    limits="Tests and groups of Jest, Vitest, Mocha, Jasmine, Playwright and node:test that are written out.",
    fix="Remove `only`, and let the linter refuse it (`no-only-tests`, `--forbid-only`).",
    since="0.5.0",
    effort=5,
    reads=frozenset({"code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="a test and a group that were singled out",
            files={
                "src/cart.test.ts": "it.only('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n\nit('removes', () => {\n  expect(remove(1)).toBe(0);\n});\n",
                "tests/order.spec.js": "fdescribe('orders', () => {\n  it('ships', () => {\n    expect(ship()).toBe(true);\n  });\n});\n",
            },
            found=("src/cart.test.ts:1", "tests/order.spec.js:1"),
        ),
        Example(
            title="all run",
            files={
                "src/cart.test.ts": "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\nlist.only('x', () => 1);\n"
            },
        ),
    ),
)
