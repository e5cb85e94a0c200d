"""What the names of one function stand for, and what each of its calls does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.facts import go_effects, script_effects
from auditor.facts.code_reader import MAX_DEPTH
from auditor.facts.code_tree import FunctionNode, Import, Kind, Node, own, walk
from auditor.facts.effects import Effect

__all__ = ["Call", "Scope", "root_of"]

_VALUES = frozenset({Kind.LITERAL, Kind.TEXT, Kind.ARRAY, Kind.OBJECT})
_CONTAINERS = frozenset({"Map", "Set", "Array", "Date", "Object", "URLSearchParams", "Error"})
_READERS = frozenset({"map", "filter", "some", "every", "join", "includes", "slice", "toFixed", "toString", "keys", "values"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """What may be a function of the repository: ``name``, ``this.name``, ``Owner.name``, or ``module:name``."""

    target: str


@dataclass(slots=True, eq=False)
class Scope:
    """One function with its bindings.

    `assigned` holds every value that a name of the function itself is bound to, `spoilt` the names that are bound in
    ways not followed, `touched` those whose value other code can have changed, `local` all that is bound in it or in
    functions inside. `settle` maps the names of the settling functions of a promise to whether they refuse it.
    """

    function: FunctionNode
    imports: Mapping[str, Import]
    go: bool
    assigned: dict[str, list[Node]] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    local: set[str] = field(default_factory=set)
    settle: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, function: FunctionNode, imports: Mapping[str, Import], *, go: bool) -> Scope:
        """Read the bindings of a function."""
        known = _bindings(function)
        return cls(function, imports, go, known.assigned, known.spoilt, known.touched, known.local, known.settle)

    def only(self, name: str) -> Node | None:
        """The one value that a name is bound to; None where there are others or none."""
        values = self.assigned.get(name, ())
        return values[0] if len(values) == 1 and name not in self.spoilt else None

    def learn(self) -> None:
        """Read the bindings, once."""
        self.local.update(self.function.parameters)
        self.spoilt.update(self.function.parameters)
        for node in walk(self.function.body):
            self._learn_inner(node)
        for node in own(self.function.body):
            self._learn(node)

    def _learn_inner(self, node: Node) -> None:
        if node.kind is Kind.VARIABLE:
            self.local.add(node.name)
        if node.function is not None:
            self.local.update(node.function.parameters)
            self.local.update([node.name] if node.kind is Kind.DEFINITION else ())
            self.touched.update(one.name for one in walk(node.function.body) if one.kind is Kind.NAME)
        if node.kind is Kind.NEW and node.name == "Promise" and len(node.children) > 1:
            executor = node.children[1].function
            for at, name in enumerate(executor.parameters[:2] if executor is not None else ()):
                self.settle[name] = at == 1

    def _learn(self, node: Node) -> None:
        if node.kind is Kind.VARIABLE:
            if node.children:
                self.assigned.setdefault(node.name, []).append(node.children[0])
            else:
                self.spoilt.add(node.name)
        elif node.kind is Kind.ASSIGN and node.children:
            self._assign(node)
        elif node.kind in (Kind.CALL, Kind.NEW):
            callee, *given = node.children
            self.touched.update(one.name for one in given if one.kind is Kind.NAME)
            if callee.kind is Kind.MEMBER and callee.name not in _READERS:
                self.touched.update([root_of(callee)])

    def _assign(self, node: Node) -> None:
        target = node.children[0]
        if target.kind is not Kind.NAME:
            self.touched.add(root_of(target))
        elif node.name == "=" and len(node.children) > 1:
            self.assigned.setdefault(target.name, []).append(node.children[1])
        else:
            self.spoilt.add(target.name)

    def call(self, node: Node) -> Effect | Call | None:  # noqa: PLR0911 - one case a line
        """What a call (or the making of an object) does: an effect, nothing, or what a function of the repository does."""
        name = node.name
        if not name:
            return self._call_of_value(node)
        head, _, rest = name.partition(".")
        if go_effects.is_log(name) if self.go else script_effects.is_log(name):
            return Effect.LOG
        if self._hands_over(node):
            return Effect.UNKNOWN
        if head in self.settle and not rest:
            return Effect.RAISE if self.settle[head] else None
        if head in ("this", "super"):
            return self._call_of_this(name)
        if head in self.local:
            return self._call_of_local(head, rest)
        if head in self.imports:
            return self._call_of_import(self.imports[head], rest)
        known = go_effects.effect_of_builtin(name) if self.go else script_effects.effect_of_global(name)
        if not isinstance(known, str) or isinstance(known, Effect):
            return known
        return Call(name) if name.count(".") < 2 else self._method(name, Effect.UNKNOWN)  # noqa: PLR2004 - Owner.name

    def _hands_over(self, node: Node) -> bool:
        """Whether a function is given by its name to something that will run it."""
        last = node.name.rpartition(".")[2] or (node.children[0].name if node.children else "")
        if self.go or last not in script_effects.RUNNERS:
            return False
        given = [one for one in node.children[1:] if one.kind in (Kind.NAME, Kind.MEMBER)]
        return any(one.name not in self.settle and one.name not in script_effects.CONVERTERS for one in given[:1])

    def _call_of_this(self, name: str) -> Effect | Call | None:
        if name.startswith("this.") and name.count(".") == 1:
            return Call(name)
        return self._method(name, Effect.STATE)

    def _call_of_local(self, head: str, rest: str) -> Effect | None:
        values = self.assigned.get(head, ())
        if not rest:  # what functions inside do is counted where they stand
            inner = bool(values) and all(one.function is not None for one in values) and head not in self.spoilt
            return None if inner or self._is_defined(head) else Effect.UNKNOWN
        plain = bool(values) and head not in self.spoilt and all(_is_container(one) for one in values[:20])
        return None if plain else self._method(rest, Effect.STATE)

    def _is_defined(self, name: str) -> bool:
        return any(one.kind is Kind.DEFINITION and one.name == name for one in own(self.function.body))

    def _call_of_import(self, one: Import, rest: str) -> Effect | Call | None:
        if self.go:
            return go_effects.effect_of_package(one.module, rest)
        if one.module.startswith("."):
            name = one.name or rest
            whole = not one.name and "." not in rest
            return Call(f"{one.module}:{name}") if whole or not rest else Effect.UNKNOWN
        return script_effects.effect_of_module(one.module)

    def _method(self, name: str, changed: Effect) -> Effect | None:
        """A method on something that is not known: what the language's own methods do, or anything."""
        last = name.rpartition(".")[2]
        known = go_effects if self.go else script_effects
        if last in known.PURE_METHODS:
            return None
        return changed if last in known.MUTATORS else Effect.UNKNOWN

    def _call_of_value(self, node: Node) -> Effect | None:
        callee = node.children[0] if node.children else None
        if callee is not None and callee.kind is Kind.FUNCTION:
            return None
        if self._hands_over(node):
            return Effect.UNKNOWN
        if callee is None or callee.kind is not Kind.MEMBER:
            return Effect.UNKNOWN
        base = callee.children[0] if callee.children else callee
        if base.kind in _VALUES or (base.kind is Kind.NEW and base.name in _CONTAINERS):
            return None
        if _is_log_chain(base, go=self.go) or (callee.name == "catch" and base.kind is Kind.CALL):
            return None
        return self._method(callee.name, Effect.UNKNOWN)


def root_of(node: Node) -> str:
    """The name that a chain of fields and indexes starts from; empty where it is none."""
    for _ in range(MAX_DEPTH):
        if node.kind not in (Kind.MEMBER, Kind.INDEX) or not node.children:
            break
        node = node.children[0]
    return node.name if node.kind is Kind.NAME else ""


def _is_container(node: Node) -> bool:
    return node.kind in _VALUES or (node.kind is Kind.NEW and node.name in _CONTAINERS)


def _is_log_chain(node: Node, *, go: bool) -> bool:
    """Whether a chain of calls starts at a logger (``log.Info().Str(...).Msg(...)``)."""
    for _ in range(MAX_DEPTH):
        if node.kind is Kind.CALL and node.name:
            return go_effects.is_log(node.name) if go else script_effects.is_log(node.name)
        if node.kind not in (Kind.CALL, Kind.MEMBER) or not node.children:
            return False
        node = node.children[0]
    return False


@lru_cache(maxsize=256)
def _bindings(function: FunctionNode) -> Scope:
    """What the names of a function are bound to, whatever is imported. Nobody may change it."""
    found = Scope(function, {}, go=False)
    found.learn()
    return found
