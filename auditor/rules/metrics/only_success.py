"""AUD275: a check that has several ways to end, all of them successes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_admissions import milder_where_said
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import ends
from auditor.facts.python_checks import fails
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(
    r"^_*(?:is|wait_(?:for|until)\w*|wait_(?:ready|healthy)|await_\w+|ensure|confirm|has_(?:converged|settled))(?:_|$)"
)
_CONVERTS = frozenset(
    {"float", "int", "Decimal", "UUID", "loads", "fromisoformat", "strptime", "ip_address", "ip_network", "compile"}
)
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test and _asks(view) and _only_succeeds(view, syntax):
            last = view.returns[-1]
            message = f"{view.name} returns success in {len(view.returns)} places and failure in none."
            milder = milder_where_said(view, syntax)
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified, milder)


def _asks(view: FunctionView) -> bool:
    return Claim.CHECK in claims_of(view.name) or _ASKS.search(view.name) is not None


def _only_succeeds(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether every way out is a literal success, at least one of them behind a condition that was asked for."""
    if len(view.returns) < _FEWEST or not ends(view.node.body) or fails(view.body, syntax):
        return False
    if any(isinstance(one.value, ast.Call) and last_name(one.value.func) in _CONVERTS for one in view.of(ast.Expr)):
        return False  # called for nothing but the exception that it raises
    bindings = Bindings.of(view)
    literal = [isinstance(one.value, ast.Constant | ast.Tuple | ast.Dict | ast.Call) for one in view.returns]
    return all(literal) and all(verdict_of(one.value, bindings) is Verdict.SUCCESS for one in view.returns)


RULE = Rule(
    id="AUD275",
    name="only-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can a check that asks for something also answer 'no'?",
    why="A wait for readiness that returns True when the service is up, and True when its attempts are used up, holds nobody back.",
    limits="Judged are functions named for checks and waits with at least two returns, all of them literal successes, that neither raise nor exit.",
    fix="Return failure, or raise, where the condition was not met.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a callback that says that it ignores what it finds",
            files={
                "seal.py": (
                    'class Seal:\n    """Holds a connection, ignoring verification errors, which are only logged."""\n\n'
                    "    def verify_seal(self, seal, depth):\n        if depth:\n            return True\n        if not seal.fits():\n            log.warning('does not fit')\n        return True\n"
                )
            },
            found=("seal.py:9",),
        ),
        Example(
            title="attempts that are used up",
            files={
                "wait.py": "async def wait_for_ready(session, url):\n    for _ in range(10):\n        response = await session.get(url)\n        if response.status == 200:\n            return True\n        await sleep(2)\n    return True\n"
            },
            found=("wait.py:7",),
        ),
        Example(
            title="a failure at the end, by return or by exception",
            files={
                "wait.py": "async def wait_for_ready(session, url):\n    for _ in range(10):\n        if (await session.get(url)).status == 200:\n            return True\n    return False\n\n\ndef check_all(items):\n    if not items:\n        return True\n    for one in items:\n        if not one.ok:\n            raise ValueError(one)\n    return True\n\n\ndef is_number(text):\n    if isinstance(text, int):\n        return True\n    float(text)\n    return True\n"
            },
        ),
    ),
    check_file=_check,
)
