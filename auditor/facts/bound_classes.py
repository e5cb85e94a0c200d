"""The classes of what attributes of ``self`` and parameters hold, as code binds and annotates them."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of

__all__ = ["annotated_class", "annotated_fields", "attribute_classes", "imported_twice", "parameter_classes"]

_UNKNOWN = "?"
_NOTHING = ""


def attribute_classes(
    node: ast.ClassDef, below: Mapping[type[ast.AST], Sequence[Any]], bound: AbstractSet[str], syntax: PythonSyntax
) -> dict[str, str]:
    """The dotted names of the classes of attributes of ``self``, by name; `below` are the nodes of the class by kind, `bound` its own names.

    Known are attributes that are only ever set to instances of one class or to None, and those that an annotation
    says to hold one, of the attribute itself or of the parameter that it is set to.
    """
    reader = _Attributes(node, syntax, below.get(ast.Name, ()))
    reader.learn_own(node.body, bound)
    for one in below.get(ast.AnnAssign, ()):
        reader.learn(one.target, one.value, one.annotation)
    for one in below.get(ast.Assign, ()):
        for target in one.targets:
            reader.learn(target, one.value, None)
    stored: dict[str, int] = {}
    for attribute in below.get(ast.Attribute, ()):
        if type(attribute.ctx) is not ast.Load:
            stored[attribute.attr] = stored.get(attribute.attr, 0) + 1
    return {name: kind for name, kind in reader.classes().items() if stored.get(name, 0) == reader.seen.get(name, 0)}


class _Attributes:
    """Gathers what each attribute is set to: a class, nothing, or something that is not known."""

    def __init__(self, node: ast.ClassDef, syntax: PythonSyntax, names: Iterable[ast.Name]) -> None:
        self.syntax = syntax
        methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._starts = [one.lineno for one in methods]
        self._methods = methods
        self._rebound = {(self._place(one), one.id) for one in names if type(one.ctx) is not ast.Load}
        self.seen: dict[str, int] = {}
        self._declared: dict[str, str] = {}
        self._held: dict[str, set[str]] = {}

    def learn_own(self, body: list[ast.stmt], bound: AbstractSet[str]) -> None:
        """What the body of the class binds: nothing yet, an annotation, or what is not known."""
        nothing: set[str] = set()
        for one in body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                self._declared[one.target.id] = annotated_class(one.annotation, self.syntax)
                nothing.add(one.target.id)
            elif isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant) and one.value.value is None:
                nothing.update(target.id for target in one.targets if isinstance(target, ast.Name))
        for name in bound - nothing:
            self._held.setdefault(name, set()).add(_UNKNOWN)

    def learn(self, target: ast.expr, value: ast.expr | None, annotation: ast.expr | None) -> None:
        """One setting of an attribute."""
        if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name) or target.value.id != "self":
            return
        self.seen[target.attr] = self.seen.get(target.attr, 0) + 1
        if annotation is not None:
            self._declared[target.attr] = annotated_class(annotation, self.syntax)
        if value is not None:
            self._held.setdefault(target.attr, set()).add(self._class_of(value))

    def classes(self) -> dict[str, str]:
        """The attributes whose class is certain."""
        found = dict(self._declared)
        for name, kinds in self._held.items():
            known = kinds - {_NOTHING}
            if name not in found and len(known) == 1:
                found[name] = next(iter(known))
        return {name: kind for name, kind in found.items() if kind not in (_NOTHING, _UNKNOWN)}

    def _class_of(self, value: ast.expr) -> str:
        if isinstance(value, ast.Constant) and value.value is None:
            return _NOTHING
        if isinstance(value, ast.Call):
            return self.syntax.name_of(value.func) or _UNKNOWN
        if isinstance(value, ast.Name):
            return self._of_parameter(value) or _UNKNOWN
        if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            kinds = {self._class_of(one) for one in value.values}
            return kinds.pop() if len(kinds) == 1 else _UNKNOWN
        return _UNKNOWN

    def _place(self, name: ast.Name) -> int:
        """The number of the method in which a name stands; -1 before the first."""
        return bisect_right(self._starts, name.lineno) - 1

    def _of_parameter(self, name: ast.Name) -> str:
        place = self._place(name)
        if (place, name.id) in self._rebound:
            return ""
        arguments = self._methods[place].args if place >= 0 else None
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if arguments else []
        return next((annotated_class(one.annotation, self.syntax) for one in every if one.arg == name.id), "")


def parameter_classes(view: FunctionView, syntax: PythonSyntax) -> dict[str, str]:
    """The classes of parameters that are annotated, and neither bound anew nor asked what they are."""
    arguments = view.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found = {one.arg: annotated_class(one.annotation, syntax) for one in every if one.annotation is not None}
    if not any(found.values()):
        return {}
    spoilt = {node.id for node in view.of(ast.Name) if type(node.ctx) is not ast.Load}
    for call in view.calls:
        if isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "hasattr", "getattr", "callable", "type"):
            spoilt.update(one.id for one in call.args[:1] if isinstance(one, ast.Name))
    return {name: kind for name, kind in found.items() if kind and name not in spoilt}


def annotated_class(annotation: ast.expr | None, syntax: PythonSyntax) -> str:
    """The class that an annotation names, alone or beside None; empty for others."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        text = annotation.value
        return syntax.aliases.get(text, text) if text.isidentifier() else ""
    if isinstance(annotation, ast.Name | ast.Attribute):
        return syntax.name_of(annotation)
    if isinstance(annotation, ast.Subscript) and syntax.name_of(annotation.value).rpartition(".")[2] == "Optional":
        return annotated_class(annotation.slice, syntax)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotation.left, annotation.right]
        named = [one for one in sides if not (isinstance(one, ast.Constant) and one.value is None)]
        return annotated_class(named[0], syntax) if len(named) == 1 else ""
    return ""


def annotated_fields(node: ast.ClassDef, syntax: PythonSyntax) -> tuple[tuple[str, str], ...]:
    """The fields that the body of a class annotates with one class, as a dataclass does."""
    found = [
        (one.target.id, annotated_class(one.annotation, syntax))
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]
    return tuple((name, kind) for name, kind in found if kind)


def imported_twice(tree: ast.Module) -> set[str]:
    """Names that several imports give: which of them holds is told when the code runs."""
    found: list[str] = []
    for node in nodes_of(tree, ast.ImportFrom):
        found += {one.asname or one.name for one in node.names}
    return {name for name, count in Counter(found).items() if count > 1}
