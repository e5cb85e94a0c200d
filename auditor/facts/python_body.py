"""What the body of one function does: its effects, its calls, how it ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import PURE_METHODS, effect_of_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree
from auditor.facts.python_values import verdict_of
from auditor.facts.verdicts import Verdict

__all__ = ["Body", "body_of", "call_target", "ends"]

_CONTAINERS = (
    ast.Constant,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.Tuple,
    ast.JoinedStr,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
)
_JUDGES = frozenset({
    "int", "float", "uuid.UUID", "decimal.Decimal", "fractions.Fraction", "json.loads", "tomllib.loads", "ast.parse", "re.compile", "bytes.fromhex", "base64.b64decode",
    "ipaddress.ip_address", "ipaddress.ip_network", "ipaddress.ip_interface", "datetime.datetime.fromisoformat", "datetime.date.fromisoformat", "datetime.datetime.strptime",
    "zoneinfo.ZoneInfo",
})  # fmt: skip
"""What refuses a wrong argument: where the result is thrown away, that is what it is called for."""
_DEEPEST = 200
_OWN_MAKERS = frozenset({"cls", "self.__class__"})
"""What makes an object of the class itself, whose fields are given."""
_MAKERS = frozenset(
    {"list", "dict", "set", "str", "int", "float", "tuple", "collections.defaultdict", "collections.Counter"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Effects and calls of one function without those that it calls."""

    effects: frozenset[Effect]
    calls: tuple[str, ...]
    verdicts: frozenset[Verdict]
    falls_through: bool
    returned_calls: tuple[str, ...]
    sleep_line: int | None


def body_of(view: FunctionView, syntax: PythonSyntax) -> Body:
    """Read the body of a function."""
    bindings = Bindings.of(view)
    effects = set(_statement_effects(view, syntax))
    calls: dict[str, None] = {}
    sleeps: list[ast.Call] = []
    for node in view.calls:
        found = call_target(node, view, syntax, bindings)
        if isinstance(found, Effect):  # a string, too: asked for first
            effects.add(found)
            sleeps += [node] if found is Effect.SLEEP else []
        elif found is not None:
            calls[found] = None
    returns = view.returns
    verdicts = [verdict_of(one.value, bindings) for one in returns]
    return Body(
        effects=frozenset(effects),
        calls=tuple(calls),
        verdicts=frozenset(verdicts),
        falls_through=not ends(view.node.body),
        returned_calls=_returned_calls(returns, verdicts, syntax),
        sleep_line=_sleep_line(sleeps, view, changes=Effect.STATE in effects),
    )


def _sleep_line(sleeps: list[ast.Call], view: FunctionView, *, changes: bool) -> int | None:
    """The line of the first sleep that may stand in for work: not the beat of a service, no giving way to others."""
    beats = {id(one) for loop in view.of(ast.While) if not _is_timed(loop) for one in subtree(loop)} if sleeps else ()
    for call in sleeps:
        length = call.args[0] if call.args else None
        backs_off = changes and not isinstance(length, ast.Constant | ast.Call)
        if id(call) not in beats and not backs_off and not (isinstance(length, ast.Constant) and length.value == 0):
            return call.lineno
    return None


def _is_timed(loop: ast.While) -> bool:
    return isinstance(loop.test, ast.Compare) and any(isinstance(one, ast.Call) for one in subtree(loop.test))


def _returned_calls(
    returns: Sequence[ast.Return], verdicts: Sequence[Verdict], syntax: PythonSyntax
) -> tuple[str, ...]:
    """The functions whose results are handed on as they are, where all undecided results are of that kind."""
    found: dict[str, None] = {}
    for one, verdict in zip(returns, verdicts, strict=True):
        if verdict is not Verdict.OPEN:
            continue
        value = one.value.value if isinstance(one.value, ast.Await) else one.value
        name = syntax.name_of(value.func) if isinstance(value, ast.Call) else ""
        if not name:
            return ()
        found[name] = None
    return tuple(found)


