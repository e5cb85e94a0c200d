"""What functions of any language say of the outcome when they return, and whether they always return."""

from __future__ import annotations

from auditor.facts.claims import words_of
from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, inside
from auditor.facts.verdicts import Verdict, is_verdict_key, verdict_of_word

__all__ = ["ends", "returned_verdict", "unwrapped", "verdict_of"]

_DEEPEST = 8
_DEEPEST_BLOCKS = 100
_RESULTS = ("Result", "Status", "Health", "Outcome", "Check", "Verdict", "Report")
_FAILURES = frozenset({"fmt.Errorf", "errors.New", "errors.Wrap", "errors.Wrapf", "Error", "Promise.reject"})
_LEAVES = frozenset({"panic", "os.Exit", "process.exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic"})


def returned_verdict(node: Node, scope: Scope) -> Verdict:
    """The verdict of a return statement. In Go, no error is a success where nothing else is returned."""
    values = node.children
    if not values:
        return Verdict.OPEN if "named" in scope.function.marks else Verdict.NOTHING
    if "error" in scope.function.marks and scope.go:
        *results, error = values
        if error.kind is not Kind.LITERAL:
            return Verdict.FAILURE if error.name in _FAILURES else Verdict.OPEN
        if not results:
            return Verdict.SUCCESS
        first = verdict_of(results[0], scope)
        return first if first is not Verdict.NOTHING else Verdict.OPEN
    return verdict_of(values[0], scope)


def verdict_of(node: Node, scope: Scope, depth: int = 0) -> Verdict:  # noqa: PLR0911 - one case a line
    """Whether an expression says success, failure or nothing; OPEN where that depends on something."""
    node = unwrapped(node)
    if depth > _DEEPEST:
        return Verdict.OPEN
    match node.kind:
        case Kind.LITERAL:
            return _of_constant(node.value)
        case Kind.NAME:
            return _of_name(node.name, scope, depth)
        case Kind.MEMBER if node.children[0].kind is Kind.NAME and node.children[0].name[:1].isupper():
            return _of_constant_name(node.name)
        case Kind.OBJECT:
            return _of_fields(node, scope, depth)
        case Kind.NEW:
            return _of_made(node, scope, depth)
        case _ if node.name in _FAILURES:
            return Verdict.FAILURE
        case _:
            return Verdict.OPEN


def unwrapped(node: Node) -> Node:
    """What an expression comes to once it is awaited: without `await` and `Promise.resolve`."""
    for _ in range(_DEEPEST):
        if node.kind is Kind.AWAIT and node.children:
            node = node.children[0]
        elif node.kind is Kind.CALL and node.name == "Promise.resolve":
            if len(node.children) == 1:
                return Node(Kind.LITERAL, node.line, node.end_line)
            node = node.children[1]
        else:
            break
    return node


def _of_constant(value: object) -> Verdict:
    if value is None:
        return Verdict.NOTHING
    if isinstance(value, bool):
        return Verdict.SUCCESS if value else Verdict.FAILURE
    return verdict_of_word(value) if isinstance(value, str) else Verdict.OPEN


def _of_constant_name(name: str) -> Verdict:
    """The verdict of a constant such as ``HEALTHY``, ``StatusHealthy`` or ``Status.Healthy``."""
    words = words_of(name)
    if not words or {"not", "no", "un", "non"} & set(words):
        return Verdict.OPEN
    return verdict_of_word(words[-1])


def _of_name(name: str, scope: Scope, depth: int) -> Verdict:
    values = scope.assigned.get(name, ())
    if name in scope.spoilt or len(values) > 20:  # noqa: PLR2004 - bounds the work
        return Verdict.OPEN
    if not values:
        known = name[:1].isupper() and name not in scope.local and len(words_of(name)) > 1
        return _of_constant_name(name) if known else Verdict.OPEN
    if name in scope.touched and any(one.kind not in (Kind.LITERAL, Kind.TEXT) for one in values):
        return Verdict.OPEN  # filled after it was made
    verdicts = {verdict_of(value, scope, depth + 4) for value in values}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.OPEN


def _of_fields(node: Node, scope: Scope, depth: int) -> Verdict:
    verdicts = {
        verdict_of(one.children[0], scope, depth + 1)
        for one in node.children
        if one.kind is Kind.PAIR and one.children and is_verdict_key("_".join(words_of(one.name)))
    }
    if any(one.kind is not Kind.PAIR for one in node.children):
        return Verdict.OPEN  # what is spread into it may say otherwise
    if Verdict.FAILURE in verdicts:
        return Verdict.FAILURE
    return Verdict.SUCCESS if verdicts == {Verdict.SUCCESS} else Verdict.OPEN


def _of_made(node: Node, scope: Scope, depth: int) -> Verdict:
    if node.name in _FAILURES or node.name.endswith(("Error", "Exception")):
        return Verdict.FAILURE
    given = node.children[1:]
    fields = [one for one in given if one.kind is Kind.OBJECT]
    if len(fields) == 1:
        return _of_fields(fields[0], scope, depth)
    flags = {one.value for one in given if one.kind is Kind.LITERAL and isinstance(one.value, bool)}
    return _of_constant(flags.pop()) if node.name.endswith(_RESULTS) and len(flags) == 1 else Verdict.OPEN


def ends(node: Node | None, depth: int = 0) -> bool:  # noqa: PLR0911 - one case a line
    """Whether every way through a statement returns, throws or leaves the program."""
    if node is None or depth > _DEEPEST_BLOCKS:
        return False
    match node.kind:
        case Kind.RETURN | Kind.THROW:
            return True
        case Kind.CALL:
            return node.name in _LEAVES
        case Kind.BLOCK | Kind.CASE | Kind.CATCH | Kind.FINALLY:
            last = next((one for one in reversed(node.children) if one.kind is not Kind.BLOCK or inside(one)), None)
            return ends(last, depth + 1)
        case Kind.IF:
            return len(node.children) == 3 and all(ends(one, depth + 1) for one in node.children[1:])  # noqa: PLR2004 - with else
        case Kind.TRY:
            return _attempt_ends(node, depth)
        case Kind.SWITCH:
            cases = [one for one in node.children if one.kind is Kind.CASE]
            full = [one for one in cases if one.name != "empty"]
            return any(one.name == "default" for one in cases) and all(ends(one, depth + 1) for one in full)
        case _:
            return False


def _attempt_ends(node: Node, depth: int) -> bool:
    parts = {one.kind: ends(one, depth + 1) for one in node.children}
    if parts.get(Kind.FINALLY):
        return True
    return parts.get(Kind.BLOCK, False) and parts.get(Kind.CATCH, True)
