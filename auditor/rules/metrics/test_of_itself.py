"""AUD217: a test of nothing but its own mocks and constants."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "rests_on_itself"]

_MAKERS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock"})
_LITERALS = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.UnaryOp)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    constants = _constants(syntax)
    for view in syntax.functions:
        own = _own_material(view, syntax, constants) if view.is_test else set()
        if own:
            message = (
                f"{view.name} asserts what it has itself laid down in {', '.join(sorted(own))}: no code is under test."
            )
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def rests_on_itself(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether this rule reports the test."""
    return bool(_own_material(view, syntax, _constants(syntax)))


def _own_material(view: FunctionView, syntax: PythonSyntax, constants: set[str]) -> set[str]:
    """The mocks and constants that a test rests on, where it reaches nothing else."""
    asserts = [node for node in view.nodes if isinstance(node, ast.Assert)]
    if not asserts or view.parameters or view.node.decorator_list:
        return set()
    used = {node.id for node in view.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    own = (_mocks(view, syntax) | constants) & used
    closed = own and _is_closed(view, syntax, used - constants) and _is_literal_or_mock(asserts, own)
    return own if closed else set()


def _constants(syntax: PythonSyntax) -> set[str]:
    """Names of the module that are bound once, to a literal without any name in it."""
    bound: dict[str, list[ast.expr]] = {}
    for node in syntax.module_nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            bound.setdefault(node.targets[0].id, []).append(node.value)
    once = {name for name, values in bound.items() if len(values) == 1 and _is_literal(values[0])}
    return once - set(syntax.aliases)  # what stands in where an import fails is no constant


def _is_literal(value: ast.expr) -> bool:
    plain = isinstance(value, _LITERALS)
    return plain and not any(isinstance(one, ast.Name | ast.Call | ast.Attribute) for one in subtree(value))


def _mocks(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    found = set()
    for node in view.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func, args=[])):
                if syntax.name_of(func).rpartition(".")[2] in _MAKERS:
                    found.add(name)
            case _:
                continue
    return found


def _is_closed(view: FunctionView, syntax: PythonSyntax, used: set[str]) -> bool:
    """Whether the test reaches nothing outside: every name in it is bound in it, built in or a maker of mocks."""
    if any(isinstance(node, ast.Import | ast.ImportFrom | ast.With | ast.AsyncWith | ast.Try) for node in view.nodes):
        return False
    local = {node.id for node in view.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    makers = {name for name in used if syntax.aliases.get(name, name).rpartition(".")[2] in {*_MAKERS, "mock"}}
    return used <= local | makers | set(dir(builtins)) - {"open", "__import__", "exec", "eval"}


def _is_literal_or_mock(asserts: list[ast.Assert], own: set[str]) -> bool:
    """Whether an assertion rests on a mock or constant directly, or on a name that may come from one."""
    names = {node.id for one in asserts for node in subtree(one.test) if isinstance(node, ast.Name)}
    return bool(names - {"self"}) and bool(own)


RULE = Rule(
    id="AUD217",
    name="test-of-itself",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every test reach code that is not its own?",
    why="A test that tells a mock what to answer and then asserts that answer passes whatever the product does.",
    limits="Judged are tests without parameters and decorators in which every name is bound in the test, built in, a mock or a literal constant of the module.",
    fix="Call the code under test, with the mock in the place of what it depends on.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("assert",),
    examples=(
        Example(
            title="a mock that answers for itself, and a constant that is what it is",
            files={
                "tests/test_security.py": (
                    "from unittest.mock import AsyncMock, MagicMock\n\n"
                    'CONFIG = {"tls": True}\n\n\n'
                    'def test_tls():\n    assert CONFIG["tls"] is True\n\n\n'
                    'def test_injection():\n    sanitizer = MagicMock()\n    sanitizer.clean.return_value = ""\n    assert sanitizer.clean("x") == ""\n\n\n'
                    "async def test_expired():\n    auth = AsyncMock()\n    auth.verify.return_value = False\n    assert await auth.verify(1) is False\n"
                )
            },
            found=("tests/test_security.py:10", "tests/test_security.py:16", "tests/test_security.py:6"),
        ),
        Example(
            title="a mock in the place of what the code depends on",
            files={
                "tests/test_security.py": (
                    "from unittest import mock\n\nfrom shop import Login\n\nLIMIT = 3\n\n\n"
                    "def test_login():\n    store = mock.Mock()\n    store.find.return_value = None\n    assert Login(store).attempt() is False\n\n\n"
                    "def test_limit():\n    assert Login(None).limit == LIMIT\n"
                ),
                "tests/test_press.py": (
                    "from unittest.mock import Mock\n\ntry:\n    from shop import press\nexcept ImportError:\n    press = None\n\n\n"
                    "def test_turn():\n    turned = Mock()\n    one = press.Turn(turned)\n    one()\n    assert one.done\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
