"""One walk over a Python file, shared by the fact parser and every rule that looks at its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, cast, overload

from auditor.facts.python_nodes import (
    SCOPES,
    all_nodes,
    attributes_in,
    by_kind,
    children,
    chosen,
    names_in,
    nodes_of,
    own_nodes,
    subtree,
)
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.source import Role

__all__ = [
    "FunctionNode",
    "FunctionView",
    "PythonSyntax",
    "all_nodes",
    "attributes_in",
    "blocks_of",
    "by_kind",
    "children",
    "chosen",
    "dotted",
    "names_in",
    "neighbours",
    "nodes_of",
    "own_nodes",
    "strings_in",
    "subtree",
    "syntax_of",
    "without_docstring",
]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
N = TypeVar("N", bound=ast.AST)
_BLOCKS = ("body", "orelse", "finalbody")
_NAMED = " named"
"""The attribute of an expression that holds its dotted name: many ask for that of each call."""
_IMPORTS = (ast.Import, ast.ImportFrom)


def _is_collected(node: FunctionNode) -> bool:
    """Whether a test runner would collect a function by its name, and no decorator says otherwise."""
    return node.name.startswith("test") and not any(_is_fixture(one) for one in node.decorator_list)


def _is_fixture(decorator: ast.expr) -> bool:
    """Whether a decorator makes a fixture of a function, which is then no test by whatever name."""
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")) == "fixture"


@dataclass(frozen=True, slots=True, eq=False)
class FunctionView:
    """A function with its own nodes (those of nested functions and classes left out), in source order.

    `name` is as defined, `body` are the statements without the docstring, `parameters` the names of all but `self` and `cls`.
    `in_tests` is False where no test runner looks: in shipped code and in the data of tests. `is_test` where one would collect it.
    """

    node: FunctionNode
    name: str
    qualified: str
    owner: ast.ClassDef | None
    nested: bool
    nodes: tuple[ast.AST, ...]
    in_tests: bool
    by_kind: Mapping[type[ast.AST], list[ast.AST]]
    body: list[ast.stmt]
    parameters: tuple[str, ...]
    is_test: bool

    @property
    def docstring(self) -> str:
        """The docstring as written; empty where there is none."""
        body = self.node.body
        first = body[0] if len(self.body) < len(body) else None
        return str(first.value.value) if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else ""

    @overload
    def of(self, kind: type[N], /) -> Sequence[N]: ...
    @overload
    def of(self, *kinds: type[ast.AST]) -> Sequence[Any]: ...
    def of(self, *kinds: type[ast.AST]) -> Sequence[Any]:
        """Its own nodes of these kinds, which are those of the grammar, and no base of them."""
        if len(kinds) == 1:  # as `chosen` has it; most of a million questions of a scan are of one kind
            return self.by_kind.get(kinds[0], ())
        return chosen(self.nodes, self.by_kind, kinds)

    @property
    def returns(self) -> Sequence[ast.Return]:
        """Its own return statements."""
        return cast("Sequence[ast.Return]", self.by_kind.get(ast.Return, ()))

    @property
    def calls(self) -> Sequence[ast.Call]:
        """Its own calls."""
        return cast("Sequence[ast.Call]", self.by_kind.get(ast.Call, ()))


@dataclass(slots=True, eq=False)
class PythonSyntax:
    """All functions and classes of a file, its own module-level nodes, and what its imports are called.

    `told` is what `python_callees` remembers of its functions.
    """

    tree: ast.Module
    functions: list[FunctionView] = field(default_factory=list)
    classes: list[tuple[ast.ClassDef, str]] = field(default_factory=list)
    module_nodes: tuple[ast.AST, ...] = ()
    module_by_kind: Mapping[type[ast.AST], list[ast.AST]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    told: dict[tuple[object, FunctionView, int], object] = field(default_factory=dict)

    @overload
    def at_top(self, kind: type[N], /) -> Sequence[N]: ...
    @overload
    def at_top(self, *kinds: type[ast.AST]) -> Sequence[Any]: ...
    def at_top(self, *kinds: type[ast.AST]) -> Sequence[Any]:
        """Its module-level nodes of these kinds, which are those of the grammar, and no base of them."""
        return chosen(self.module_nodes, self.module_by_kind, kinds)

    def name_of(self, expression: ast.AST | None) -> str:
        """The dotted name of an expression, its first part resolved through the imports; empty for others."""
        if expression is None:
            return ""
        own = expression.__dict__
        known: str | None = own.get(_NAMED)
        if known is None:
            known = own[_NAMED] = dotted(expression, self.aliases)
        return known


@lru_cache(maxsize=2)
def syntax_of(source: Source) -> PythonSyntax:
    """The syntax of a Python source, walked once. Raises ParseFailure where it does not parse."""
    syntax = PythonSyntax(source.python)
    in_tests = source.file.role is not Role.SHIPPED and not is_test_data(source.path)
    all_nodes(source.python)  # lays out the whole file at once, and not each of its statements
    syntax.module_nodes = tuple(own_nodes(source.python.body))
    syntax.module_by_kind = by_kind(syntax.module_nodes)
    imports: list[ast.AST] = list(syntax.at_top(*_IMPORTS))
    pending: list[tuple[ast.AST, str, ast.ClassDef | None, bool]] = [
        (node, "", None, False) for node in reversed(syntax.at_top(*SCOPES))
    ]
    while pending:
        node, prefix, owner, nested = pending.pop()
        assert isinstance(node, SCOPES)
        qualified = prefix + node.name
        inner = tuple(own_nodes(node.body))
        kinds = by_kind(inner)
        imports += chosen(inner, kinds, _IMPORTS)
        scopes = chosen(inner, kinds, SCOPES)[::-1]
        if isinstance(node, ast.ClassDef):
            syntax.classes.append((node, qualified))
            pending.extend((one, f"{qualified}.", node, nested) for one in scopes)
            continue
        body, given = without_docstring(node.body), _parameters(node.args)
        is_test = in_tests and not nested and _is_collected(node)
        syntax.functions.append(
            FunctionView(node, node.name, qualified, owner, nested, inner, in_tests, kinds, body, given, is_test)
        )
        pending.extend((one, f"{qualified}.", None, True) for one in scopes)
    for one in imports:
        _learn_import(one, syntax.aliases)
    return syntax


def _parameters(args: ast.arguments) -> tuple[str, ...]:
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    named += [one for one in (args.vararg, args.kwarg) if one]
    return tuple([one.arg for one in named if one.arg not in ("self", "cls")])


def blocks_of(view: FunctionView) -> Iterator[list[ast.stmt]]:
    """The body of a function without its docstring, and every block of statements within it."""
    yield view.body
    holding = [kind for kind in view.by_kind if not set(_BLOCKS).isdisjoint(kind._fields)]
    for node in view.of(*holding):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def neighbours(found: Iterable[tuple[ast.stmt | ast.expr, str]]) -> Iterator[tuple[int, int, str]]:
    """Named nodes on neighbouring lines as one: the first line, the last, and the name of the first."""
    first, last, named = 0, -1, ""
    for node, name in found:
        if node.lineno > last + 1:
            if first:
                yield first, last, named
            first, named = node.lineno, name
        last = node.end_lineno or node.lineno
    if first:
        yield first, last, named


def dotted(expression: ast.AST | None, aliases: dict[str, str]) -> str:
    """``a.b.c`` for a chain of attributes on a name, its first part resolved; empty for anything else."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return ""
    parts.append(aliases.get(expression.id, expression.id))
    return ".".join(reversed(parts))


def strings_in(node: ast.AST) -> str:
    """All literal text below a node, joined by blanks; the fields of f-strings are left out."""
    found = [one.value for one in own_nodes([node]) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return " ".join(found)


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements after the docstring."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body


def _learn_import(node: ast.AST, aliases: dict[str, str]) -> None:
    if isinstance(node, ast.Import):
        for one in node.names:
            aliases[one.asname or one.name.partition(".")[0]] = one.name if one.asname else one.name.partition(".")[0]
    elif isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        joint = "" if base.endswith(".") else "."
        for one in node.names:
            aliases[one.asname or one.name] = f"{base}{joint}{one.name}"
