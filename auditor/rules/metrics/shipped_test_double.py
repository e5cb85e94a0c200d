"""AUD211: a test double on the shipped path."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOUBLE = pattern(
    r"^(?:(?:Mock|Fake|Simulated)[A-Z]\w+|(?:Dummy|Stub)\w*(?:Client|Service|Gateway|Provider|Backend|Store|Database|Session|Connection|Repository|Adapter|Model|Agent|Api|API))$"
)
_FOR_TESTS = pattern(r"(?i)\b(?:tests?|testing|mocks?|mocking|fixtures?)\b")
_TEST_RUN = pattern(r"(?i)(?:^|[\W_])(?:testing|unit_?tests?|is_?tests?|under_?test|pytest\w*)(?:[\W_]|$)")
_RUNNERS = frozenset({"pytest", "_pytest", "unittest", "hypothesis", "nose", "pyperf", "asv_runner"})
_APART = pattern(r"(?i)test|mock|fake|fixture|conftest|stub|dummy|demo|example|sandbox|simulat|offline|local|dev")


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    helps = _helps_tests(source, syntax)
    for node in syntax.module_nodes if not helps else ():
        if isinstance(node, ast.ImportFrom) and not node.level and node.module in ("unittest.mock", "mock"):
            yield _hit(
                source,
                node,
                f"This module ships with {', '.join(one.name for one in node.names)} of {node.module}.",
                "",
            )
    for view in syntax.functions:
        if _APART.search(view.qualified):
            continue
        for node in _defaults(view.node):
            yield from _made(source, node, view.qualified, syntax)
        kept_apart = _lines_for_tests(view)
        for node in view.nodes:
            value = _stand_in(node)
            if value is not None and value.lineno not in kept_apart:
                yield from _made(source, value, view.qualified, syntax)


def _helps_tests(source: Source, syntax: PythonSyntax) -> bool:
    """Whether the module is there for the tests of others: it says so, plugs into a runner, or defines the doubles."""
    said = (ast.get_docstring(source.python) or "").partition("\n\n")[0]
    imported = {name.partition(".")[0] for name in syntax.aliases.values() if not name.startswith("unittest.mock")}
    defines = any("Mock" in node.name or "TestCase" in node.name for node, _ in syntax.classes)
    return defines or bool(imported & _RUNNERS) or _FOR_TESTS.search(said) is not None


def _lines_for_tests(view: FunctionView) -> frozenset[int]:
    """The lines of branches that are taken in a test run only, as their condition says."""
    chosen = [
        one
        for one in view.of(ast.If)
        if _TEST_RUN.search(ast.unparse(one.test)) and "not " not in ast.unparse(one.test)
    ]
    return frozenset(
        line for one in chosen for part in one.body for line in range(part.lineno, (part.end_lineno or 0) + 1)
    )


def _stand_in(node: ast.AST) -> ast.expr | None:
    """What a node falls back on, hands out or keeps."""
    match node:
        case ast.Return(value=value) | ast.Assign(targets=[ast.Attribute()], value=value):
            return value
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return last
        case _:
            return None


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    return [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]


def _made(source: Source, node: ast.expr, symbol: str, syntax: PythonSyntax) -> Iterator[Hit]:
    name = syntax.name_of(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    if _DOUBLE.search(name):
        yield _hit(source, node, f"{symbol} works with {name}, a test double, on the shipped path.", symbol)


def _hit(source: Source, node: ast.stmt | ast.expr, message: str, symbol: str) -> Hit:
    return Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, symbol)


RULE = Rule(
    id="AUD211",
    name="shipped-test-double",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does shipped code work with the real thing?",
    why="A fake that steps in silently when the client is missing answers for the real service, and nobody is told.",
    limits="Knows test doubles by unittest.mock and by names such as FakeClient; modules that call themselves fakes, demos or test helpers are left alone.",
    fix="Fail when the real client cannot be made; keep doubles in the tests.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("mock", "fake", "dummy", "stub", "simulated"),
    examples=(
        Example(
            title="a library whose purpose is testing",
            files={
                "responses/__init__.py": "from unittest import mock\n\n\nclass RequestsMock:\n    def start(self):\n        self.patcher = mock.patch('requests.send')\n",
                "marks/logging.py": "from unittest.mock import Mock\n\nfrom pyperf import perf_counter\n",
                "strategies/plugin.py": '"""Fixtures for the tests of others."""\n\nfrom unittest.mock import patch\n',
            },
        ),
        Example(
            title="a fake as the default",
            files={
                "service.py": "from clients import FakeGateway\n\n\nclass Service:\n    def __init__(self, gateway=None):\n        self.gateway = gateway or FakeGateway()\n"
            },
            found=("service.py:6",),
        ),
        Example(
            title="a mock that ships",
            files={"service.py": "from unittest.mock import MagicMock\n\nclient = MagicMock()\n"},
            found=("service.py:1",),
        ),
        Example(
            title="a helper for tests",
            files={"service/testing.py": "from unittest.mock import MagicMock\n\nclient = MagicMock()\n"},
            found=(),
        ),
        Example(
            title="a quick stand-in in test runs only",
            files={
                "core/hasher.py": "def get_hasher(settings):\n    if settings.TESTING:\n        return FakeHasher()\n    return BcryptHasher()\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
