"""What the classes of a Python module have, and the methods that code calls on objects whose class is certain."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.bound_classes import annotated_fields, attribute_classes, imported_twice, parameter_classes
from auditor.facts.call_fates import guarded_nodes
from auditor.facts.fixture_classes import handed_classes
from auditor.facts.patched_members import asked_names, patched_names
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import (
    FunctionNode,
    FunctionView,
    PythonSyntax,
    by_kind,
    chosen,
    nodes_of,
    own_nodes,
    subtree,
    syntax_of,
)
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "ClassMembers", "MemberCall", "PythonMembers", "instance_attributes"]

_PLAIN_DECORATORS = frozenset({"dataclass", "total_ordering", "final", "runtime_checkable", "unique"})
_DYNAMIC = frozenset({"__getattr__", "__getattribute__", "__init_subclass__", "__new__", "__class_getitem__"})
_OPENS = frozenset({"setattr", "vars"})


@dataclass(frozen=True, slots=True)
class MemberCall:
    """``holder.name(...)`` where the holder is ``self``, an attribute of it, or a name bound to ``Class()``.

    `type` is the dotted name of the class: that around the code where `own`, else that which is instantiated.
    With `through`, a field of that class, a method of what that holds is called: ``self.parts.mailer.send()``.
    """

    line: int
    type: str
    name: str
    own: bool = False
    attribute: str = ""
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMembers:
    """One class at the top of its module. `open` where it may have members that are not seen. `fields` are those that its body annotates with a class."""

    name: str
    bases: tuple[str, ...]
    members: frozenset[str]
    open: bool
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonMembers(Fact):
    """One module. `objects` are names of the module bound once to an instance, `made` all classes that are called.

    `patched` are names of attributes that are set from outside of a class, `asked` those that are asked for before use.
    `results` are the functions of the module that say in their annotation what they return, with its dotted name.
    """

    kind: ClassVar[str] = "python-members"
    classes: tuple[ClassMembers, ...]
    calls: tuple[MemberCall, ...]
    objects: tuple[tuple[str, str], ...]
    outer: tuple[tuple[int, str], ...]
    made: frozenset[str]
    patched: frozenset[str]
    asked: frozenset[str]
    results: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Class:
    """A class with all nodes below it by their kinds, and the names that its own code binds."""

    node: ast.ClassDef
    by_kind: Mapping[type[ast.AST], Sequence[Any]]
    bound: frozenset[str]

    @classmethod
    def of(cls, node: ast.ClassDef) -> _Class:
        return cls(node, by_kind(subtree(node)), frozenset(_bound(node)))


def _parse(source: Source) -> PythonMembers | None:
    syntax = syntax_of(source)
    classes = [_Class.of(node) for node, name in syntax.classes if "." not in name]
    names = Counter(one.node.name for one in classes)
    doubtful = {name for name, times in names.items() if times > 1} | imported_twice(syntax.tree)
    objects = _objects(syntax)
    calls = [call for one in classes for call in _in_class(one, syntax)]
    guarded = guarded_nodes(syntax.tree, "AttributeError", in_tests=source.file.role is Role.TEST)
    calls += _in_functions(syntax, guarded)
    return PythonMembers(
        classes=tuple(_class(one, syntax, doubtful=one.node.name in doubtful) for one in classes),
        calls=tuple(sorted({one for one in calls if one.type not in doubtful}, key=lambda one: (one.line, one.name))),
        objects=tuple(sorted(objects.items())),
        outer=tuple(sorted(_dotted_calls(syntax))),
        made=frozenset(syntax.name_of(node.func).rpartition(".")[2] for node in nodes_of(syntax.tree, ast.Call)),
        patched=patched_names(syntax.tree),
        asked=asked_names(syntax.tree),
        results=tuple(sorted(_results(syntax))),
    )


def _results(syntax: PythonSyntax) -> Iterator[tuple[str, str]]:
    """Plain functions at the top of the module whose annotation names one class; not those that may give None."""
    for node in syntax.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.decorator_list or node.returns is None:
            continue
        returns = node.returns
        if isinstance(returns, ast.Constant) and isinstance(returns.value, str) and returns.value.isidentifier():
            yield node.name, returns.value
        elif isinstance(returns, ast.Name | ast.Attribute):
            yield node.name, syntax.name_of(returns)


def _class(seen: _Class, syntax: PythonSyntax, *, doubtful: bool) -> ClassMembers:
    node = seen.node
    members = set(seen.bound)
    decorators = {
        syntax.name_of(one.func if isinstance(one, ast.Call) else one).rpartition(".")[2] for one in node.decorator_list
    }
    is_open = bool(decorators - _PLAIN_DECORATORS or node.keywords or members & _DYNAMIC or doubtful)
    for one in seen.by_kind.get(ast.Attribute, ()):
        if type(one.ctx) is ast.Store:
            members.add(one.attr)
        elif one.attr == "__dict__" and _is_object(one.value):
            is_open = True
    is_open = is_open or any(_opens(call) for call in seen.by_kind.get(ast.Call, ()))
    bases = (one.value if isinstance(one, ast.Subscript) else one for one in node.bases)
    return ClassMembers(
        name=node.name,
        bases=tuple(syntax.name_of(one) or "?" for one in bases),
        members=frozenset(members),
        open=is_open,
        fields=annotated_fields(node, syntax),
    )


def _opens(call: ast.Call) -> bool:
    """Whether the object itself is given members whose names nobody sees."""
    return isinstance(call.func, ast.Name) and call.func.id in _OPENS and bool(call.args) and _is_object(call.args[0])


def _is_object(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _bound(node: ast.ClassDef) -> Iterator[str]:
    for one in own_nodes(node.body):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield one.name
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id
        elif isinstance(one, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in one.names)


def _objects(syntax: PythonSyntax) -> dict[str, str]:
    """The names of the module that are bound once, to an instance."""
    bound: dict[str, list[str]] = {}
    made = [one for one in syntax.at_top(ast.Assign) if isinstance(one.value, ast.Call)]
    for node in syntax.at_top(ast.Name) if made else ():
        if isinstance(node.ctx, ast.Store):
            bound.setdefault(node.id, []).append("")
    for one in made:
        if isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Call):
            bound[one.targets[0].id].append(syntax.name_of(one.value.func))
    changing = {name for view in syntax.functions for node in view.of(ast.Global) for name in node.names}
    once = {name: kinds[-1] for name, kinds in bound.items() if kinds[:-1] == [""]}
    return {name: kind for name, kind in once.items() if kind and name not in changing and name not in syntax.aliases}


def _dotted_calls(syntax: PythonSyntax) -> Iterator[tuple[int, str]]:
    """Calls of methods on names of modules, this one's or imported."""
    for view in (None, *syntax.functions):
        calls = [
            (node, node.func.value.id)
            for node in (syntax.at_top(ast.Call) if view is None else view.calls)
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        ]
        local = _locals(view) if calls and view is not None else frozenset()
        yield from ((node.lineno, syntax.name_of(node.func)) for node, holder in calls if holder not in local)


