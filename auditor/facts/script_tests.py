"""Tests in JavaScript and TypeScript: Jest, Vitest, Mocha, Playwright, node:test and their like."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node, inside, own, texts_in, walk
from auditor.facts.flaws import Flaw, FlawAt, talks_of_success
from auditor.facts.pattern import pattern
from auditor.facts.script_effects import is_log
from auditor.facts.script_silence import Scope, scope_of, silent_flaws
from auditor.facts.script_vacuous import is_constant, vacuous_flaws

__all__ = ["script_flaws"]

_TESTS = frozenset({"it", "test", "specify", "it.only", "test.only", "it.concurrent", "test.concurrent", "Deno.test"})
_SKIPPED = pattern(
    r"^(?:(?:it|test|specify|describe|suite|context|test\.describe)\.skip|xit|xtest|xdescribe|xspecify|xcontext)$"
)
_FOCUSED = pattern(r"^(?:(?:it|test|specify|describe|suite|context|test\.describe)\.only|fit|fdescribe)$")
_PLANNED = frozenset({"expect.assertions", "expect.hasAssertions", "t.plan"})
_UNWRITTEN = frozenset({"it.todo", "test.todo"})
_ASSERTS = pattern(
    r"(?i)^(?:t|assert|chai|sinon|cy|supertest|request)\b|assert|expect|should|verif|check|valid|fail|compare|ensure|must|snapshot|match|throws|reject|plan|done|resolve|screenshot|^t$|equal|waitfor|getby|findby|axe|inject|benchmark|audit"
)
_IDLE = pattern(r"^(?:console\.|JSON\.|Math\.|Date|setTimeout|Promise|Object\.|Array|String|Number|Map|Set)")
_SKIP_CALLS = frozenset({"this.skip", "t.skip", "ctx.skip", "context.skip", "test.skip"})


def script_flaws(tree: CodeTree) -> Iterator[FlawAt]:
    """The flaws of all tests of a file."""
    scope = scope_of(tree)
    for node in walk(tree.top):
        if node.kind is Kind.CALL:
            yield from _of_call(node, scope)


def _of_call(node: Node, scope: Scope) -> Iterator[FlawAt]:
    title = _title(node)
    callback = next((one.function for one in node.children[1:] if one.function is not None), None)
    if title and callback is not None and _FOCUSED.search(node.name):
        yield FlawAt(node.line, node.line, Flaw.FOCUSED, title)
    if title and (_SKIPPED.search(node.name) and callback is not None):
        yield FlawAt(node.line, node.line, Flaw.SKIPPED, title)
    elif title and node.name in _UNWRITTEN:
        yield FlawAt(node.line, node.end_line, Flaw.UNWRITTEN, title)
    elif title and node.name in _TESTS and callback is not None:
        if any(one.kind is Kind.OBJECT and _skips(one) for one in node.children[1:]):
            yield FlawAt(node.line, node.line, Flaw.SKIPPED, title)
        yield from _of_test(node, title, callback)
        yield from silent_flaws(callback, title, scope)
        yield from vacuous_flaws(callback, title)


def _title(node: Node) -> str:
    first = node.children[1] if len(node.children) > 1 else None
    if first is None or first.kind not in (Kind.LITERAL, Kind.TEXT):
        return ""
    text = first.value if first.kind is Kind.LITERAL else first.name
    return text[:80] if isinstance(text, str) else ""


def _skips(options: Node) -> bool:
    """Whether the options of node:test skip a test whatever happens."""
    values = [
        one.children[0] for one in options.children if one.kind is Kind.PAIR and one.name == "skip" and one.children
    ]
    return any(one.kind is Kind.LITERAL and bool(one.value) for one in values)


def _of_test(node: Node, title: str, callback: FunctionNode) -> Iterator[FlawAt]:
    statements = [one for one in inside(callback.body) if one.kind is not Kind.BLOCK or inside(one)]
    if not statements:
        if not callback.notes:
            yield FlawAt(node.line, node.end_line, Flaw.EMPTY, title)
        return
    skip = next((one for one in statements if _is_skip(one)), None)
    if skip is not None:
        yield FlawAt(skip.line, skip.end_line, Flaw.SKIPPED, title, texts_in(skip)[:80])
        return
    yield from _of_attempts(callback, title)
    yield from _of_assertions(node, title, callback)


def _is_skip(node: Node) -> bool:
    """Whether a statement skips the test that it stands in; given a condition, it may."""
    given = node.children[1:]
    reasons = all(one.kind in (Kind.LITERAL, Kind.TEXT) and not isinstance(one.value, bool) for one in given)
    return node.kind is Kind.CALL and node.name in _SKIP_CALLS and reasons and len(given) <= 1


def _of_attempts(callback: FunctionNode, title: str) -> Iterator[FlawAt]:
    """Handlers that ignore what was asserted, or make a skip of any error."""
    for node in own(callback.body):
        handler = (
            next((one for one in node.children if one.kind is Kind.CATCH), None) if node.kind is Kind.TRY else None
        )
        if handler is None:
            continue
        body = inside(handler.children[-1])
        if any(_is_skip(one) for one in body):
            yield FlawAt(handler.line, handler.end_line, Flaw.SKIPPED_ON_ERROR, title)
        elif all(_is_talk(one) for one in body) and _expects(node.children[0]):
            yield FlawAt(handler.line, handler.end_line, Flaw.SWALLOWED, title)
        elif _accepts_both(node, handler, callback):
            yield FlawAt(handler.line, handler.end_line, Flaw.EITHER_OUTCOME, title)


def _accepts_both(attempt: Node, handler: Node, callback: FunctionNode) -> bool:
    """Whether the test passes where the call goes well, and where it fails in the expected way."""
    if not (_expects(attempt.children[0]) and _expects(handler.children[-1])):
        return False
    forced = [
        one for one in walk(attempt) if one.kind is Kind.THROW or (one.kind is Kind.CALL and "fail" in one.name.lower())
    ]
    planned = any(one.kind is Kind.CALL and one.name in _PLANNED for one in own(callback.body))
    return not forced and not planned


def _is_talk(node: Node) -> bool:
    return node.kind is Kind.CALL and is_log(node.name)


def _expects(node: Node) -> bool:
    return any(one.kind is Kind.CALL and one.name in ("expect", "assert", "assert.equal", "assert.strictEqual", "assert.ok") for one in walk(node))  # fmt: skip


def _of_assertions(node: Node, title: str, callback: FunctionNode) -> Iterator[FlawAt]:
    calls = [one for one in walk(callback.body) if one.kind in (Kind.CALL, Kind.NEW)]
    assertions = [one for one in calls if _asserts(one)]
    constant = [one for one in calls if is_constant(one)]
    idle = all(_IDLE.search(one.name) or one in constant or _expects_of(one, constant) for one in calls)
    if constant and idle:
        yield FlawAt(constant[0].line, constant[0].end_line, Flaw.CONSTANT_ASSERTION, title)
    if assertions or _hands_on(callback):
        return
    others = [one for one in calls if not is_log(one.name)]
    talks = [one for one in calls if is_log(one.name)]
    idle = all(_IDLE.search(one.name) for one in others)
    if (idle and talks) or any(talks_of_success(one) for one in talks):
        yield FlawAt(node.line, node.line, Flaw.NO_ASSERTION, title, "idle" if idle else "")


def _asserts(call: Node) -> bool:
    callee = call.children[0] if call.children else call
    return any(_ASSERTS.search(name) for name in (call.name, callee.name) if name) or not (call.name or callee.name)


def _expects_of(call: Node, assertions: list[Node]) -> bool:
    """Whether a call is the ``expect(...)`` of one of these assertions."""
    return any(call in own(one) for one in assertions)


def _hands_on(callback: FunctionNode) -> bool:
    """Whether a test gives its verdict to others: it throws, returns a promise, or takes what it calls when done."""
    found = any(one.kind in (Kind.THROW, Kind.OPAQUE) for one in walk(callback.body))
    returns = any(one.kind is Kind.RETURN and one.children for one in own(callback.body))
    return found or returns or any(_ASSERTS.search(name) for name in callback.parameters)
