"""Figures that code gives names to: literal numbers, random ones, and what stands in for missing ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.claims import is_metric_name, words_of
from auditor.facts.code_reader import dotted
from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, inside, own, own_returns, walk
from auditor.facts.code_verdicts import unwrapped
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern

__all__ = ["RETURNED", "Fallback", "Figure", "dice_in", "fallbacks_in", "figures_in"]

_SETTERS = (".Set", ".set", ".Observe", ".observe")
_SHARE = pattern(r"^(\d+(?:\.\d+)?)\s?%$")
_RECORDERS = frozenset(
    "record_metric set_metric report_metric gauge record_gauge push_metric log_metric emit_metric observe put_metric".split()  # noqa: SIM905 - reads better
)
_RANDOM = pattern(
    r"^(?:Math\.random|(?:rand|mrand|r)\.(?:Int|Intn|IntN|Int31n|Int63n|Float64|Float32|NormFloat64|ExpFloat64|N))$"
)
RETURNED = "returned"
"""The container of entries of an object that a function gives."""
_RARE = 0.09
"""A chance that is smaller picks a sample, or when to tidy up."""
_SHOWN = frozenset({"toFixed", "toLocaleString", "toString", "padStart", "String"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number under the name of a measurement. `number` is None for a random one.

    `form` tells how it is named: ``entry`` of an object, ``variable``, ``member``, ``returned`` or ``recorded``. `compared`: a test against it is what gets the name.
    `container` is the name of the variable that holds the entry, or of the function that is given it.
    """

    name: str
    number: float | None
    form: str
    line: int
    end_line: int
    compared: bool = False
    container: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """``subject.key ?? value``: what a missing value is taken for."""

    subject: str
    key: str
    value: bool | float | str | None
    line: int


_NAMING = frozenset({Kind.PAIR, Kind.VARIABLE, Kind.ASSIGN, Kind.RETURN, Kind.CALL})
"""The nodes that give names to values."""


def figures_in(scope: Scope) -> Iterator[Figure]:
    """The figures of one function, without those of named functions inside."""
    containers: dict[Node, str] = {}
    for node in _visible(scope.function.body):
        if node.kind not in _NAMING:
            continue
        containers.update(_containers(node))
        for name, value, form in _named(node, scope):
            figure = Figure(
                name=name,
                number=_number(value),
                form=form,
                line=value.line,
                end_line=value.end_line,
                compared=value.kind in (Kind.BINARY, Kind.CHOICE),
                container=containers.get(node, ""),
            )
            if is_metric_name(name) if figure.number is not None else _is_random(value, scope):
                yield figure


def _containers(node: Node) -> Iterator[tuple[Node, str]]:
    """The entries of an object that gets a name, or is given to a function, with that name."""
    held: list[tuple[str, Node]] = []
    if node.kind is Kind.VARIABLE and node.children:
        held = [(node.name, node.children[0])]
    elif node.kind is Kind.ASSIGN and len(node.children) > 1:
        held = [(node.children[0].name, node.children[1])]
    elif node.kind is Kind.CALL:
        held = [(node.name.rpartition(".")[2], one) for one in node.children[1:]]
    elif node.kind is Kind.RETURN and node.children:
        held = [(RETURNED, unwrapped(node.children[0]))]
    for name, value in held:
        if value.kind is Kind.OBJECT:
            yield from ((one, "_".join(words_of(name))) for one in value.children)


def fallbacks_in(scope: Scope) -> Iterator[Fallback]:
    """The literal fallbacks of one function, without those that are only shown to people."""
    pending = list(inside(scope.function.body))
    while pending:
        node = pending.pop(0)
        if node.kind in (Kind.TEXT, Kind.DEFINITION) or (node.kind is Kind.OPAQUE and node.name.startswith("jsx")):
            continue
        if node.kind is Kind.CALL and (_is_shown(node) or scope.call(node) is Effect.LOG):
            continue
        found = _fallback(node)
        if found is not None:
            yield found
        pending[:0] = [*node.children, *((node.function.body,) if node.function and node.function.body else ())]


