"""Expectations in JavaScript and TypeScript that hold whatever the code does."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_tree import FunctionNode, Kind, Node, inside, own, walk
from auditor.facts.flaws import Flaw, FlawAt
from auditor.facts.http_statuses import accepts_error, accepts_refusal, is_status
from auditor.facts.pattern import pattern
from auditor.facts.script_effects import is_log
from auditor.facts.script_silence import checks, is_talk

__all__ = ["is_constant", "vacuous_flaws"]

_MATCHERS = frozenset({"toBe", "toEqual", "toStrictEqual", "equal", "equals", "eql", "is", "strictEqual", "deepEqual"})
_UNARY_MATCHERS = frozenset({"toBeTruthy", "toBeDefined", "toBeFalsy", "ok"})
_TRUE_ASSERTS = frozenset({"assert", "assert.ok", "t.ok", "t.pass", "assert.isTrue", "t.assert.ok"})
_EQUAL_ASSERTS = frozenset(
    {"assert.equal", "assert.strictEqual", "assert.deepEqual", "t.equal", "t.assert.equal", "t.is"}
)
_COUNTS = pattern(r"(?i)(?:^|_)(?:length|counts?|size)$|[a-z](?:Count|Length|Size|Total)$")
_MERE_RUN = pattern(r"(?i)\b(?:not?|without|never|doesn'?t|no)\b")
"""Titles of tests that nothing goes wrong: the end is all that they have to reach."""
_MAKES = pattern(
    r"(?i)\b(?:creat|construct|instanti|initiali[sz]|defin|exist|build|built|mak|mount|render|import|export|load|throw|default|valid|accept|allow|support|without)\w*"
)
"""Titles of tests of the making itself."""
_FEW = 20
_PRESENT_MATCHERS = frozenset({"toBeDefined", "toBeTruthy"})
_ABSENT_MATCHERS = frozenset({"toBeNull", "toBeUndefined", "toBeFalsy"})
_SERVER_ERROR = 500
_ABOUT_ERRORS = pattern(r"(?i)5\d\d|5xx|server error|crash|not (?:fail|break)")
"""Titles of tests that ask for no more than that the server does not fail."""


def is_constant(call: Node) -> bool:
    """``expect(true).toBe(true)``, ``assert(true)``, ``assert.equal(1, 1)``."""
    given = call.children[1:]
    constant = bool(given) and all(one.kind is Kind.LITERAL for one in given)
    if call.name in _TRUE_ASSERTS:
        return constant and bool(given[0].value)
    if call.name in _EQUAL_ASSERTS:
        return len(given) > 1 and all(one.kind is Kind.LITERAL for one in given[:2])
    subject = _subject(call)
    matches = call.children[0].name in _MATCHERS | _UNARY_MATCHERS
    return matches and subject is not None and subject.kind is Kind.LITERAL and (not given or constant)


def vacuous_flaws(callback: FunctionNode, title: str) -> Iterator[FlawAt]:
    """Expectations that accept success and failure alike, counts of zero or more, and constants in place of a check."""
    calls = [one for one in walk(callback.body) if one.kind is Kind.CALL]
    matches = [one for one in calls if _subject(one) is not None]
    within = {id(one) for each in matches for one in own(each)}
    others = [one for one in calls if checks(one) and id(one) not in within]
    lone = len(matches) == 1 and not others
    for call in matches:
        flaw, why = _why(call, title, lone=lone)
        if flaw is not None:
            yield FlawAt(call.line, call.end_line, flaw, title, why)
    yield from _constants(callback, title, matches, lone=lone)
    if (
        0 < len(matches) <= _FEW
        and not others
        and not _MAKES.search(title)
        and all(_asks_whether_made(one, callback) for one in matches)
    ):
        yield FlawAt(
            matches[0].line, matches[0].end_line, Flaw.CANNOT_FAIL, title, "asks whether what the test made is there"
        )


def _asks_whether_made(call: Node, callback: FunctionNode) -> bool:
    """``const it = new Thing(); expect(it).toBeDefined()``."""
    subject, matcher = _subject(call), call.children[0]
    if subject is None or subject.kind is not Kind.NAME:
        return False
    denied = bool(matcher.children) and matcher.children[0].kind is Kind.MEMBER and matcher.children[0].name == "not"
    if matcher.name not in (_ABSENT_MATCHERS if denied else _PRESENT_MATCHERS):
        return False
    values = [one.children[0] for one in own(callback.body) if one.kind is Kind.VARIABLE and one.name == subject.name and one.children]  # fmt: skip
    return len(values) == 1 and values[0].kind is Kind.NEW


def _why(call: Node, title: str, *, lone: bool) -> tuple[Flaw | None, str]:
    subject, given = _subject(call), call.children[1:]
    if subject is None:
        return None, ""
    values = _accepted(call.children[0].name, subject, given)
    if accepts_error(values):
        return Flaw.ACCEPTS_FAILURE, ""
    if lone and (accepts_refusal(values) or (_is_below_errors(call, subject) and not _ABOUT_ERRORS.search(title))):
        return Flaw.CANNOT_FAIL, "accepts success and refusal alike"
    why = _why_always(call, subject, values)
    return (Flaw.CANNOT_FAIL, why) if why else (None, "")


def _is_below_errors(call: Node, subject: Node) -> bool:
    """``expect(response.status()).toBeLessThan(500)``."""
    return call.children[0].name == "toBeLessThan" and is_status(subject) and _value(call.children[1:]) == _SERVER_ERROR


def _why_always(call: Node, subject: Node, values: list[object]) -> str:
    if {True, False} == {value for value in values if isinstance(value, bool)}:
        return "accepts true and false alike"
    if call.children[0].name == "toBeGreaterThanOrEqual" and _value(call.children[1:]) == 0 and _is_count(subject):
        return "holds for every count"
    ends = subject.kind is Kind.BINARY and subject.name == "||" and _is_true(subject.children[-1])
    return "ends in `|| true`" if ends else ""


def _accepted(matcher: str, subject: Node, given: tuple[Node, ...]) -> list[object]:
    """The values among which an expectation finds its own: ``expect([200, 404]).toContain(status)`` and its like."""
    if matcher in ("toContain", "includes", "include") and subject.kind is Kind.ARRAY and given:
        values = [one.value for one in subject.children if one.kind is Kind.LITERAL]
        plain = len(values) == len(subject.children)
        return list(values) if plain and (is_status(given[0]) or bool in map(type, values)) else []
    if matcher in ("toBeOneOf", "oneOf") and given and given[0].kind is Kind.ARRAY and is_status(subject):
        return [one.value for one in given[0].children if one.kind is Kind.LITERAL]
    if matcher in ("toBe", "toBeTruthy", "toEqual"):
        return _alternatives(subject)
    return []


def _alternatives(node: Node) -> list[object]:
    """The statuses of ``status === 200 || status === 404``; empty where anything else is asked."""
    if node.kind is not Kind.BINARY or len(node.children) != 2:  # noqa: PLR2004
        return []
    left, right = node.children
    if node.name == "||":
        both = _alternatives(left), _alternatives(right)
        return [*both[0], *both[1]] if all(both) else []
    equal = node.name in ("===", "==") and is_status(left) and right.kind is Kind.LITERAL
    return [right.value] if equal else []


def _constants(callback: FunctionNode, title: str, matches: list[Node], *, lone: bool) -> Iterator[FlawAt]:
    """Constants on the way that is taken where a check did not hold, and at the end of a test that checks nothing else."""
    for branch in _ways_out(callback):
        statements = inside(branch)
        constant = [one for one in statements if one.kind is Kind.CALL and is_constant(one)]
        if constant and all(one in constant[:1] or is_talk(one) for one in statements):
            yield FlawAt(constant[0].line, constant[0].end_line, Flaw.CANNOT_FAIL, title, "stands in for a check")
    last = inside(callback.body)[-1:]
    if not lone or not last or last[0] is not matches[0] or not is_constant(last[0]) or _MERE_RUN.search(title):
        return
    within = {id(one) for one in own(last[0])}
    if any(one.kind is Kind.CALL and id(one) not in within and not is_log(one.name) for one in own(callback.body)):
        yield FlawAt(last[0].line, last[0].end_line, Flaw.CANNOT_FAIL, title, "is a constant, and the only one")


def _ways_out(callback: FunctionNode) -> Iterator[Node]:
    """The branches of conditions, and the handlers of errors that are not wanted."""
    for node in own(callback.body):
        if node.kind is Kind.IF:
            yield from node.children[1:]
        elif node.kind is Kind.TRY and not _provokes(node.children[0]):
            yield from (one.children[-1] for one in node.children if one.kind is Kind.CATCH)


def _provokes(body: Node) -> bool:
    """Whether a block ends by failing the test, so that the error is what is wanted."""
    last = inside(body)[-1:]
    fails = bool(last) and last[0].kind is Kind.CALL and (is_constant(last[0]) or "fail" in last[0].name)
    return fails or (bool(last) and last[0].kind is Kind.THROW)


def _subject(call: Node) -> Node | None:
    """What is expected of: the first argument of the ``expect`` that a call of a matcher ends."""
    node = call.children[0] if call.children else call
    if node.kind is not Kind.MEMBER:
        return None
    while node.kind is Kind.MEMBER:
        node = node.children[0]
    expects = node.kind is Kind.CALL and node.name in ("expect", "expect.soft") and len(node.children) > 1
    return node.children[1] if expects else None


def _is_count(node: Node) -> bool:
    one = node.children[0] if node.kind is Kind.AWAIT and node.children else node
    one = one.children[0] if one.kind is Kind.CALL and one.children else one
    return one.kind in (Kind.NAME, Kind.MEMBER) and _COUNTS.search(one.name) is not None


def _value(given: tuple[Node, ...]) -> object:
    return given[0].value if given and given[0].kind is Kind.LITERAL else None


def _is_true(node: Node) -> bool:
    return node.kind is Kind.LITERAL and node.value is True
