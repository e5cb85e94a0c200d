"""What the functions and classes of a Python module take as arguments."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_syntax import FunctionNode, FunctionView, PythonSyntax, by_kind, own_nodes, subtree, syntax_of
from auditor.facts.python_values import is_false
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "ClassFields", "DataField", "PythonSignatures", "Signature", "defaults_of"]

_TRANSPARENT = frozenset({
    "staticmethod", "classmethod", "abstractmethod", "lru_cache", "cache", "override", "final", "contextmanager", "asynccontextmanager",
    "get", "post", "put", "delete", "patch", "head", "options", "websocket", "on_event", "exception_handler", "middleware",
})  # fmt: skip
"""Decorators that leave a function with the arguments that it takes."""
_GIVES_ONE_MORE = frozenset({"unittest.mock.patch", "mock.patch"})
_MAKES_FIELD = frozenset({"field", "Field", "PrivateAttr", "mapped_column", "column_property"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function's parameters without ``self`` and ``cls``; `optional` counts the positional ones with a default.

    `rest` and `options` tell whether it takes ``*args`` and ``**kwargs``. `returns` is the annotation of its
    result, or ``~maker`` for a generator without one that yields what it enters with ``async with maker()``.
    """

    name: str
    line: int
    positional: tuple[str, ...]
    nameless: int
    optional: int
    named: tuple[str, ...]
    required: tuple[str, ...]
    rest: bool
    options: bool
    is_coroutine: bool
    returns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataField:
    """A field of a class that is made of fields; `keyword` where it can be given by its name only."""

    name: str
    optional: bool
    keyword: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFields:
    """A class at the top of its module by what makes it: ``dataclass``, ``table`` (SQLAlchemy) or nothing known.

    `aliased` where its fields can be given under other names, or are worked on before they are looked at.
    """

    name: str
    made: str
    fields: tuple[DataField, ...]
    aliased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSignatures(Fact):
    """The functions of a module that are bound once and whose decorators leave them alone, and its classes.

    `backrefs` are names that relationships put into other classes.
    """

    kind: ClassVar[str] = "python-signatures"
    functions: tuple[Signature, ...]
    classes: tuple[ClassFields, ...]
    backrefs: tuple[str, ...]


def _parse(source: Source) -> PythonSignatures | None:
    syntax = syntax_of(source)
    counts = Counter(view.qualified for view in syntax.functions)
    stored = {node.id for node in syntax.at_top(ast.Name) if type(node.ctx) is ast.Store}
    stored.update(
        f"{name}.{one.id}"
        for node, name in syntax.classes
        for one in own_nodes(node.body)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    )
    functions = tuple(
        _signature(view, syntax)
        for view in syntax.functions
        if counts[view.qualified] == 1 and view.qualified not in stored and not view.nested and _is_plain(view, syntax)
    )
    names = Counter(name for _, name in syntax.classes)
    classes = tuple(_class(node, syntax) for node, name in syntax.classes if "." not in name and names[name] == 1)
    if not functions and not classes:
        return None
    backrefs = tuple(sorted(set(_backrefs(source, syntax))))
    return PythonSignatures(functions=functions, classes=classes, backrefs=backrefs)


def _is_plain(view: FunctionView, syntax: PythonSyntax) -> bool:
    if view.owner is not None and "." in view.qualified.removesuffix(f".{view.name}"):
        return False
    decorators = (one.func if isinstance(one, ast.Call) else one for one in view.node.decorator_list)
    names = [syntax.name_of(one) for one in decorators]
    return all(one.rpartition(".")[2] in _TRANSPARENT and one not in _GIVES_ONE_MORE for one in names)


def defaults_of(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """The parameters of a function in their order, each with its default; None where it has none."""
    placed = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(placed) - len(arguments.defaults))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*zip(placed, [*missing, *arguments.defaults], strict=True), *named]


def _signature(view: FunctionView, syntax: PythonSyntax) -> Signature:
    node = view.node
    positional = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    nameless = len(node.args.posonlyargs)
    if view.owner is not None and not _is_static(node, syntax) and positional:
        positional, nameless = positional[1:], max(0, nameless - 1)
    defaults = node.args.kw_defaults
    return Signature(
        name=view.qualified,
        line=node.lineno,
        positional=tuple(positional),
        nameless=nameless,
        optional=min(len(node.args.defaults), len(positional)),
        named=tuple(one.arg for one in node.args.kwonlyargs),
        required=tuple(one.arg for one, value in zip(node.args.kwonlyargs, defaults, strict=True) if value is None),
        rest=node.args.vararg is not None,
        options=node.args.kwarg is not None,
        is_coroutine=isinstance(node, ast.AsyncFunctionDef) and not view.of(ast.Yield) and not node.decorator_list,
        returns=ast.unparse(node.returns)[:120] if node.returns is not None else _yielded(view, syntax),
    )