def _locals(view: FunctionView) -> AbstractSet[str]:
    return {node.id for node in view.of(ast.Name) if type(node.ctx) is ast.Store}.union(view.parameters)


def _in_class(seen: _Class, syntax: PythonSyntax) -> Iterator[MemberCall]:
    node, attributes = seen.node, attribute_classes(seen.node, seen.by_kind, seen.bound, syntax)
    for method in node.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inside = subtree(method)
        kinds = by_kind(inside)
        if not _takes_self(method, kinds):
            continue
        narrowed = _narrowed(chosen(inside, kinds, (ast.Call,)))
        yield from _handed_on(chosen(inside, kinds, (ast.Dict, ast.List, ast.Tuple, ast.Set)), node.name)
        for one in chosen(inside, kinds, (ast.Call,)):
            if not isinstance(one.func, ast.Attribute):
                continue
            holder = one.func.value
            if _is_self(holder):
                yield MemberCall(line=one.lineno, type=node.name, name=one.func.attr, own=True)
            elif isinstance(holder, ast.Attribute) and _is_self(holder.value) and holder.attr not in narrowed:
                kind = attributes.get(holder.attr, "")
                if kind:
                    yield MemberCall(line=one.lineno, type=kind, name=one.func.attr, attribute=holder.attr)
            elif isinstance(holder, ast.Attribute):
                yield from _through(one, holder, attributes, narrowed)


