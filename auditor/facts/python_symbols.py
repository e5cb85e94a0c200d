"""The names that a Python module offers, and the names that it takes from modules it holds in a variable."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.facts.python_syntax import FunctionView, PythonSyntax, attributes_in, names_in, nodes_of, own_nodes

__all__ = ["ClassSymbols", "ModuleSymbols", "SymbolUse", "class_symbols", "module_symbols", "symbol_uses"]

_BINDING = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchAs, ast.MatchStar
)  # fmt: skip
_NAMESPACES = frozenset({"globals", "vars", "exec", "locals"})
_LOADERS = frozenset({"modules", "meta_path"})
_PATCHING = frozenset({"patch", "setattr"})
_LOADING = frozenset({"importorskip", "import_module"})


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
    names = {name for node in syntax.at_top(*_BINDING) for name in _bound_by(node)}
    names.update(one.id for one in syntax.at_top(ast.Name) if type(one.ctx) is ast.Store)
    stars = [
        (node.level, node.module or "")
        for node in syntax.at_top(ast.ImportFrom)
        if any(one.name == "*" for one in node.names)
    ]
    if nodes_of(syntax.tree, ast.Global):
        names.update(name for view in syntax.functions for node in view.of(ast.Global) for name in node.names)
    dynamic = "__getattr__" in names or _is_dynamic(syntax)
    return ModuleSymbols(names=frozenset(names), stars=tuple(stars), dynamic=dynamic)


def _bound_by(node: ast.AST) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [one.asname or one.name.partition(".")[0] for one in names]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case _:
            return []


def _is_dynamic(syntax: PythonSyntax) -> bool:
    names, attributes = names_in(syntax.tree), attributes_in(syntax.tree)
    if names.isdisjoint(_NAMESPACES) and attributes.isdisjoint(_LOADERS):
        return False
    top = any(one.id in _NAMESPACES for one in syntax.at_top(ast.Name)) or _reaches_loaders(
        syntax.at_top(ast.Attribute)
    )
    return top or any(
        any(one.id == "globals" for one in view.of(ast.Name)) or _reaches_loaders(view.of(ast.Attribute))
        for view in syntax.functions
    )


def _reaches_loaders(attributes: Sequence[ast.Attribute]) -> bool:
    return any(one.attr in _LOADERS for one in attributes)


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
    loads = not _LOADING.isdisjoint(attributes_in(syntax.tree)) or any(
        target.rpartition(".")[2] in _LOADING for target in syntax.aliases.values()
    )
    loaders = {view.name: module for view in syntax.functions if (module := _loaded_by(view, syntax))} if loads else {}
    whole = {
        one.asname or one.name: one.name
        for node in syntax.at_top(ast.Import)
        for one in node.names
        if one.asname or "." not in one.name
    }
    found = _uses_in(syntax.at_top(ast.Attribute), whole)
    for view in syntax.functions:
        if loads:
            found += _uses_in(view.of(ast.Attribute), _held_modules(view, syntax, loaders))
        uses = _uses_in(view.of(ast.Attribute), whole)
        if uses:
            local = {node.id for node in view.of(ast.Name) if type(node.ctx) is ast.Store}.union(view.parameters)
            held = {name: module for name, module in whole.items() if name not in local}
            found += uses if len(held) == len(whole) else _uses_in(view.of(ast.Attribute), held)
    found += _patched(syntax)
    asked = _asked_for(syntax)
    return tuple(
        sorted(
            {one for one in found if one.attribute not in asked}, key=lambda one: (one.line, one.attribute, one.module)
        )
    )


def _patched(syntax: PythonSyntax) -> list[SymbolUse]:
    """``patch("shop.mail.Client")``: a name of a module that has to be there to be replaced."""
    if "patch" not in names_in(syntax.tree) and _PATCHING.isdisjoint(attributes_in(syntax.tree)):
        return []
    calls = [*syntax.at_top(ast.Call)]
    for view in syntax.functions:
        calls += view.calls
        calls += [one for one in view.node.decorator_list if isinstance(one, ast.Call)]
    found = []
    for call in calls:
        match call:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(target)), *_]
            ) if name in _PATCHING and not any(one.arg in ("create", "raising", None) for one in call.keywords):
                module, _, attribute = target.rpartition(".")
                if module and attribute.isidentifier():
                    found.append(SymbolUse(line=call.lineno, module=module, attribute=attribute))
            case _:
                continue
    return found


def _asked_for(syntax: PythonSyntax) -> set[str]:
    """The attributes that the module asks for with `hasattr` before it uses them."""
    found: set[str] = set()
    if "hasattr" not in names_in(syntax.tree):
        return found
    for calls in (syntax.at_top(ast.Call), *(view.calls for view in syntax.functions)):
        for node in calls:
            match node:
                case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=str(name))]):
                    found.add(name)
                case _:
                    continue
    return found


def _held_modules(view: FunctionView, syntax: PythonSyntax, loaders: dict[str, str]) -> dict[str, str]:
    held: dict[str, str] = {}
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                module = _loaded(call, syntax) or loaders.get(syntax.name_of(call.func), "")
                if module:
                    held[name] = module
            case _:
                continue
    return held


def _uses_in(attributes: Sequence[ast.Attribute], held: dict[str, str]) -> list[SymbolUse]:
    if not held:
        return []
    return [
        SymbolUse(line=node.lineno, module=held[node.value.id], attribute=node.attr)
        for node in attributes
        if type(node.value) is ast.Name and node.value.id in held and type(node.ctx) is ast.Load
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
