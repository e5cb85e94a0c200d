"""The fixtures that a Python file defines, and those that its tests ask for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["COMPUTED", "PARSER", "Fixture", "PytestFixtures", "Request", "fixture_name", "parametrized"]

COMPUTED = "*"
"""Stands among the names of parameters for those that are made up on the way."""
_FIXTURES = ("pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A fixture by the name that tests use; `owner` is the class that it belongs to, if any."""

    name: str
    owner: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A parameter of a test that nothing but a fixture can give. `owners` are its class and those that it inherits from."""

    name: str
    test: str
    line: int
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestFixtures(Fact):
    """All of one file. `names` are what it imports; `open` tells that more may come from elsewhere. `bound` are functions and names at its top."""

    kind: ClassVar[str] = "pytest-fixtures"
    fixtures: tuple[Fixture, ...]
    requests: tuple[Request, ...]
    names: tuple[str, ...]
    open: bool
    bound: tuple[str, ...] = ()


def _parse(source: Source) -> PytestFixtures | None:
    plugins = any(word in source.data for word in (b"pytest_plugins", b"pytest_generate_tests", b"globals()["))
    if not plugins and b"fixture" not in source.data and b"def test" not in source.data:
        return None
    syntax = syntax_of(source)
    fixtures = tuple(_fixtures(syntax))
    classes = {name: node for node, name in syntax.classes}
    requests = tuple(one for view in syntax.functions for one in _requests(view, classes, syntax))
    if not fixtures and not requests and not plugins:
        return None
    everything = any(name == "*" for name in syntax.aliases)
    bound = {one.id for node in syntax.at_top(ast.Assign) for one in node.targets if isinstance(one, ast.Name)}
    bound |= {view.name for view in syntax.functions if not view.is_test}
    return PytestFixtures(
        fixtures=fixtures,
        requests=requests,
        names=tuple(sorted(syntax.aliases)),
        open=everything or plugins,
        bound=tuple(sorted(bound)),
    )


def _fixtures(syntax: PythonSyntax) -> Iterator[Fixture]:
    for view in syntax.functions:
        name = fixture_name(view, syntax)
        if name:
            yield Fixture(name=name, owner=view.qualified.rpartition(".")[0], line=view.node.lineno)


def fixture_name(view: FunctionView, syntax: PythonSyntax) -> str:
    """What tests call the fixture that a function is; empty for other functions."""
    for one in view.node.decorator_list:
        call = one if isinstance(one, ast.Call) else None
        if syntax.name_of(call.func if call else one) in _FIXTURES:
            named = next((word.value for word in call.keywords if word.arg == "name"), None) if call else None
            return named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else view.name
    return ""


def _requests(view: FunctionView, classes: dict[str, ast.ClassDef], syntax: PythonSyntax) -> Iterator[Request]:
    owner = view.qualified.rpartition(".")[0]
    if not view.is_test or view.name == "test" or (owner and not owner.startswith("Test")):
        return
    owners = _lineage(owner, classes)
    if owners is None or not all(_is_plain_mark(one, syntax) for one in _decorators(view)):
        return
    args, given = view.node.args, parametrized(view, syntax)
    wanted = args.args[: len(args.args) - len(args.defaults)]
    for one in wanted:
        if one.arg not in ("self", "cls") and one.arg not in given and COMPUTED not in given:
            yield Request(name=one.arg, test=view.qualified, line=view.node.lineno, owners=owners)


def _decorators(view: FunctionView) -> list[ast.expr]:
    return [*view.node.decorator_list, *(view.owner.decorator_list if view.owner else ())]


def _lineage(owner: str, classes: dict[str, ast.ClassDef]) -> tuple[str, ...] | None:
    """The class and its bases in the file; None where a base comes from elsewhere and may bring fixtures with it."""
    if not owner:
        return ()
    node = classes.get(owner)
    found = [owner]
    for base in node.bases if node else ():
        name = base.id if isinstance(base, ast.Name) else ""
        if name not in classes or name == owner:
            return None if name != "object" else tuple(found)
        if classes[name].bases:
            return None
        found.append(name)
    return tuple(found)


def _is_plain_mark(node: ast.expr, syntax: PythonSyntax) -> bool:
    """Marks leave the parameters of a test alone; any other decorator may fill them."""
    return syntax.name_of(node.func if isinstance(node, ast.Call) else node).startswith("pytest.mark.")


def parametrized(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    """The parameters of a test that marks give values to: its own, those of its class, and of its module."""
    found: set[str] = set()
    for one in (*_decorators(view), *_marks(view.owner.body if view.owner else ()), *_module_marks(syntax)):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "parametrize":
            given = [*one.args[:1], *(word.value for word in one.keywords if word.arg in ("argnames", None))]
            for part in (name for value in given for name in subtree(value)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.update(word.strip() for word in part.value.split(","))
                elif isinstance(part, ast.Name):
                    found.add(COMPUTED)
    return found


@lru_cache(maxsize=2)
def _module_marks(syntax: PythonSyntax) -> tuple[ast.expr, ...]:
    return tuple(_marks(syntax.tree.body))


def _marks(body: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    """What is bound to ``pytestmark``: one mark, or a list of them."""
    for one in body:
        match one:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=ast.List(elts=marks) | ast.Tuple(elts=marks)):
                yield from marks
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=mark):
                yield mark
            case _:
                continue


PARSER = Parser(fact=PytestFixtures, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