def _through(
    call: ast.Call, holder: ast.Attribute, attributes: dict[str, str], narrowed: frozenset[str]
) -> Iterator[MemberCall]:
    """A method of what a field of an attribute holds: ``self.parts.mailer.send()``."""
    outer = holder.value
    own = isinstance(outer, ast.Attribute) and _is_self(outer.value) and outer.attr not in narrowed
    kind = attributes.get(outer.attr, "") if own and isinstance(outer, ast.Attribute) else ""
    if kind and isinstance(outer, ast.Attribute) and isinstance(call.func, ast.Attribute):
        yield MemberCall(call.lineno, kind, call.func.attr, attribute=outer.attr, through=holder.attr)


def _narrowed(calls: Iterable[ast.Call]) -> frozenset[str]:
    """The attributes of ``self`` of which a method asks whether they are of a narrower class, and may so have more than their own."""
    asked = (
        one.args[0] for one in calls if isinstance(one.func, ast.Name) and one.func.id == "isinstance" and one.args
    )
    return frozenset(one.attr for one in asked if isinstance(one, ast.Attribute) and _is_self(one.value))


def _handed_on(inside: Sequence[ast.AST], owner: str) -> Iterator[MemberCall]:
    """Methods of ``self`` that are handed on without being called: values of dictionaries, items of lists, arguments."""
    for one in inside:
        for value in one.values if isinstance(one, ast.Dict) else getattr(one, "elts", ()):
            if isinstance(value, ast.Attribute) and isinstance(value.ctx, ast.Load) and _is_self(value.value):
                yield MemberCall(line=value.lineno, type=owner, name=value.attr, own=True)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _takes_self(method: FunctionNode, inside: Mapping[type[ast.AST], Sequence[Any]]) -> bool:
    """Whether ``self`` is the object throughout: no inner function takes it anew, no inner class has its own."""
    arguments = method.args.posonlyargs + method.args.args
    if not arguments or arguments[0].arg != "self":
        return False
    if ast.ClassDef in inside:
        return False
    if any(one.arg == "self" and one is not arguments[0] for one in inside.get(ast.arg, ())):
        return False
    return not any(one.id == "self" and type(one.ctx) is ast.Store for one in inside.get(ast.Name, ()))


@lru_cache(maxsize=64)
def instance_attributes(node: ast.ClassDef, syntax: PythonSyntax) -> dict[str, str]:
    """The attributes of ``self`` whose class is certain, with its dotted name."""
    seen = _Class.of(node)
    return attribute_classes(node, seen.by_kind, seen.bound, syntax)


def _in_functions(syntax: PythonSyntax, guarded: AbstractSet[int]) -> Iterator[MemberCall]:
    """Methods called on local names that are bound once, to an instance, and on parameters that are annotated or filled by fixtures."""
    for view in syntax.functions:
        bindings = Bindings.of(view)
        given = handed_classes(view, syntax) | parameter_classes(view, syntax)
        for call in view.calls:
            if id(call) in guarded:
                continue
            holder = call.func.value if isinstance(call.func, ast.Attribute) else None
            if isinstance(holder, ast.Name) and holder.id in given and isinstance(call.func, ast.Attribute):
                yield MemberCall(line=call.lineno, type=given[holder.id], name=call.func.attr)
                continue
            value = bindings.only(holder.id) if isinstance(holder, ast.Name) else None
            if isinstance(value, ast.Call) and isinstance(call.func, ast.Attribute):
                kind = syntax.name_of(value.func)
                if kind:
                    yield MemberCall(line=call.lineno, type=kind, name=call.func.attr)


PARSER = Parser(fact=PythonMembers, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
