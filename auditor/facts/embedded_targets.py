"""Which file a text or dictionary of a Python module is written to, where the module says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.facts.python_syntax import children, nodes_of, subtree

__all__ = ["Targets", "targets_of"]

_PASSED_ON = frozenset({"dedent", "strip", "lstrip", "rstrip", "format", "encode", "join", "replace", "cleandoc"})
_DUMPS = frozenset({"dump", "safe_dump", "dump_all", "dumps"})
_WRITES = frozenset({"write", "write_text", "write_bytes", "writelines"})
_STEPS = 4
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Targets:
    """By the identity of nodes: the names of files, what is dumped, what is formatted, and the pairs written as lines.

    `written` holds every node that reaches a file or a dump, with the name of the file or an empty text.
    """

    written: dict[int, str] = field(default_factory=dict)
    formatted: set[int] = field(default_factory=set)
    settings: set[int] = field(default_factory=set)

    def file_name(self, node: ast.AST) -> str:
        """The name of the file that the node is written to; empty where it is not known."""
        return self.written.get(id(node), "")


def targets_of(tree: ast.Module) -> Targets:
    """What the functions of a module, and its top level, write to which files."""
    found = Targets()
    scopes: list[Scope] = [tree, *nodes_of(tree, ast.FunctionDef), *nodes_of(tree, ast.AsyncFunctionDef)]
    for scope in scopes:
        _in_scope(scope, found)
    return found


def _in_scope(scope: Scope, found: Targets) -> None:
    nodes = tuple(_own(scope))
    values = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    files: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            files[node.optional_vars.id] = node.context_expr  # the file of the nearest `with` before the write
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            _of_call(node, node.func, values, files, found)
        elif isinstance(node, ast.For):
            _of_loop(node, values, found)


def _own(scope: Scope) -> Iterator[ast.AST]:
    """The nodes of the scope in source order, those of functions inside of it left out."""
    waiting: list[ast.AST] = list(reversed(scope.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(reversed(children(node)))


def _of_call(
    call: ast.Call, func: ast.Attribute, values: dict[str, ast.expr], files: dict[str, ast.expr], found: Targets
) -> None:
    if func.attr == "format":
        found.formatted.update(id(one) for one in _behind(func.value, values))
    if not call.args:
        return
    if func.attr in _WRITES:
        place = files.get(func.value.id, func.value) if isinstance(func.value, ast.Name) else func.value
        _record(call.args[0], _path(place, values), values, found)
    elif func.attr in _DUMPS:
        handle = call.args[1] if len(call.args) > 1 else None
        dumped = files.get(handle.id) if isinstance(handle, ast.Name) else None
        _record(call.args[0], _path(dumped, values), values, found)


def _record(value: ast.expr, name: str, values: dict[str, ast.expr], found: Targets) -> None:
    for node in _behind(value, values):
        if not found.written.get(id(node)):
            found.written[id(node)] = name


def _behind(node: ast.expr, values: dict[str, ast.expr]) -> Iterator[ast.expr]:
    """The literals that an expression passes on: through names, dumps, `dedent`, `strip` and `format`."""
    for _ in range(_STEPS):
        if isinstance(node, ast.Name):
            node = values.get(node.id, node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name in _DUMPS | {"dedent", "cleandoc"} and node.args:
                node = node.args[0]
            elif name in _PASSED_ON and isinstance(node.func, ast.Attribute):
                node = node.func.value
        elif isinstance(node, ast.Dict | ast.List | ast.Constant | ast.JoinedStr):
            break
    yield node


def _of_loop(loop: ast.For, values: dict[str, ast.expr], found: Targets) -> None:
    """``for key, value in settings.items(): file.write(f"{key}={value}")`` writes an environment file."""
    call = loop.iter
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "items"):
        return
    if any(isinstance(node, ast.JoinedStr) and _is_setting(node) for node in subtree(loop)):
        found.settings.update(id(node) for node in _behind(call.func.value, values))


def _is_setting(text: ast.JoinedStr) -> bool:
    parts = text.values
    return (
        len(parts) in (3, 4)
        and isinstance(parts[0], ast.FormattedValue)
        and isinstance(parts[1], ast.Constant)
        and str(parts[1].value).strip("\"'") == "="
    )


def _path(node: ast.AST | None, values: dict[str, ast.expr]) -> str:
    """The last part of a path that is written out: of ``open(folder / "x.yml", "w")`` it is ``x.yml``."""
    for _ in range(_STEPS * 2):
        if isinstance(node, ast.Name) and node.id in values:
            node = values[node.id]
        elif isinstance(node, ast.BinOp):
            node = node.right
        elif isinstance(node, ast.Call):
            is_open = isinstance(node.func, ast.Attribute) and node.func.attr == "open"
            node = node.func.value if isinstance(node.func, ast.Attribute) and is_open else _last_argument(node)
        elif isinstance(node, ast.JoinedStr):
            node = node.values[-1] if node.values else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _last_argument(call: ast.Call) -> ast.AST | None:
    if not call.args:
        return None
    is_open = isinstance(call.func, ast.Name) and call.func.id == "open"
    return call.args[0] if is_open else call.args[-1]
