"""AUD256: a load test that counts every answer as a success."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DECIDES = (ast.If, ast.IfExp, ast.Try, ast.Assert, ast.Raise, ast.Match, ast.BoolOp)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test and _asserts(view):
            continue
        for node in view.of(ast.With, ast.AsyncWith):
            for name in _caught(node):
                call = _declared(node.body, name)
                if call is not None:
                    message = f"{view.name} counts every answer as a success, whatever its status."
                    yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _asserts(view: FunctionView) -> bool:
    """Whether a test asserts something: then it is what counts answers that is tried, and not a service."""
    return bool(view.of(ast.Assert)) or any(last_name(call.func).startswith("assert") for call in view.calls)


def _caught(node: ast.With | ast.AsyncWith) -> Iterator[str]:
    """The names of answers over which the block decides: ``with client.get(url, catch_response=True) as answer``."""
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call) or not isinstance(item.optional_vars, ast.Name):
            continue
        if any(
            one.arg == "catch_response" and isinstance(one.value, ast.Constant) and one.value.value is True
            for one in call.keywords
        ):
            yield item.optional_vars.id


def _declared(body: list[ast.stmt], name: str) -> ast.Call | None:
    """The call that declares a success, where the block asks for nothing and cannot declare a failure."""
    nodes = list(own_nodes(body))
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    on_answer = [one for one in calls if _is_on(one, name)]
    if any(isinstance(one, _DECIDES) for one in nodes) or len(on_answer) != 1 or _is_handed_on(calls, name):
        return None
    return on_answer[0] if ast.unparse(on_answer[0].func) == f"{name}.success" else None


def _is_on(call: ast.Call, name: str) -> bool:
    func = call.func
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == name


def _is_handed_on(calls: list[ast.Call], name: str) -> bool:
    """Whether other code is given the answer, and may judge it."""
    given = [part for call in calls for part in (*call.args, *(one.value for one in call.keywords))]
    return any(isinstance(one, ast.Name) and one.id == name for one in given)


RULE = Rule(
    id="AUD256",
    name="response-declared-good",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the load test look at an answer before it counts it as a success?",
    why="`catch_response=True` hands the verdict to the test, and `response.success()` alone gives it: a service that answers 500 to all has no failures in the report.",
    limits="Judged are blocks over an answer of Locust that call `success()` and hold no condition, exception or assertion, and hand the answer to nobody.",
    fix="Ask for the status and the content first, and call `response.failure(...)` where they are wrong; or leave `catch_response` out.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("catch_response",),
    examples=(
        Example(
            title="a success whatever comes back",
            files={
                "load/locustfile.py": (
                    "from locust import HttpUser, task\n\n\nclass Reader(HttpUser):\n    @task\n    def search(self):\n"
                    "        with self.client.get('/search?q=a', catch_response=True) as answer:\n            answer.success()\n"
                )
            },
            found=("load/locustfile.py:8",),
        ),
        Example(
            title="an answer that is looked at",
            files={
                "load/locustfile.py": (
                    "from locust import HttpUser, task\n\n\nclass Reader(HttpUser):\n    @task\n    def search(self):\n"
                    "        with self.client.get('/search?q=a', catch_response=True) as answer:\n            if answer.status_code == 200:\n                answer.success()\n            else:\n                answer.failure('status')\n\n"
                    "    @task\n    def browse(self):\n        with self.client.get('/', catch_response=True) as answer:\n            self.judge(answer)\n            answer.success()\n"
                ),
                "tests/test_counting.py": (
                    "def test_success_is_counted(user, counts):\n    with user.client.get('/broken', catch_response=True) as answer:\n        answer.success()\n    assert counts.failures == 0\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
