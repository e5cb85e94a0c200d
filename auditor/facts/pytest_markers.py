"""The markers that the tests of a Python file bear."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import all_nodes, dotted, subtree
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "PytestMarkers"]

_REGISTERED = pattern(r"addinivalue_line\(\s*[\"']markers[\"']\s*,\s*[frbFRB]{0,2}[\"']{1,3}\s*([A-Za-z_]\w*)")
_ADDS = pattern(r"\b(?:add_marker|applymarker)\(")
_ADDED = pattern(r"\b(?:add_marker|applymarker)\(\s*(?:pytest\.mark\.(\w+)|[\"'](\w+)[\"'])")
_LONGEST = 80
_DYNAMIC = frozenset({"add_marker", "applymarker", "pytest_collection_modifyitems", "pytest_itemcollected"})


@dataclass(frozen=True, slots=True)
class PytestMarkers(Fact):
    """Every test with the names of its markers, sorted. `dynamic` where markers are also added by code.

    `asked` are the markers that the module takes from ``pytest.mark`` when it is imported, with the line of the first time; `registered`
    those that code makes known. `names` are those of the tests and of the classes around them, and `added` are the markers that code gives to tests, an empty one where it cannot be told. It `benchmarks` where a
    test takes the fixture of that name. `words` are those that names of parameters may hold. `open` where it may make known others, or loads a plugin that may.
    """

    kind: ClassVar[str] = "pytest-markers"
    tests: tuple[tuple[str, ...], ...]
    dynamic: bool
    asked: tuple[tuple[str, int], ...] = ()
    registered: tuple[str, ...] = ()
    open: bool = False
    names: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    benchmarks: bool = False
    words: tuple[str, ...] = ()


def _accepts(file: SourceFile) -> bool:
    if file.language is not Language.PYTHON:
        return False
    return file.role is Role.TEST or file.name.startswith("test_") or file.name.endswith(("_test.py", "conftest.py"))


def _parse(source: Source) -> PytestMarkers | None:
    tree = source.python
    shared = _module_markers(tree)
    tests = tuple(tuple(sorted(markers)) for markers in _tests(tree, shared))
    dynamic = any(word in source.text for word in _DYNAMIC)
    registered = [match.group(1) for match in _REGISTERED.finditer(source.text)]
    is_open = "pytest_plugins" in source.text or source.text.count("addinivalue_line") > len(registered)
    asked = tuple(sorted(_asked(tree).items()))
    if not (tests or dynamic or registered or is_open or asked):
        return None
    found = list(_functions(tree)) if tests else []
    names = {name for _, named in found for name in named}
    benchmarks = any(arg.arg.startswith("benchmark") for one, _ in found for arg in one.args.args)
    return PytestMarkers(
        tests,
        dynamic,
        asked,
        tuple(sorted(set(registered))),
        is_open,
        tuple(sorted(names)),
        _added(source.text),
        benchmarks,
        tuple(sorted(_words(tree))) if "param" in source.text else (),
    )


def _words(tree: ast.Module) -> set[str]:
    """The texts and names of which the names of parameters may be made."""
    parts = [one.value for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None]
    for one in all_nodes(tree):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            parts.extend(one.decorator_list)
    found: set[str] = set()
    for one in (each for part in parts for each in subtree(part)):
        match one:
            case ast.Constant(value=str() as text) if len(text) <= _LONGEST:
                found.add(text)
            case ast.Name(id=text) | ast.Attribute(attr=text):
                found.add(text)
            case _:
                continue
    return found


def _asked(tree: ast.Module) -> dict[str, int]:
    """The markers that are looked up while the module is imported, with their first lines."""
    found: dict[str, int] = {}
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        parts: list[ast.AST] = []
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            parts.extend(node.decorator_list)
        elif isinstance(node, ast.Assign):
            parts.append(node.value)
        if isinstance(node, ast.ClassDef):
            waiting.extend(node.body)
        for one in (each for part in parts for each in subtree(part)):
            if isinstance(one, ast.Attribute) and dotted(one.value, {}) == "pytest.mark":
                found[one.attr] = min(found.get(one.attr, one.lineno), one.lineno)
    return found


def _module_markers(tree: ast.Module) -> frozenset[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            found |= _markers_in(node.value)
    return frozenset(found)


def _tests(tree: ast.Module, shared: frozenset[str]) -> Iterator[frozenset[str]]:
    waiting: list[tuple[list[ast.stmt], frozenset[str]]] = [(tree.body, shared)]
    while waiting:
        body, markers = waiting.pop()
        for node in body:
            if isinstance(node, ast.ClassDef):
                waiting.append((node.body, markers | _decorated(node) | _class_markers(node)))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
                yield markers | _decorated(node)
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                waiting.append((node.body, markers))


def _added(text: str) -> tuple[str, ...]:
    found = [match.group(1) or match.group(2) for match in _ADDED.finditer(text)]
    unknown = len(found) != sum(1 for _ in _ADDS.finditer(text))
    return tuple(sorted({*found, ""} if unknown else set(found)))


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, tuple[str, ...]]]:
    """Every test with its name and those of the classes around it."""
    waiting: list[tuple[list[ast.stmt], tuple[str, ...]]] = [(tree.body, ())]
    while waiting:
        body, around = waiting.pop()
        for node in body:
            if isinstance(node, ast.ClassDef):
                waiting.append((node.body, (*around, node.name)))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
                yield node, (*around, node.name)
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                waiting.append((node.body, around))


def _decorated(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    return frozenset(name for decorator in node.decorator_list for name in _markers_in(decorator))


def _class_markers(node: ast.ClassDef) -> frozenset[str]:
    return _module_markers(ast.Module(body=node.body, type_ignores=[]))


def _markers_in(expression: ast.expr) -> set[str]:
    """Every name after ``mark.`` in the expression: also those that parameters bear."""
    found = set()
    for node in subtree(expression):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = last_name(owner)
            if name == "mark":
                found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


PARSER = Parser(fact=PytestMarkers, accepts=_accepts, parse=_parse)
