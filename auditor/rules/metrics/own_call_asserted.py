"""AUD267: a test that calls a double itself, and asserts that it was called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, dotted, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MAKERS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock"})
_DOUBLE = pattern(r"(?i)^(?:mock_\w+|\w+_mock|mock|mocked_\w+)$")
_CALLED = frozenset({"called", "call_count", "await_count", "awaited"})
_ASSERTED = pattern(r"^assert_(?:called|awaited|any_call|has_calls)")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not view.is_test or not view.calls:
            continue
        doubles = _doubles(view)
        own = {name for name in _called(view) if name.partition(".")[0] in doubles} if doubles else set()
        for node, name in _asserted(view) if own else ():
            if name in own and not _is_given_away(view, name.partition(".")[0]):
                message = f"{view.name} calls {name} itself, and asserts that it was called."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
                break


def _doubles(view: FunctionView) -> set[str]:
    """The names of doubles: those made here, those given by their names, and what a call of one of these gives."""
    found = {name for name in view.parameters if _DOUBLE.match(name)}
    for name, values in Bindings.of(view).assigned.items():
        value = values[0].value if isinstance(values[0], ast.Await) else values[0]
        if (isinstance(value, ast.Call) and last_name(value.func) in _MAKERS) or (
            isinstance(value, ast.Call) and dotted(value.func, {}).partition(".")[0] in found
        ):
            found.add(name)
    return found


def _called(view: FunctionView) -> Iterator[str]:
    """What the test calls on its own account: statements, and values that are kept, and no argument of another call."""
    statements: list[ast.Expr | ast.Assign] = [*view.of(ast.Expr), *view.of(ast.Assign)]
    for node in statements:
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(value, ast.Call):
            yield dotted(value.func, {})


def _asserted(view: FunctionView) -> Iterator[tuple[ast.Assert | ast.Call, str]]:
    """``assert x.y.called``, ``assert x.y.call_count == 1`` and ``x.y.assert_called_once()``, with the name of what is called."""
    for node in view.of(ast.Assert):
        for one in own_nodes([node.test]):
            if isinstance(one, ast.Attribute) and one.attr in _CALLED:
                yield node, dotted(one.value, {})
    for call in view.calls:
        if isinstance(call.func, ast.Attribute) and _ASSERTED.match(call.func.attr):
            yield call, dotted(call.func.value, {})


def _is_given_away(view: FunctionView, name: str) -> bool:
    """Whether other code is given the double, or it is put in the place of something, so that this may call it, too."""
    for call in view.calls:
        given = [*call.args, *(one.value for one in call.keywords)]
        if any(isinstance(one, ast.Name) and one.id == name for value in given for one in own_nodes([value])):
            return True
    for node in view.of(ast.Assign):
        named = {
            one.id for part in (node.value, *node.targets) for one in own_nodes([part]) if isinstance(one, ast.Name)
        }
        if name in named and any(not isinstance(target, ast.Name) for target in node.targets):
            return any(
                dotted(target, {}).partition(".")[0] != name
                for target in node.targets
                if not isinstance(target, ast.Name)
            )
    return False


RULE = Rule(
    id="AUD267",
    name="own-call-asserted",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is it the code under test whose calls are asserted?",
    why="`client.ping()` and, one line below, `assert client.ping.called`: the test has proved that it can call a mock.",
    limits="Judged are doubles that are made in the test or named for one; where the double is handed to any other code, or set as an attribute, that code may have called it.",
    fix="Hand the double to the code under test, and call that.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("mock",),
    examples=(
        Example(
            title="a double that the test calls itself",
            files={
                "tests/test_cache.py": (
                    "def test_ping(mock_redis):\n    client = mock_redis('redis://cache')\n    client.ping()\n    assert client.ping.called\n\n\n"
                    "async def test_send():\n    sender = AsyncMock()\n    await sender.send('hello')\n    sender.send.assert_awaited_once_with('hello')\n"
                ),
            },
            found=("tests/test_cache.py:10", "tests/test_cache.py:4"),
        ),
        Example(
            title="a double that the code under test calls",
            files={
                "tests/test_cache.py": (
                    "def test_ping(mock_redis):\n    client = mock_redis('redis://cache')\n    Cache(client).ping()\n    client.ping()\n    assert client.ping.called\n\n\n"
                    "def test_send(service):\n    service.sender = sender = Mock()\n    sender.send('hello')\n    service.flush()\n    sender.send.assert_called()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
