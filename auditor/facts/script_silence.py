"""Tests in JavaScript and TypeScript that pass where what they test did not happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node, inside, own, texts_in, walk
from auditor.facts.flaws import Flaw, FlawAt, names_in
from auditor.facts.http_statuses import MEANT, REFUSED, is_status
from auditor.facts.pattern import pattern
from auditor.facts.script_effects import is_log

__all__ = ["Scope", "checks", "is_talk", "scope_of", "silent_flaws"]

_CHECKS = pattern(r"(?i)assert|expect|should|verif|validat|snapshot|screenshot|^chai\b|^t\.|^cy\.|done$|fail")
_TYPES = frozenset({"expectTypeOf", "expectType", "assertType", "expectAssignable"})
"""Checks of the compiler, which hold or fail before anything runs."""
_PLATFORM = pattern(
    r"(?i)platform|browser_?name|is_?mobile|project\.name|windows|win32|linux|darwin|macos|webkit|firefox|chromium|version|\bCI$|driver|dialect|engine|runtime|typeof|feature|support"
)
_ABSENT = (None, 0, False, "")
_EQUAL, _UNEQUAL, _ABOVE = frozenset({"===", "=="}), frozenset({"!==", "!="}), frozenset({">=", ">"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names of a file: those that tests are made for one by one (`given`), and those that are worked out (`declared`)."""

    given: frozenset[str]
    declared: frozenset[str]


def scope_of(tree: CodeTree) -> Scope:
    """The names of one file."""
    given: set[str] = set()
    declared: set[str] = set()
    for node in walk(tree.top):
        if node.kind is Kind.LOOP:
            given.update(one.name for one in node.children if one.kind is Kind.VARIABLE)
        elif node.kind is Kind.CALL and node.children and node.children[0].kind in (Kind.MEMBER, Kind.CALL):
            each = node.children[0].name in ("forEach", "map", "each") or node.children[0].kind is Kind.CALL
            functions = [one.function for one in node.children[1:] if one.function is not None and each]
            given.update(name for function in functions for name in function.parameters)
        elif node.kind is Kind.VARIABLE:
            declared.add(node.name)
    return Scope(given=frozenset(given), declared=frozenset(declared - given))


def silent_flaws(callback: FunctionNode, title: str, scope: Scope) -> Iterator[FlawAt]:
    """Early returns before the first assertion, assertions that all stand behind conditions, and caught expectations."""
    calls = [one for one in walk(callback.body) if one.kind is Kind.CALL and checks(one)]
    lines = sorted(one.line for one in calls)
    for node in own(callback.body):
        early = node.kind is Kind.IF and bool(lines) and node.line < lines[0] and node.end_line < lines[-1]
        if early and _returns_early(node, scope):
            yield FlawAt(node.line, node.end_line, Flaw.EARLY_RETURN, title)
        elif node.kind is Kind.CALL and _is_swallowed(node):
            yield FlawAt(node.line, node.end_line, Flaw.SWALLOWED, title)
    branch = _only_branch(callback, calls, scope)
    if branch is not None:
        yield FlawAt(branch.line, branch.line, Flaw.CONDITIONAL, title)


def checks(call: Node) -> bool:
    """Whether a call can fail a test on purpose, by its name or that of the chain that it ends."""
    if any(one.kind is Kind.CALL and one.name in _TYPES for one in (call, *chain(call))):
        return False
    return any(_CHECKS.search(one) for one in (call.name, *(child.name for child in call.children[:1])) if one)


def chain(call: Node) -> Iterator[Node]:
    """What a call of a chain is called on, step by step."""
    node = call
    while node.children and node.kind in (Kind.CALL, Kind.MEMBER):
        node = node.children[0]
        yield node


def is_talk(node: Node) -> bool:
    """Whether a statement only writes to the log, or is empty."""
    return (node.kind is Kind.CALL and is_log(node.name)) or (node.kind is Kind.BLOCK and not node.children)


