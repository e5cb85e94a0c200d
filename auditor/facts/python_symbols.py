"""The names that a Python module offers, and the names that it takes from modules it holds in a variable."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes

__all__ = ["ClassSymbols", "ModuleSymbols", "SymbolUse", "class_symbols", "module_symbols", "symbol_uses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSymbols:
    """The names bound at the top of a module, and the modules that it takes all names from.

    `dynamic` tells that names appear in ways not followed (``__getattr__``, ``globals()``, ``setattr`` on itself).
    """

    names: frozenset[str]
    stars: tuple[tuple[int, str], ...]
    dynamic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSymbols:
    """A class: its methods by name, and its bases as dotted names."""

    name: str
    line: int
    bases: tuple[str, ...]
    methods: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolUse:
    """An attribute read from a module: which module (dotted, as named here), which attribute, where."""

    line: int
    module: str
    attribute: str


def module_symbols(syntax: PythonSyntax) -> ModuleSymbols:
    """The names of a module, however deep in its conditions and blocks they are bound."""
    names: set[str] = set()
    stars: list[tuple[int, str]] = []
    for node in syntax.module_nodes:
        names.update(_bound_by(node))
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            stars.append((node.level, node.module or ""))
    for view in syntax.functions:
        for node in view.nodes:
            if isinstance(node, ast.Global):
                names.update(node.names)
    dynamic = "__getattr__" in names or any(_is_dynamic(node) for node in syntax.module_nodes)
    dynamic = dynamic or any(_writes_globals(view) for view in syntax.functions)
    return ModuleSymbols(names=frozenset(names), stars=tuple(stars), dynamic=dynamic)


def _bound_by(node: ast.AST) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [one.asname or one.name.partition(".")[0] for one in names]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case _:
            return []


def _is_dynamic(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ("globals", "vars", "exec", "locals")
    return isinstance(node, ast.Attribute) and node.attr in ("modules", "meta_path")


def class_symbols(node: ast.ClassDef, name: str, syntax: PythonSyntax) -> ClassSymbols:
    """What a class offers."""
    methods = {one.name for one in own_nodes(node.body) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    bases = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    return ClassSymbols(
        name=name,
        line=node.lineno,
        bases=tuple(syntax.name_of(base) or "?" for base in bases),
        methods=frozenset(methods),
    )


def symbol_uses(syntax: PythonSyntax) -> tuple[SymbolUse, ...]:
    """Attributes read from modules: imported whole, or held in a variable that a loader filled."""
    loaders = {view.name: module for view in syntax.functions if (module := _loaded_by(view, syntax))}
    whole = {
        one.asname or one.name: one.name
        for node in syntax.module_nodes
        if isinstance(node, ast.Import)
        for one in node.names
        if one.asname or "." not in one.name
    }
    found: list[SymbolUse] = []
    for view in syntax.functions:
        held = _held_modules(view, syntax, loaders)
        found.extend(_uses_in(view.nodes, held))
        local = {node.id for node in view.of(ast.Name) if isinstance(node.ctx, ast.Store)}
        found.extend(
            _uses_in(view.nodes, {k: v for k, v in whole.items() if k not in local and k not in view.parameters})
        )
    found.extend(_uses_in(syntax.module_nodes, whole))
    asked = _asked_for(syntax)
    return tuple(
        sorted(
            {one for one in found if one.attribute not in asked}, key=lambda one: (one.line, one.attribute, one.module)
        )
    )


def _asked_for(syntax: PythonSyntax) -> set[str]:
    """The attributes that the module asks for with `hasattr` before it uses them."""
    found: set[str] = set()
    for nodes in (syntax.module_nodes, *(view.nodes for view in syntax.functions)):
        for node in nodes:
            match node:
                case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=str(name))]):
                    found.add(name)
                case _:
                    continue
    return found


def _held_modules(view: FunctionView, syntax: PythonSyntax, loaders: dict[str, str]) -> dict[str, str]:
    held: dict[str, str] = {}
    for node in view.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                module = _loaded(call, syntax) or loaders.get(syntax.name_of(call.func), "")
                if module:
                    held[name] = module
            case _:
                continue
    return held


def _uses_in(nodes: tuple[ast.AST, ...], held: dict[str, str]) -> list[SymbolUse]:
    if not held:
        return []
    return [
        SymbolUse(line=node.lineno, module=held[node.value.id], attribute=node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id in held
    ]


def _loaded_by(view: FunctionView, syntax: PythonSyntax) -> str:
    if len(view.body) != 1 or not isinstance(view.body[0], ast.Return) or not isinstance(view.body[0].value, ast.Call):
        return ""
    return _loaded(view.body[0].value, syntax)


def _loaded(call: ast.Call, syntax: PythonSyntax) -> str:
    if syntax.name_of(call.func) not in ("pytest.importorskip", "importlib.import_module") or not call.args:
        return ""
    first = call.args[0]
    return (
        first.value
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith(".")
        else ""
    )


def _writes_globals(view: FunctionView) -> bool:
    for node in view.nodes:
        if isinstance(node, ast.Name) and node.id == "globals":
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("modules", "meta_path"):
            return True
    return False