def _visible(body: Node | None) -> Iterator[Node]:
    """The nodes of a function and of the nameless ones inside."""
    for node in own(body):
        yield node
        if node.kind is Kind.FUNCTION and node.function is not None:
            yield from walk(node.function.body)


def _named(node: Node, scope: Scope) -> Iterator[tuple[str, Node, str]]:
    if node.kind is Kind.PAIR and node.children:
        yield node.name, node.children[0], "entry"
    elif node.kind is Kind.VARIABLE and node.children:
        yield node.name, node.children[0], "variable"
    elif node.kind is Kind.ASSIGN and node.name in ("=", ":=") and len(node.children) > 1:
        target = node.children[0]
        yield target.name, node.children[1], "member" if target.kind is Kind.MEMBER else "variable"
    elif node.kind is Kind.RETURN and node.children and node in own_returns(scope.function.body):
        yield scope.function.name, unwrapped(node.children[0]), "returned"
    elif node.kind is Kind.CALL and len(node.children) == 2 and node.name.endswith(_SETTERS):  # noqa: PLR2004 - one value
        yield node.name.rpartition(".")[0].rpartition(".")[2], node.children[1], "recorded"
    elif node.kind is Kind.CALL and len(node.children) > 2:  # noqa: PLR2004 - name and value
        label = node.children[1].value
        if "_".join(words_of(node.name.rpartition(".")[2])) in _RECORDERS and isinstance(label, str):
            yield label.replace("-", "_").replace("/", ".").rpartition(".")[2], node.children[2], "recorded"


def _number(node: Node) -> float | None:
    """What a literal comes to; a share that is written as text (``"99.9%"``) counts as its number."""
    if node.kind is Kind.UNARY and node.name == "-" and node.children:
        inner = _number(node.children[0])
        return -inner if inner is not None else None
    if node.kind is not Kind.LITERAL or isinstance(node.value, bool):
        return None
    if isinstance(node.value, str):
        share = _SHARE.match(node.value)
        return float(share.group(1)) if share else None
    return node.value


def _is_random(node: Node, scope: Scope) -> bool:
    """Whether a value is made of a random number; a test against one is no such value."""
    if node.kind in (Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.DEFINITION):
        return False
    if any(one.kind is Kind.NAME and one.name in scope.function.parameters for one in own(node)):
        return False  # it varies what it was given
    for one in own(node):
        if one.kind is Kind.CALL and _RANDOM.search(one.name) and scope.call(one) is Effect.RANDOM:
            return True
    return False


def dice_in(scope: Scope) -> Iterator[tuple[int, str]]:
    """Conditions in which a chance that is written down decides, but for those that hold once in a while."""
    for node in _visible(scope.function.body):
        test = node.children[0] if node.kind is Kind.IF and node.children else None
        if test is None or test.kind is not Kind.BINARY or test.name not in ("<", ">", "<=", ">="):
            continue
        chance, limit = test.children[0], test.children[-1]
        share = _number(limit)
        thrown = chance.kind is Kind.CALL and _RANDOM.search(chance.name) and scope.call(chance) is Effect.RANDOM
        if thrown and share is not None and _RARE < share < 1 - _RARE:
            yield test.line, f"{chance.name}() {test.name} {share:g}"


def _fallback(node: Node) -> Fallback | None:
    if node.kind is not Kind.BINARY or node.name not in ("??", "||") or len(node.children) != 2:  # noqa: PLR2004 - both sides
        return None
    left, right = node.children
    key = left.name if left.kind is Kind.MEMBER else _index(left)
    if not key or right.kind is not Kind.LITERAL:
        return None
    return Fallback(
        subject=dotted(left.children[0]) if left.children else "", key=key, value=right.value, line=node.line
    )


def _index(node: Node) -> str:
    key = node.children[1].value if node.kind is Kind.INDEX and len(node.children) > 1 else None
    return key if isinstance(key, str) else ""


def _is_shown(node: Node) -> bool:
    callee = node.children[0]
    return callee.kind is Kind.MEMBER and callee.name in _SHOWN
