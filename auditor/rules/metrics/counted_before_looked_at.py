"""AUD963: a success is counted before the result is asked whether it is one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, blocks_of, strings_in, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GOOD = pattern(
    r"(?i)(?:^|[_\W])(?:accepted|success|successes|successful|succeeded|ok|passed|delivered|approved|confirmed|valid|healthy)(?:$|[_\W])"
)
_STATES = pattern(
    r"(?i)^(?:is_)?(?:accepted|success|successful|succeeded|ok|passed|completed|delivered|sent|approved|confirmed|valid|is_success|is_ok|healthy|done)$"
)
_COUNTS = frozenset({"inc", "increment", "incr", "add", "count"})
_CODES = frozenset({"status_code", "status", "returncode"})
_REFUSED_FROM = frozenset({0, 200, 201, 202, 204, 299, 300, 400})
_NEAR = 3
"""Statements between the count and the question, at most."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for block in blocks_of(view) if not view.is_test else ():
            for at, statement in enumerate(block):
                asked = _asked_after(block[at + 1 : at + 1 + _NEAR]) if _counts_good(statement) else None
                if asked is not None and _was_known(asked, statement, view):
                    message = f"{view.name} counts a success before it asks whether it is one: what is refused is counted as well."
                    yield Hit(
                        source.path, statement.lineno, statement.end_lineno or statement.lineno, message, view.qualified
                    )


def _counts_good(statement: ast.stmt) -> bool:
    """``metrics.sent.labels("accepted").inc()``, ``self.succeeded += 1``."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method, value=counted))) if method in _COUNTS:
            return _GOOD.search(strings_in(counted) or _named(counted)) is not None
        case ast.AugAssign(target=target, op=ast.Add(), value=ast.Constant(value=1)):
            return (
                _GOOD.search(strings_in(target) if isinstance(target, ast.Subscript) else last_name(target)) is not None
            )
        case _:
            return False


def _named(counted: ast.expr) -> str:
    """The name of what is counted with, whatever its labels are."""
    while isinstance(counted, ast.Call):
        counted = counted.func.value if isinstance(counted.func, ast.Attribute) else counted.func
    return last_name(counted)


def _asked_after(statements: list[ast.stmt]) -> ast.expr | None:
    """What the next question asks, where no is a way out: ``if not result.accepted: return``."""
    for one in statements:
        if isinstance(one, ast.If):
            leaves = isinstance(one.body[-1], ast.Return | ast.Raise | ast.Continue)
            return _denied(one.test) if leaves else None
        if any(isinstance(node, ast.Await | ast.Assign) for node in subtree(one)):
            return None
    return None


def _denied(test: ast.expr) -> ast.expr | None:
    """What a condition says is no success: ``not result.accepted``, ``answer.status_code != 200``."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=asked) if _STATES.search(last_name(asked)):
            return asked
        case ast.Compare(
            left=asked, ops=[ast.NotEq() | ast.GtE() | ast.Gt()], comparators=[ast.Constant(value=int(code))]
        ):
            return asked if last_name(asked) in _CODES and code in _REFUSED_FROM else None
        case _:
            return None


def _was_known(asked: ast.expr, counted: ast.stmt, view: FunctionView) -> bool:
    """Whether the result had come before it was counted."""
    name = asked.value.id if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name) else ""
    return bool(name) and _first_bound(view).get(name, counted.lineno) < counted.lineno


@lru_cache(maxsize=2)
def _first_bound(view: FunctionView) -> dict[str, int]:
    """The line on which each name of a function is bound first."""
    found: dict[str, int] = {}
    for one in view.of(ast.Assign):
        for to in one.targets:
            found[last_name(to)] = min(one.lineno, found.get(last_name(to), one.lineno))
    return found


RULE = Rule(
    id="AUD963",
    name="counted-before-looked-at",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is a success counted only where the result is one?",
    why="`sent.labels('accepted').inc()` stands a line above `if not result.accepted: return`: the dashboard shows every refusal as accepted.",
    limits="Judged are counts whose name or label says success (what is `sent`, `done` or `processed` may well have failed), within three statements before a question whether the result that has come is one, with a way out where it is not.",
    fix="Count behind the question, and the refusals under their own label.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="refusals that are counted as accepted",
            files={
                "shop/send.py": (
                    "class Sender:\n    async def send(self, order):\n        result = await self.bank.send(order)\n        self.metrics.sent.labels('accepted').inc()\n        if not result.accepted:\n            return result\n        return result\n\n"
                    "    def post(self, order):\n        answer = self.http.post(order)\n        self.counts['delivered'] += 1\n        if answer.status_code != 200:\n            return None\n        return answer\n\n"
                    "    def push(self, order):\n        answer = self.bank.push(order)\n        self.succeeded += 1\n        log.info('pushed')\n        if not answer.ok:\n            raise ValueError(answer)\n"
                )
            },
            found=("shop/send.py:11", "shop/send.py:18", "shop/send.py:4"),
        ),
        Example(
            title="what is counted behind the question, and attempts",
            files={
                "shop/send.py": (
                    "class Sender:\n    async def send(self, order):\n        result = await self.bank.send(order)\n        self.metrics.sent.labels('attempted').inc()\n        if not result.accepted:\n            return result\n        self.metrics.sent.labels('accepted').inc()\n        return result\n\n"
                    "    async def twice(self, order):\n        first = await self.bank.send(order)\n        self.succeeded += 1\n        second = await self.bank.send(order)\n        if not second.ok:\n            return None\n        return first\n"
                )
            },
        ),
        Example(
            title="how far it is, whatever came of it",
            files={
                "shop/run.py": "def run(self, jobs):\n    for job in jobs:\n        result = self.do(job)\n        self.done += 1\n        if not result.ok:\n            self.failed += 1\n            continue\n        self.keep(result)\n\n\ndef post(self):\n    response = self.http.post('/')\n    self.sent += 1\n    if response.status_code != 200:\n        raise RuntimeError\n",
            },
        ),
    ),
)
