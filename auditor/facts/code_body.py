"""What the body of one function does: its effects, its calls, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts import script_effects
from auditor.facts.code_reader import dotted
from auditor.facts.code_scope import Call, Scope, root_of
from auditor.facts.code_tree import Kind, Node, inside, own_returns, walk
from auditor.facts.code_verdicts import ends, returned_verdict, unwrapped
from auditor.facts.effects import Effect
from auditor.facts.verdicts import Verdict

__all__ = ["Body", "body_of"]

_HARMLESS = frozenset({"interface_declaration", "type_alias_declaration", "enum_declaration", "spread_element", "regex", "computed_property_name", "variadic_argument", "rune_literal", "imaginary_literal"})  # fmt: skip
_VALUES = frozenset({Kind.LITERAL, Kind.TEXT, Kind.ARRAY, Kind.OBJECT, Kind.NEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Effects and calls of one function without those that it calls. `returned_calls` hand their results on."""

    effects: frozenset[Effect]
    calls: tuple[str, ...]
    verdicts: frozenset[Verdict]
    falls_through: bool
    returned_calls: tuple[str, ...]
    sleep_line: int | None
    statements: int
    is_generator: bool
    bare: bool


def body_of(scope: Scope) -> Body:
    """Read the body of a function. What functions inside do counts as done by it: it is there to be run."""
    effects: set[Effect] = set()
    calls: dict[str, None] = {}
    sleep_line: int | None = None
    body = scope.function.body
    generator = "generator" in scope.function.marks
    for node in walk(body):
        found = _effect(node, scope) if node.kind in _DOING else None
        if isinstance(found, Call):
            calls[found.target] = None
        elif found is not None:
            effects.add(found)
            sleep_line = node.line if found is Effect.SLEEP and sleep_line is None else sleep_line
        generator = generator or node.name == "yield_expression"
    returns = own_returns(body)
    return Body(
        effects=frozenset(effects),
        calls=tuple(calls),
        verdicts=frozenset(returned_verdict(one, scope) for one in returns),
        falls_through=not ends(body),
        returned_calls=_returned_calls(returns, scope),
        sleep_line=sleep_line,
        statements=len(inside(body)),
        is_generator=generator,
        bare=_is_bare(inside(body)),
    )


def _is_bare(statements: tuple[Node, ...]) -> bool:
    """Whether nothing but a constant is returned."""
    only = statements[0] if len(statements) == 1 else None
    if only is None or only.kind is not Kind.RETURN:
        return False
    return all(unwrapped(one).kind in (Kind.LITERAL, Kind.NAME) for one in only.children)


_DOING = frozenset({Kind.CALL, Kind.NEW, Kind.THROW, Kind.ASSIGN, Kind.OPAQUE, Kind.AWAIT, Kind.UNARY, Kind.MEMBER})
"""The nodes that can have an effect."""


def _effect(node: Node, scope: Scope) -> Effect | Call | None:  # noqa: PLR0911 - one case a line
    match node.kind:
        case Kind.CALL:
            return scope.call(node)
        case Kind.NEW:
            return _made(node, scope)
        case Kind.THROW:
            return Effect.RAISE
        case Kind.ASSIGN:
            return _assigned(node, scope)
        case Kind.OPAQUE:
            return None if node.name in _HARMLESS else Effect.UNKNOWN
        case Kind.AWAIT:
            awaited = node.children[0].kind if node.children else Kind.OPAQUE
            return None if awaited in (Kind.CALL, Kind.NEW, Kind.LITERAL) else Effect.UNKNOWN
        case Kind.UNARY if node.name == "<-":
            return None if node.children and _only_ends(node.children[0].name) else Effect.UNKNOWN
        case Kind.UNARY if node.name == "delete":
            return Effect.STATE
        case Kind.MEMBER if not scope.go and dotted(node) in script_effects.ENVIRONMENT:
            return Effect.ENVIRONMENT
        case _:
            return None


def _only_ends(name: str) -> bool:
    """Whether what is received tells only that time is over, or that nobody wants an answer any more."""
    return name == "time.After" or name.endswith(".Done")


def _made(node: Node, scope: Scope) -> Effect | Call | None:
    """What making an object does: a class of the repository has a constructor, or none."""
    found = scope.call(node)
    if isinstance(found, Call):
        return Call(f"{found.target}.constructor")
    return found


def _assigned(node: Node, scope: Scope) -> Effect | None:
    """Whether an assignment changes anything that is not the function's own."""
    target = node.children[0] if node.children else node
    root = root_of(target)
    if target.kind is Kind.NAME:
        return None if root in scope.local else Effect.STATE
    if root == "this" or root not in scope.local or root in scope.spoilt:
        return Effect.STATE
    values = scope.assigned.get(root, ())
    return None if values and all(one.kind in _VALUES for one in values) else Effect.STATE


def _returned_calls(returns: list[Node], scope: Scope) -> tuple[str, ...]:
    """The functions whose results are handed on as they are, where all undecided results are of that kind."""
    found: dict[str, None] = {}
    for one in returns:
        if returned_verdict(one, scope) is not Verdict.OPEN:
            continue
        value = unwrapped(one.children[0]) if len(one.children) == 1 else None
        called = scope.call(value) if value is not None and value.kind is Kind.CALL else None
        if not isinstance(called, Call):
            return ()
        found[called.target] = None
    return tuple(found)