def _yielded(view: FunctionView, syntax: PythonSyntax) -> str:
    """``~maker`` where the function yields what it enters with ``async with maker() as name``; empty for others."""
    given = {one.value.id for one in view.of(ast.Yield) if isinstance(one.value, ast.Name)}
    for node in view.of(ast.AsyncWith):
        for one in node.items:
            match one:
                case ast.withitem(context_expr=ast.Call(func=made), optional_vars=ast.Name(id=name)) if given == {name}:
                    return f"~{syntax.name_of(made)}"
                case _:
                    continue
    return ""


def _is_static(node: FunctionNode, syntax: PythonSyntax) -> bool:
    return any(syntax.name_of(one) == "staticmethod" for one in node.decorator_list)


def _class(node: ast.ClassDef, syntax: PythonSyntax) -> ClassFields:
    made, by_name = _made(node, syntax)
    fields = tuple(_fields(node, syntax, by_name=by_name))
    kinds = by_kind(subtree(node))
    text = {one.arg for one in kinds.get(ast.keyword, ()) if isinstance(one, ast.keyword) and one.arg}
    names = {one.id for one in kinds.get(ast.Name, ()) if isinstance(one, ast.Name)}
    names |= {one.attr for one in kinds.get(ast.Attribute, ()) if isinstance(one, ast.Attribute)}
    aliased = bool(
        text & {"alias", "validation_alias", "alias_generator", "extra", "mode", "pre", "default_factory_takes_data"}
        or names & {"root_validator", "model_validator", "Extra", "extra", "alias_generator", "wrap"}
    )
    return ClassFields(name=node.name, made=made, fields=fields, aliased=aliased)


def _made(node: ast.ClassDef, syntax: PythonSyntax) -> tuple[str, bool]:
    """What makes the class, and whether all of its fields are given by name."""
    for one in node.decorator_list:
        called = one.func if isinstance(one, ast.Call) else one
        if syntax.name_of(called) in ("dataclasses.dataclass", "dataclass"):
            options = {key.arg: key.value for key in one.keywords} if isinstance(one, ast.Call) else {}
            named = options.get("kw_only")
            return ("" if "init" in options else "dataclass"), isinstance(named, ast.Constant) and named.value is True
    targets = [one.targets[0] for one in node.body if isinstance(one, ast.Assign)]
    if any(isinstance(one, ast.Name) and one.id == "__tablename__" for one in targets):
        return "table", True
    return "", False


def _fields(node: ast.ClassDef, syntax: PythonSyntax, *, by_name: bool) -> Iterator[DataField]:
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        kind = ast.unparse(one.annotation)
        if "ClassVar" in kind:
            continue
        if kind.rpartition(".")[2] == "KW_ONLY":
            by_name = True
            continue
        call = one.value if isinstance(one.value, ast.Call) else None
        if call is None or syntax.name_of(call.func).rpartition(".")[2] not in _MAKES_FIELD:
            yield DataField(name=one.target.id, optional=one.value is not None, keyword=by_name)
            continue
        options = {key.arg: key.value for key in call.keywords}
        if is_false(options.get("init")):
            continue
        first = call.args[0] if call.args else None
        given = isinstance(first, ast.expr) and not (isinstance(first, ast.Constant) and first.value is Ellipsis)
        optional = given or "default" in options or "default_factory" in options or None in options
        yield DataField(name=one.target.id, optional=optional, keyword=by_name or "kw_only" in options)


def _backrefs(source: Source, syntax: PythonSyntax) -> Iterator[str]:
    if b"backref" not in source.data:
        return
    for _, one in ((None, node) for node in subtree(syntax.tree) if isinstance(node, ast.keyword | ast.Call)):
        value: ast.AST | None = one.value if isinstance(one, ast.keyword) and one.arg == "backref" else None
        if isinstance(one, ast.Call) and syntax.name_of(one.func).endswith("backref") and one.args:
            value = one.args[0]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


PARSER = Parser(
    fact=PythonSignatures,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
