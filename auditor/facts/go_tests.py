"""Tests in Go: the standard package, and testify."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node, inside, own, texts_in, walk
from auditor.facts.flaws import Flaw, FlawAt, names_in, says_absent, talks_of_success
from auditor.facts.go_effects import is_log
from auditor.facts.pattern import pattern

__all__ = ["go_flaws"]

_TEST = pattern(r"^Test(?:[^a-z]|$)")
_SKIPS = frozenset({"Skip", "Skipf", "SkipNow"})
_TALK = frozenset({"t.Log", "t.Logf", "fmt.Println", "fmt.Printf", "fmt.Print"})
_PLATFORM = pattern(
    r"(?i)goos|goarch|short|platform|version|lookpath|getuid|geteuid|root|getenv|lookupenv|env|windows|linux|darwin|cgo|symlink|interfaces|ipv6|race|flag|capab|privileg|nested"
)
_ASSERTS = pattern(r"(?i)assert|expect|require|must|check|verif|should|fatal|fail|equal|compare|valid|run|ok$")
_IDLE = pattern(r"^(?:fmt|strings|strconv|time|len|append|make|new|string|int|float64|t)(?:\.|$)")
_TRUE = frozenset({"assert.True", "require.True", "assert.NotNil", "require.NotNil"})
_EQUAL = frozenset({"assert.Equal", "require.Equal"})


def go_flaws(tree: CodeTree) -> Iterator[FlawAt]:
    """The flaws of all tests of a file."""
    for function in tree.functions:
        if _TEST.search(function.name) and function.parameters and not function.owner and function.name != "TestMain":
            yield from _of_test(function, function.parameters[0])


def _of_test(function: FunctionNode, t: str) -> Iterator[FlawAt]:
    statements = inside(function.body)
    if not statements:
        if not function.notes:
            yield FlawAt(function.line, function.end_line, Flaw.EMPTY, function.name)
        return
    skip = next((one for one in statements if _is_skip(one, t)), None)
    if skip is not None:
        yield FlawAt(skip.line, skip.end_line, Flaw.SKIPPED, function.name, texts_in(skip)[:80])
        return
    yield from _conditional_skips(function, t)
    yield from _waits(function, t)
    yield from _of_assertions(function, t)


def _is_skip(node: Node, t: str) -> bool:
    owner, _, method = node.name.rpartition(".")
    return node.kind is Kind.CALL and owner == t and method in _SKIPS


def _conditional_skips(function: FunctionNode, t: str) -> Iterator[FlawAt]:
    """Skips on what the test itself tried: an error of a call that says that something is not there."""
    tried = {one.name: one for one in own(function.body) if one.kind is Kind.VARIABLE}
    calls = " ".join(one.name for one in own(function.body) if one.kind is Kind.CALL)
    for node in own(function.body):
        if node.kind is not Kind.IF or len(node.children) < 2:  # noqa: PLR2004 - test and block
            continue
        skip = next((one for one in inside(node.children[1]) if _is_skip(one, t)), None)
        names = names_in(node.children[0])
        if skip is None or _PLATFORM.search(f"{calls} {' '.join(names)} {texts_in(skip)}"):
            continue
        if any(name in tried and name.lower().endswith("err") for name in names) and says_absent(skip):
            yield FlawAt(skip.line, skip.end_line, Flaw.SKIPPED_WHEN_UNAVAILABLE, function.name)


def _waits(function: FunctionNode, t: str) -> Iterator[FlawAt]:
    """Skips where a variable of the environment is empty: ``if os.Getenv("BUS") == "" { t.Skip() }``."""
    asked = {one.name: _asked_for(one.children[0]) for one in own(function.body) if one.kind is Kind.VARIABLE and one.children}  # fmt: skip
    for node in own(function.body):
        if node.kind is not Kind.IF or len(node.children) < 2 or not _is_empty(node.children[0]):  # noqa: PLR2004 - test and block
            continue
        skip = next((one for one in inside(node.children[1]) if _is_skip(one, t)), None)
        subject = node.children[0].children[0]
        variable = _asked_for(subject) or asked.get(subject.name, "")
        if skip is not None and variable:
            yield FlawAt(node.line, skip.end_line, Flaw.WAITS_FOR_VARIABLE, function.name, variable)


def _is_empty(test: Node) -> bool:
    plain = test.kind is Kind.BINARY and len(test.children) == 2  # noqa: PLR2004 - both sides
    if not plain or test.children[1].kind is not Kind.LITERAL:
        return False
    return test.name == "==" if test.children[1].value == "" else test.name == "!="


def _asked_for(call: Node) -> str:
    """The name that ``os.Getenv`` is given, if it is written out."""
    given = call.children[1:2] if call.kind is Kind.CALL and call.name == "os.Getenv" else ()
    return next((str(one.value) for one in given if one.kind is Kind.LITERAL and one.value), "")


def _of_assertions(function: FunctionNode, t: str) -> Iterator[FlawAt]:
    calls = [one for one in walk(function.body) if one.kind is Kind.CALL]
    constant = [one for one in calls if _is_constant(one)]
    failing = [one for one in calls if _can_fail(one, t)]
    if constant and all(one in constant or _IDLE.search(one.name) for one in calls):
        yield FlawAt(constant[0].line, constant[0].end_line, Flaw.CONSTANT_ASSERTION, function.name)
    if failing or constant or any(one.kind in (Kind.OPAQUE, Kind.FUNCTION) for one in walk(function.body)):
        return
    talks = [one for one in calls if one.name in _TALK or one.name in (f"{t}.Log", f"{t}.Logf") or is_log(one.name)]
    others = [one for one in calls if one not in talks]
    idle = all(_IDLE.search(one.name) for one in others)
    if (idle and talks) or any(talks_of_success(one) for one in talks):
        yield FlawAt(function.line, function.line, Flaw.NO_ASSERTION, function.name, "idle" if idle else "")


def _can_fail(call: Node, t: str) -> bool:
    """Whether a call may fail the test: it is one of `t` itself that says more than a line, or is given `t`."""
    owner, _, method = call.name.rpartition(".")
    if owner == t:
        return method not in ("Log", "Logf", "Parallel", "Helper", "Name", "Setenv", "TempDir", "Cleanup")
    if any(one.kind is Kind.NAME and one.name == t for one in call.children[1:]):
        return True
    last = call.children[0].name if call.children else call.name
    return (
        call.name == "panic"
        or _ASSERTS.search(last) is not None
        or owner in ("assert", "require", "is", "qt", "c", "g")
    )


def _is_constant(call: Node) -> bool:
    """``assert.True(t, true)``, ``assert.Equal(t, 1, 1)``."""
    given = call.children[2:]
    if call.name in _TRUE:
        return bool(given) and given[0].kind is Kind.LITERAL and given[0].value not in (False, None)
    both = given[:2]
    return call.name in _EQUAL and len(both) == 2 and all(one.kind is Kind.LITERAL for one in both)  # noqa: PLR2004 - both
