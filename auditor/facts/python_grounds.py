"""On which grounds a function gives its verdict: whether it asks anything, or only looks at what it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_callees import callee, once
from auditor.facts.python_effects import PURE_METHODS, effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["Ground", "conditions_given", "grounds_of"]


class Ground(StrEnum):
    """What a verdict rests on. ASKED stands for everything that can have learnt something, or that is not followed."""

    PRESENCE = "presence"
    SETTING = "setting"
    FILE = "file"
    FORM = "form"
    ASKED = "asked"


_DEEPEST = 3
_QUIET = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK})
_FORMS = frozenset({"len", "isinstance", "startswith", "endswith", "isdigit", "isalnum", "isidentifier"})
_LOOKED_AT = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir"})
_THROUGH = frozenset({"bool", "str", "all", "any", "not", "strip", "lower", "upper", "dict", "list", "tuple", "Path"})
_TESTED = (ast.If, ast.IfExp, ast.While, ast.Assert)


@dataclass(slots=True)
class _Reader:
    """Reads one function, at a depth of calls, and each of its names once."""

    view: FunctionView
    syntax: PythonSyntax
    depth: int
    found: set[Ground] = field(default_factory=set)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Learn what the calls and the conditions of the function rest on."""
        view = self.view
        over = [one.iter for one in view.of(ast.For, ast.comprehension)]
        opaque = view.of(ast.AsyncFor, ast.AsyncWith, ast.With, ast.Match, ast.Lambda, ast.Raise)
        if opaque or not all(_is_literal(one, view) for one in over):
            self.found.add(Ground.ASKED)
            return
        if any(not isinstance(one.value, ast.Call) for one in view.of(ast.Await)):
            self.found.add(Ground.ASKED)
        for one in view.of(ast.Assign):
            for name in {last_name(to) for to in one.targets}:
                self.assigned.setdefault(name, []).append(one.value)
        for call in view.calls:
            self._read_call(call)
        for condition in _conditions(view):
            self._read_condition(condition)
        known: set[str] = set()
        for name in self.waiting:  # which grows meanwhile: by those in the conditions that a name stands for
            if name not in known:
                known.add(name)
                self._read_name(name)

    def _read_call(self, call: ast.Call) -> None:
        name = self.syntax.name_of(call.func)
        last = last_name(call.func)
        if last in _LOOKED_AT:
            self.found.add(Ground.FILE)
        elif last == "hasattr":
            self.found.add(Ground.PRESENCE)
        elif last in _FORMS:
            self.found.add(Ground.FORM)
        elif last in _THROUGH or _makes_result(call) or last in PURE_METHODS or _is_of_literal(call.func):
            return
        elif name.startswith(("self.", "cls.")) and name.count(".") == 1:
            self._follow(name)
        else:
            effect = effect_of_call(name, call) if name else Effect.UNKNOWN
            if effect is Effect.ENVIRONMENT:
                self.found.add(Ground.SETTING)
            elif effect is not None and effect not in _QUIET:
                self.found.add(Ground.ASKED)

    def _follow(self, name: str) -> None:
        """A method of the same class is read as well."""
        own = callee(name, self.view, self.syntax)
        if own is None or self.depth >= _DEEPEST:
            self.found.add(Ground.ASKED)
        else:
            self.found |= once(_grounds, own, self.syntax, self.depth + 1)

    def _read_condition(self, test: ast.expr) -> None:
        """Learn what one condition looks at: that something is there, or anything more."""
        for one in _parts(test):
            match one:
                case ast.Attribute(value=holder) if _is_settings(holder):
                    self.found.add(Ground.SETTING)
                case ast.Attribute(value=ast.Name(id="self")):
                    self.found.add(Ground.PRESENCE)
                case ast.Name(id=name):
                    self.waiting.append(name)
                case ast.Constant() | ast.Call():
                    pass  # a call is a ground of its own
                case ast.Compare(left=ast.Constant(), ops=[ast.In()], comparators=[ast.Attribute(attr="environ")]):
                    self.found.add(Ground.SETTING)
                case _:
                    self.found.add(Ground.ASKED)

    def _read_name(self, name: str) -> None:
        if name in self.view.parameters:
            self.found.add(Ground.PRESENCE)
            return
        values = self.assigned.get(name, ())
        if not values:
            self.found.add(Ground.ASKED)
        for value in values:
            if not isinstance(value, ast.Call | ast.Constant):
                self._read_condition(value) if not isinstance(value, ast.Name) else self.found.add(Ground.ASKED)


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    """What a condition looks at, without the question whether it is there."""
    match test:
        case ast.BoolOp(values=values):
            for one in values:
                yield from _parts(one)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _parts(operand)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            yield from _parts(left)
        case ast.Compare(left=left, ops=[ast.NotEq() | ast.Eq()], comparators=[ast.Constant(value="")]):
            yield from _parts(left)
        case ast.Compare(left=ast.Call() as call, comparators=[ast.Constant()]) if last_name(call.func) == "len":
            yield call
        case _:
            yield test


def _is_settings(holder: ast.expr) -> bool:
    return any(word in last_name(holder).lower() for word in ("setting", "config"))


def _conditions(view: FunctionView) -> Iterator[ast.expr]:
    """The conditions on which branches are taken, and those that are given back or put into a result."""
    for node in view.of(*_TESTED):
        yield node.test
    for node in view.returns:
        yield from conditions_given(node.value)


def conditions_given(value: ast.expr | None) -> Iterator[ast.expr]:
    """The conditions that a value hands on: itself, or what it puts into a result."""
    match value:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            yield value
        case ast.Call(func=ast.Name(id="bool"), args=[asked]):
            yield asked
        case ast.Call(func=ast.Name(id="hasattr")):
            yield value
        case ast.Call(func=ast.Attribute(attr="exists" | "is_dir" | "is_file" | "startswith" | "endswith")):
            yield value
        case ast.Call() if _makes_result(value):
            for one in (*value.args, *(keyword.value for keyword in value.keywords)):
                yield from conditions_given(one)
        case ast.Dict(values=values) | ast.Tuple(elts=values):
            for one in values:
                yield from conditions_given(one)
        case _:
            return


def _is_literal(over: ast.expr, view: FunctionView) -> bool:
    """Whether a loop goes over texts and figures that stand there."""
    value = Bindings.of(view).only(over.id) if isinstance(over, ast.Name) else over
    return isinstance(value, ast.Tuple | ast.List | ast.Set) and all(
        isinstance(one, ast.Constant) for one in value.elts
    )


def _is_of_literal(function: ast.expr) -> bool:
    """Whether a method is one of a text that stands there: ``", ".join``."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Constant | ast.JoinedStr)


def _makes_result(call: ast.Call) -> bool:
    """Whether a call makes an object: of a class, or by a maker of it (``Outcome.healthy(...)``)."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return last_name(call.func)[:1].isupper() or (owner is not None and last_name(owner)[:1].isupper())


def grounds_of(view: FunctionView, syntax: PythonSyntax) -> frozenset[Ground]:
    """All that the verdict of a function can rest on; empty where it rests on nothing."""
    return once(_grounds, view, syntax, 0)


def _grounds(view: FunctionView, syntax: PythonSyntax, depth: int) -> frozenset[Ground]:
    reader = _Reader(view, syntax, depth)
    reader.read()
    return frozenset(reader.found)
