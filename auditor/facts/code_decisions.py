"""Decisions in code that nothing measured has a part in: constants compared, verdicts laid over those that were worked out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import is_target_name, words_of
from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, own, walk
from auditor.facts.code_verdicts import unwrapped, verdict_of
from auditor.facts.pattern import pattern
from auditor.facts.verdicts import Verdict, is_verdict_key

__all__ = ["constant_comparisons", "overlaid_verdicts"]

_ORDERS = frozenset({"<", ">", "<=", ">="})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "**"})
_UNITS = frozenset({"time"})
"""What Go multiplies numbers by to make times of them."""
_WORKED_OUT = pattern(r"(?i)check|health|verif|valid|report|probe|test|run|audit|inspect|assess|evaluat|status|collect")
_FORMATS = pattern(
    r"(?i)(?:errorf|printf?|println|print|sprint|sprintf|wrapf?|fatalf?|panicf?|infof?|warnf?|debugf?|error)$"
)
_DEEPEST = 6


def constant_comparisons(scope: Scope) -> Iterator[tuple[Node, str]]:
    """Conditions that compare a name, which the function binds to a figure and nothing else, with a limit."""
    changed: set[str] | None = None
    for node in own(scope.function.body):
        test = node.children[0] if node.kind in (Kind.IF, Kind.CHOICE) and node.children else None
        for one in own(test):
            name = _compared(one)
            value = scope.only(name) if name else None
            if value is None or not _is_figure(value):
                continue
            changed = changed if changed is not None else _changed(scope)
            if name not in changed:
                yield one, name


def _compared(node: Node) -> str:
    """The name in ``name > 0.5`` and in ``name > limit``."""
    if node.kind is not Kind.BINARY or node.name not in _ORDERS or len(node.children) != 2:  # noqa: PLR2004 - both sides
        return ""
    left, right = node.children
    limit = _is_figure(right) or right.kind is Kind.MEMBER or (right.kind is Kind.NAME and _names_limit(right.name))
    return left.name if left.kind is Kind.NAME and limit and not _names_limit(left.name) else ""


def _names_limit(name: str) -> bool:
    return name.isupper() or is_target_name("_".join(words_of(name)))


def _changed(scope: Scope) -> set[str]:
    """The names that may get another value, in a function inside or (in Go) by their address."""
    found: set[str] = set()
    for node in walk(scope.function.body):
        if node.kind is Kind.ASSIGN and node.children:
            found.add(node.children[0].name)
        elif node.kind is Kind.CALL and scope.go and not _FORMATS.search(node.name):
            found.update(one.name for one in node.children[1:] if one.kind is Kind.NAME)
    return found


def _is_figure(node: Node, depth: int = 0) -> bool:
    """A number, or arithmetic on numbers and units."""
    if depth > _DEEPEST:
        return False
    if node.kind is Kind.BINARY and node.name in _ARITHMETIC:
        return all(_is_figure(one, depth + 1) for one in node.children)
    if node.kind is Kind.UNARY and node.name == "-":
        return all(_is_figure(one, depth + 1) for one in node.children)
    if node.kind is Kind.MEMBER:
        return node.children[0].kind is Kind.NAME and node.children[0].name in _UNITS
    return node.kind is Kind.LITERAL and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def overlaid_verdicts(scope: Scope) -> Iterator[tuple[Node, str]]:
    """``{ ...report, status: "pass" }`` returned, where the report was worked out by a call: what it said is lost."""
    for node in own(scope.function.body):
        value = unwrapped(node.children[0]) if node.kind is Kind.RETURN and node.children else None
        if value is None or value.kind is not Kind.OBJECT or not value.children:
            continue
        first, *entries = value.children
        if first.name == "spread_element" and _is_report(first, scope):
            yield from (
                (one, one.name)
                for one in entries
                if one.kind is Kind.PAIR and is_verdict_key("_".join(words_of(one.name))) and _is_good(one, scope)
            )


def _is_report(spread: Node, scope: Scope) -> bool:
    inner = spread.children[0] if spread.children else spread
    value = scope.only(inner.name) if inner.kind is Kind.NAME else inner
    made = unwrapped(value) if value is not None else inner
    return made.kind is Kind.CALL and _WORKED_OUT.search(made.name.rpartition(".")[2]) is not None


def _is_good(pair: Node, scope: Scope) -> bool:
    value = pair.children[0] if pair.children else pair
    return value.kind is Kind.LITERAL and verdict_of(value, scope) is Verdict.SUCCESS