def _returns_early(node: Node, scope: Scope) -> bool:
    if len(node.children) != 2 or not _leaves_quietly(node.children[1]):  # noqa: PLR2004 - no `else`
        return False
    return _asks_for_absence(node.children[0]) and _is_worked_out(node.children[0], scope)


def _leaves_quietly(branch: Node) -> bool:
    statements = inside(branch)
    if not statements or statements[-1].kind is not Kind.RETURN or not all(map(is_talk, statements[:-1])):
        return False
    given = statements[-1].children
    return not given or (given[0].kind is Kind.LITERAL and given[0].value in (None, True))


def _asks_for_absence(test: Node) -> bool:
    """Whether a condition holds where something is missing, or was refused."""
    if test.kind is Kind.UNARY:
        return test.name == "!" and test.children[0].kind is not Kind.UNARY
    if test.kind is not Kind.BINARY or len(test.children) != 2:  # noqa: PLR2004
        return False
    left, right = test.children
    if test.name in ("||", "&&"):
        return _asks_for_absence(left) and _asks_for_absence(right)
    if right.kind is not Kind.LITERAL:
        return False
    if is_status(left) and isinstance(right.value, int):
        good = right.value < REFUSED
        refused = not good and right.value not in MEANT
        return (test.name in _UNEQUAL and good) or (test.name in _EQUAL and refused) or test.name in _ABOVE
    return (test.name in _EQUAL and right.value in _ABSENT) or (test.name == "<" and right.value == 1)


def _is_worked_out(test: Node, scope: Scope) -> bool:
    """Whether a condition depends on what happened, rather than on the platform or on what the test is made for."""
    names = names_in(test)
    if any(_PLATFORM.search(name) for name in names) or _PLATFORM.search(texts_in(test)):
        return False
    roots = {name.partition(".")[0] for name in names}
    if roots & scope.given:
        return False
    called = any(one.kind in (Kind.CALL, Kind.AWAIT) for one in walk(test))
    return called or bool(roots & scope.declared) or "process" in roots


def _is_swallowed(node: Node) -> bool:
    """``expect(...).toBeVisible().catch(() => {})``: whatever is expected, nothing fails."""
    callee = node.children[0]
    handler = node.children[1].function if len(node.children) == 2 else None  # noqa: PLR2004 - one handler
    if callee.kind is not Kind.MEMBER or callee.name != "catch" or handler is None:
        return False
    expected = any(one.kind is Kind.CALL and one.name in ("expect", "expect.soft") for one in own(callee))
    return expected and all(is_talk(one) or _returns_nothing(one) for one in inside(handler.body))


def _returns_nothing(node: Node) -> bool:
    return node.kind is Kind.RETURN and all(
        one.kind is Kind.LITERAL or is_talk(one) or (one.kind is Kind.OBJECT and not one.children)
        for one in node.children
    )


def _only_branch(callback: FunctionNode, calls: list[Node], scope: Scope) -> Node | None:
    """The first of the conditions that hold all assertions of a test, where nothing fails it otherwise."""
    branches = [one for one in inside(callback.body) if one.kind is Kind.IF and _holds_checks(one)]
    if not branches or any(one.kind in (Kind.THROW, Kind.OPAQUE) for one in walk(callback.body)):
        return None
    within = {id(node) for one in branches for node in walk(one.children[1])}
    if not calls or any(id(one) not in within for one in calls) or _has_other_way(branches):
        return None
    worked_out = all(_is_worked_out(one.children[0], scope) for one in branches)
    return branches[0] if worked_out and not _excludes(branches) else None


def _holds_checks(branch: Node) -> bool:
    return any(one.kind is Kind.CALL and checks(one) for one in walk(branch.children[1]))


def _has_other_way(branches: list[Node]) -> bool:
    """Whether an ``else`` does more than talk."""
    return any(not is_talk(one) for branch in branches for other in branch.children[2:] for one in inside(other))


def _excludes(branches: list[Node]) -> bool:
    """Whether several conditions may cover all cases between them: what the one denies, the other affirms."""
    texts = [tuple(names_in(one.children[0])) for one in branches]
    return len(texts) != len(set(texts))
