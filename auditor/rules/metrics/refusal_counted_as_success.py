"""AUD291: a load test counts refused requests as served."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATUS = frozenset({"status_code", "status", "status_int"})
_REFUSALS = frozenset({401, 403, 408, 429, *range(500, 600)})
"""Answers of a service that did not do what it was asked for; 400 and 404 may be what a request has to get."""
_ABSENT = frozenset({400, 404, 405, 410, 422})
"""Answers that are no success where they stand beside those of one: the same request cannot have to get both."""
_FIRST = 3
_MEANT = pattern(
    r"(?i)invalid|unauthori[sz]ed|forbidden|denied|not_found|missing|negative|bad_|reject|limit|throttl|error|fail|wrong|abuse|attack|expired"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if _MEANT.search(view.name):
            continue
        for branch, codes in _branches(view):
            if _counts_as_success(branch):
                first = branch.body[0]
                message = f"{view.name} counts an answer of {', '.join(str(code) for code in codes)} as a success."
                yield Hit(source.path, branch.lineno, first.end_lineno or first.lineno, message, view.qualified)


def _branches(view: FunctionView) -> Iterator[tuple[ast.If, list[int]]]:
    """The branches that are taken for some statuses, among them those of refusals."""
    for node in view.of(ast.If):
        match node.test:
            case ast.Compare(left=ast.Attribute(attr=name), ops=[ast.Eq() | ast.In()], comparators=[wanted]) if (
                name in _STATUS
            ):
                told = [one.value for one in subtree(wanted) if isinstance(one, ast.Constant)]
                numbers = [one for one in told if isinstance(one, int)]
                served = any(200 <= one < 300 for one in numbers)  # noqa: PLR2004 - the successes of HTTP
                codes = [one for one in numbers if one in _REFUSALS or (served and one in _ABSENT)]
                if codes:
                    yield node, codes
            case _:
                continue


def _counts_as_success(branch: ast.If) -> bool:
    """Whether one of the first things done is ``response.success()``, as a load test of Locust says it."""
    return any(_is_success(one.value) for one in branch.body[:_FIRST] if isinstance(one, ast.Expr))


def _is_success(call: ast.expr) -> bool:
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "success"
        and not call.args
    )


RULE = Rule(
    id="AUD291",
    name="refusal-counted-as-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a load test count only what was served?",
    why="A service that answers 429 to every request passes such a run without a failure, and with the best latency of all.",
    limits="Judged are branches on refusals, limits and errors of the server that call `success()` first; what is named for refusals or limits is left alone.",
    fix="Count refusals as failures, or apart, and fail the run above a share of them.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=(".success(",),
    examples=(
        Example(
            title="a throttled run that passes",
            files={
                "load/locustfile.py": (
                    "class Visitor:\n"
                    "    def search(self):\n"
                    '        with self.client.get("/search", catch_response=True) as response:\n'
                    "            if response.status_code == 200:\n"
                    "                response.success()\n"
                    "            elif response.status_code in (429, 503):\n"
                    "                response.success()\n"
                    "            else:\n"
                    '                response.failure("status")\n'
                ),
            },
            found=("load/locustfile.py:6",),
        ),
        Example(
            title="an order that is not there, served",
            files={
                "load/locustfile.py": (
                    "class Visitor:\n"
                    "    def order(self):\n"
                    '        with self.client.get("/orders/7", catch_response=True) as answer:\n'
                    "            if answer.status_code in [200, 404]:\n"
                    "                self.tried += 1\n"
                    "                answer.success()\n"
                ),
            },
            found=("load/locustfile.py:4",),
        ),
        Example(
            title="refusals that count, and a request that has to be refused",
            files={
                "load/locustfile.py": (
                    "class Visitor:\n"
                    "    def search(self):\n"
                    '        with self.client.get("/search", catch_response=True) as response:\n'
                    "            if response.status_code == 429:\n"
                    '                response.failure("throttled")\n'
                    "\n"
                    "    def unauthorized(self):\n"
                    '        with self.client.get("/admin", catch_response=True) as response:\n'
                    "            if response.status_code == 401:\n"
                    "                response.success()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
