"""Switches of tests in JavaScript and TypeScript: variables without which they are skipped, and reruns of what fails."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_reader import dotted
from auditor.facts.code_tree import CodeTree, Kind, Node, inside, walk
from auditor.facts.flaws import Flaw, FlawAt
from auditor.facts.pattern import pattern

__all__ = ["switch_flaws"]

_SKIPS = frozenset({"describe.skip", "it.skip", "test.skip", "suite.skip", "context.skip", "xdescribe", "xit", "xtest", "test.describe.skip"})  # fmt: skip
_RUNS_ON = pattern(r"^(?:describe|it|test|suite)\.(?:skipIf|runIf)$")
_RERUNS = frozenset({"jest.retryTimes", "this.retries"})
_OPTIONS = frozenset({"retry", "retries"})
_CONFIGURES = frozenset({"test.describe.configure", "describe.configure"})
_TESTS = frozenset({"it", "test", "describe", "it.concurrent", "test.concurrent"})
_ENVIRONMENT = pattern(r"^(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env)\.([A-Za-z_]\w*)$")
_SHARE = 80


def switch_flaws(tree: CodeTree) -> Iterator[FlawAt]:
    """The reruns of a file, and the tests that wait for a variable."""
    bound = _bound(tree)
    for node in walk(tree.top):
        variable = _waited_for(node, bound)
        if variable:
            yield FlawAt(node.line, node.line, Flaw.WAITS_FOR_VARIABLE, _title(node), variable)
        if node.kind is Kind.CALL and _reruns(node):
            yield FlawAt(node.line, node.line, Flaw.RERUN, _title(node) or "every test here")


def _bound(tree: CodeTree) -> dict[str, str]:
    """The variables by the names that the top of the file gives them."""
    found: dict[str, str] = {}
    for statement in inside(tree.top):
        for node in (statement, *statement.children):
            if node.kind is Kind.VARIABLE and node.children:
                variable = _variable(node.children[0], {})
                found.update({node.name: variable} if variable else {})
    return found


def _variable(node: Node, bound: dict[str, str]) -> str:
    """The one variable that a condition asks for: ``process.env.NAME``, a name bound to it, compared or made a truth."""
    found: set[str] = set()
    for one in walk(node):
        if one.kind is Kind.MEMBER:
            match = _ENVIRONMENT.search(dotted(one))
            found.update([match.group(1)] if match else ())
        elif one.kind is Kind.NAME and one.name in bound:
            found.add(bound[one.name])
        elif one.kind is Kind.CALL and not one.name.startswith(("Boolean", "String", "Number", "parseInt")):
            return ""  # what else is asked may say otherwise
    return found.pop() if len(found) == 1 else ""


def _waited_for(node: Node, bound: dict[str, str]) -> str:
    """The variable that a test waits for, where it is skipped unless that is set."""
    if node.kind is Kind.CHOICE and len(node.children) == 3:  # noqa: PLR2004 - test and both ways
        test, then, otherwise = node.children
        skipped = [dotted(one) in _SKIPS for one in (then, otherwise)]
        unset = skipped[0] and _is_absence(test)
        set_ = skipped[1] and not _is_absence(test)
        return _variable(test, bound) if any(skipped) and (unset or set_) else ""
    if node.kind is Kind.CALL and _RUNS_ON.search(node.name) and len(node.children) > 1:
        absent = _is_absence(node.children[1])
        return _variable(node.children[1], bound) if absent == node.name.endswith("skipIf") else ""
    if node.kind is Kind.CALL and node.name in ("test.skip", "test.describe.skip") and len(node.children) > 1:
        return _variable(node.children[1], bound) if _is_absence(node.children[1]) else ""
    return ""


def _is_absence(test: Node) -> bool:
    """``!name``, ``name === undefined``, ``name !== "1"``."""
    if test.kind is Kind.UNARY and test.name == "!":
        inner = test.children[0] if test.children else test
        return not (inner.kind is Kind.UNARY and inner.name == "!")
    if test.kind is Kind.BINARY and len(test.children) == 2:  # noqa: PLR2004 - both sides
        nothing = test.children[1].kind is Kind.LITERAL and test.children[1].value in (None, "")
        return nothing if test.name in ("==", "===") else test.name in ("!=", "!==") and not nothing
    return False


def _reruns(call: Node) -> bool:
    given = call.children[1:]
    if call.name in _RERUNS:
        return bool(given) and _is_positive(given[0])
    if call.name not in _CONFIGURES and (call.name not in _TESTS or not _title(call)):
        return False
    pairs = [pair for one in given if one.kind is Kind.OBJECT for pair in one.children if pair.kind is Kind.PAIR]
    return any(one.name in _OPTIONS and one.children and _is_positive(one.children[0]) for one in pairs)


def _is_positive(node: Node) -> bool:
    number = node.kind is Kind.LITERAL and isinstance(node.value, int) and not isinstance(node.value, bool)
    return number and isinstance(node.value, int) and node.value > 0


def _title(node: Node) -> str:
    first = node.children[1] if node.kind is Kind.CALL and len(node.children) > 1 else None
    return first.value[:_SHARE] if first is not None and isinstance(first.value, str) else ""
