"""One walk over a Python file, shared by the fact parser and every rule that looks at its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from auditor.facts.python_nodes import SCOPES, all_nodes, by_kind, children, chosen, nodes_of, own_nodes, subtree
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.source import Role

__all__ = [
    "FunctionNode",
    "FunctionView",
    "PythonSyntax",
    "all_nodes",
    "blocks_of",
    "children",
    "dotted",
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


@dataclass(frozen=True, slots=True, eq=False)
class FunctionView:
    """A function with its own nodes (those of nested functions and classes left out), in source order.

    `in_tests` is False where no test runner looks: in shipped code and in the data of tests.
    """

    node: FunctionNode
    qualified: str
    owner: ast.ClassDef | None
    nested: bool
    nodes: tuple[ast.AST, ...]
    in_tests: bool
    by_kind: Mapping[type[ast.AST], list[ast.AST]]

    @property
    def name(self) -> str:
        """The name as defined."""
        return self.node.name

    @property
    def body(self) -> list[ast.stmt]:
        """The statements without the docstring."""
        return without_docstring(self.node.body)

    @property
    def docstring(self) -> str:
        """The docstring as written; empty where there is none."""
        return ast.get_docstring(self.node, clean=False) or ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters, `self` and `cls` left out."""
        args = self.node.args
        named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        named += [one for one in (args.vararg, args.kwarg) if one]
        return tuple(one.arg for one in named if one.arg not in ("self", "cls"))

    @property
    def is_test(self) -> bool:
        """Whether a test runner would collect it, by its name and the role of its file."""
        return self.in_tests and self.name.startswith("test") and not self.nested

    def of(self, *kinds: type[N]) -> Sequence[N]:
        """Its own nodes of these kinds, which are those of the grammar, and no base of them."""
        return chosen(self.nodes, self.by_kind, kinds)

    @property
    def returns(self) -> Sequence[ast.Return]:
        """Its own return statements."""
        return self.of(ast.Return)

    @property
    def calls(self) -> Sequence[ast.Call]:
        """Its own calls."""
        return self.of(ast.Call)


@dataclass(slots=True, eq=False)
class PythonSyntax:
    """All functions and classes of a file, its own module-level nodes, and what its imports are called."""

    tree: ast.Module
    functions: list[FunctionView] = field(default_factory=list)
    classes: list[tuple[ast.ClassDef, str]] = field(default_factory=list)
    module_nodes: tuple[ast.AST, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)

    def name_of(self, expression: ast.AST | None) -> str:
        """The dotted name of an expression, its first part resolved through the imports; empty for others."""
        return dotted(expression, self.aliases)


@lru_cache(maxsize=2)
def syntax_of(source: Source) -> PythonSyntax:
    """The syntax of a Python source, walked once. Raises ParseFailure where it does not parse."""
    syntax = PythonSyntax(source.python)
    in_tests = source.file.role is not Role.SHIPPED and not is_test_data(source.path)
    all_nodes(source.python)  # lays out the whole file at once, and not each of its statements
    syntax.module_nodes = tuple(own_nodes(source.python.body))
    pending: list[tuple[ast.AST, str, ast.ClassDef | None, bool]] = [
        (node, "", None, False) for node in syntax.module_nodes if isinstance(node, SCOPES)
    ]
    pending.reverse()
    nodes: list[ast.AST] = list(syntax.module_nodes)
    while pending:
        node, prefix, owner, nested = pending.pop()
        assert isinstance(node, SCOPES)
        qualified = prefix + node.name
        inner = tuple(own_nodes(node.body))
        nodes.extend(inner)
        scopes = [one for one in reversed(inner) if isinstance(one, SCOPES)]
        if isinstance(node, ast.ClassDef):
            syntax.classes.append((node, qualified))
            pending.extend((one, f"{qualified}.", node, nested) for one in scopes)
            continue
        syntax.functions.append(FunctionView(node, qualified, owner, nested, inner, in_tests, by_kind(inner)))
        pending.extend((one, f"{qualified}.", None, True) for one in scopes)
    for one in nodes:
        if type(one) in (ast.Import, ast.ImportFrom):
            _learn_import(one, syntax.aliases)
    return syntax


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