def ends(body: list[ast.stmt], depth: int = 0) -> bool:  # noqa: PLR0911 - one case a line
    """Whether every way through these statements returns or raises."""
    if not body or depth > _DEEPEST:
        return False
    match body[-1]:
        case ast.Return() | ast.Raise():
            return True
        case ast.If() as branch:
            return ends(branch.body, depth + 1) and ends(branch.orelse, depth + 1)
        case ast.With() | ast.AsyncWith() as block:
            return ends(block.body, depth + 1)
        case ast.Try() as attempt:
            main = ends(attempt.orelse, depth + 1) if attempt.orelse else ends(attempt.body, depth + 1)
            return ends(attempt.finalbody, depth + 1) or (
                main and all(ends(handler.body, depth + 1) for handler in attempt.handlers)
            )
        case ast.Match() as choice:
            return all(ends(case.body, depth + 1) for case in choice.cases) and _has_default(choice)
        case ast.While(test=ast.Constant(value=True)):
            return True
        case _:
            return False


def _has_default(choice: ast.Match) -> bool:
    return any(isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None for case in choice.cases)


def _statement_effects(view: FunctionView, syntax: PythonSyntax) -> Iterator[Effect]:
    if view.of(ast.Raise):
        yield Effect.RAISE
    if view.of(ast.Assert):
        yield Effect.ASSERT
    if view.of(ast.Global, ast.Nonlocal) or any(type(one.ctx) is not ast.Load for one in view.of(ast.Attribute)):
        yield Effect.STATE
    if any(type(one.ctx) is not ast.Load and type(one.value) is ast.Attribute for one in view.of(ast.Subscript)):
        yield Effect.STATE
    if any(not isinstance(one.value, ast.Call) for one in view.of(ast.Await)):
        yield Effect.UNKNOWN
    if any(isinstance(one.value, ast.Call) and syntax.name_of(one.value.func) in _JUDGES for one in view.of(ast.Expr)):
        yield Effect.RAISE


def call_target(node: ast.Call, view: FunctionView, syntax: PythonSyntax, bindings: Bindings) -> Effect | str | None:
    """The effect of a call, or the dotted name of what may be a function of the repository."""
    name = syntax.name_of(node.func)
    if not name or name in _OWN_MAKERS:
        return None if name else _call_of_value(node, syntax)
    head = name.partition(".")[0]
    effect = effect_of_call(name, node)
    if effect is not Effect.UNKNOWN:
        return effect
    if head in ("self", "cls"):
        return name if name.count(".") == 1 else Effect.UNKNOWN
    if head in view.parameters:
        return Effect.UNKNOWN
    if head in bindings.assigned or head in bindings.spoilt:
        return _call_on_local(node, head, syntax, bindings)
    return name


def _call_on_local(node: ast.Call, head: str, syntax: PythonSyntax, bindings: Bindings) -> Effect | None:
    values = bindings.assigned.get(head, ())
    if not isinstance(node.func, ast.Attribute) or head in bindings.spoilt or not values:
        return Effect.UNKNOWN
    plain = all(isinstance(one, _CONTAINERS) or _makes_container(one, syntax) for one in values[:20])
    return None if plain else Effect.UNKNOWN


def _makes_container(node: ast.expr, syntax: PythonSyntax) -> bool:
    return isinstance(node, ast.Call) and syntax.name_of(node.func) in _MAKERS


def _call_of_value(node: ast.Call, syntax: PythonSyntax) -> Effect | None:
    """A method on something that is no name: on a literal or on what another call gave."""
    if not isinstance(node.func, ast.Attribute):
        return Effect.UNKNOWN
    base = node.func.value
    if node.func.attr in PURE_METHODS or isinstance(base, _CONTAINERS) or _makes_container(base, syntax):
        return None
    return Effect.UNKNOWN
