"""Values that stand in for missing ones in JavaScript and TypeScript, and are the best that there could be."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import is_bad_when_high, words_of
from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, inside, walk
from auditor.facts.code_verdicts import unwrapped
from auditor.facts.pattern import pattern

__all__ = ["full_shares", "full_without_data", "missing_passes", "presumed_verdicts"]

_GOOD_SHARE = pattern(
    r"(?i)success|succeed|passed|healthy|available|availability|uptime|achieved|complian|^good|^ok$|delivered|reliab|coverage|accuracy"
)
_QUERIES = pattern(r"(?i)quer|prom(?:etheus|ql)|metric|measur|sampl|telemetry|stats")
_BAD_FIGURES = frozenset({"failed", "failures", "errors", "lost", "dropped", "rejected", "violations", "regressions", "timeouts", "drops", "crashes", "restarts"})  # fmt: skip
_STATES = frozenset({"up", "healthy", "ok", "alive", "reachable", "online", "connected", "is_healthy", "ready", "is_ready", "operational"})  # fmt: skip
_ORDERS = frozenset({">", ">=", "<", "<="})
_FULL = (1, 100)
_BOTH = 2
_CHOICE = 3


def full_shares(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``total ? good / total : 1``: where nothing was counted, all of it counts as good."""
    for node in _nodes(scope):
        if node.kind in (Kind.VARIABLE, Kind.PAIR) and node.children:
            named, value = node.name, node.children[0]
        elif node.kind is Kind.RETURN and node.children:
            named, value = scope.function.name, unwrapped(node.children[0])
        else:
            continue
        if value.kind is not Kind.CHOICE or len(value.children) != _CHOICE:
            continue
        share = next((one for one in value.children[1:] if _is_share(one)), None)
        other = next((one for one in value.children[1:] if one is not share), value)
        full = other.kind is Kind.LITERAL and not isinstance(other.value, bool) and other.value in _FULL
        if share is not None and full and (_GOOD_SHARE.search(named) or _has_good_part(share)):
            yield value, named


def full_without_data(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``if total == 0 { return 100 }`` in a function that is named for the share of what is good."""
    if not _GOOD_SHARE.search(scope.function.name):
        return
    for node in _nodes(scope):
        if node.kind is not Kind.IF or len(node.children) < _BOTH or not _is_nothing(node.children[0]):
            continue
        last = inside(node.children[1])[-1:]
        value = unwrapped(last[0].children[0]) if last and last[0].kind is Kind.RETURN and last[0].children else node
        if value.kind is Kind.LITERAL and not isinstance(value.value, bool) and value.value in _FULL:
            yield last[0], scope.function.name


def _is_nothing(test: Node) -> bool:
    """``total === 0``, ``len(runs) == 0``, ``!runs.length``."""
    if test.kind is Kind.UNARY and test.name == "!" and test.children:
        return test.children[0].kind is Kind.MEMBER and test.children[0].name in ("length", "size")
    if test.kind is not Kind.BINARY or test.name not in ("==", "===", "<=", "<") or len(test.children) != _BOTH:
        return False
    right = test.children[1]
    return right.kind is Kind.LITERAL and right.value == (1 if test.name == "<" else 0) and right.value is not False


def _is_share(node: Node) -> bool:
    """A quotient, or one as a percentage, rounded or not."""
    for _ in range(4):
        if node.kind is Kind.CALL and len(node.children) == _BOTH:
            node = node.children[1]
        elif node.kind is Kind.BINARY and node.name == "*" and node.children:
            node = node.children[0]
        else:
            break
    return node.kind is Kind.BINARY and node.name == "/"


def _has_good_part(share: Node) -> bool:
    return any(one.kind in (Kind.NAME, Kind.MEMBER) and _GOOD_SHARE.search(one.name) for one in walk(share))


def missing_passes(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``(failed ?? 0) > limit`` where `failed` was asked for: what is not known passes the gate."""
    for node in _nodes(scope):
        if node.kind is not Kind.BINARY or node.name not in _ORDERS or len(node.children) != _BOTH:
            continue
        name = _taken_for_zero(node.children[0])
        value = unwrapped(scope.only(name) or node) if name else node
        if value.kind is Kind.CALL and _QUERIES.search(value.name or _callee(value)) and node.name.startswith(">"):
            yield node, name


def _taken_for_zero(node: Node) -> str:
    if node.kind is not Kind.BINARY or node.name not in ("??", "||") or len(node.children) != _BOTH:
        return ""
    left, right = node.children
    name = left.name if left.kind is Kind.NAME else ""
    zero = right.kind is Kind.LITERAL and not isinstance(right.value, bool) and right.value == 0
    bad = is_bad_when_high("_".join(words_of(name))) or not _BAD_FIGURES.isdisjoint(words_of(name))
    return name if zero and bad else ""


def _callee(call: Node) -> str:
    return call.children[0].name if call.children else ""


def presumed_verdicts(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``{ up: link?.connected ?? true }``: a state that nobody reports is a good one."""
    for node in _nodes(scope):
        value = node.children[0] if node.kind is Kind.PAIR and node.children else node
        if value is node or "_".join(words_of(node.name)) not in _STATES:
            continue
        if value.kind is Kind.BINARY and value.name in ("??", "||") and len(value.children) == _BOTH:
            left, right = value.children
            if right.kind is Kind.LITERAL and right.value is True and left.kind in (Kind.MEMBER, Kind.INDEX):
                yield value, node.name


def _nodes(scope: Scope) -> Iterator[Node]:
    """All nodes of a function, those of nameless functions inside included."""
    for statement in inside(scope.function.body):
        yield from walk(statement)
