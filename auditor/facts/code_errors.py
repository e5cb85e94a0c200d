"""Where a function of any language answers an error with success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, inside, own, walk
from auditor.facts.code_verdicts import returned_verdict
from auditor.facts.effects import Effect
from auditor.facts.verdicts import Verdict

__all__ = ["is_quiet", "successes_on_error"]


def successes_on_error(scope: Scope) -> Iterator[int]:
    """The lines at which an error that was caught turns into success."""
    for node in own(scope.function.body):
        if node.kind is Kind.TRY:
            yield from _of_attempt(node, scope)
        elif node.kind is Kind.IF and scope.go:
            yield from _of_test(node, scope)
        elif node.kind is Kind.CALL and not scope.go:
            yield from _of_promise(node, scope)


def is_quiet(nodes: tuple[Node, ...], scope: Scope) -> bool:
    """Whether statements do nothing but talk."""
    return all(one.kind in (Kind.VARIABLE, Kind.LITERAL) or _talks(one, scope) or not inside(one) for one in nodes)


def _talks(node: Node, scope: Scope) -> bool:
    return node.kind is Kind.CALL and scope.call(node) is Effect.LOG


def _of_attempt(node: Node, scope: Scope) -> Iterator[int]:
    handler = next((one for one in node.children if one.kind is Kind.CATCH), None)
    if handler is None or _expects_error(node.children[0], scope):
        return
    body = inside(handler.children[-1])
    last = body[-1] if body else None
    if last is not None and last.kind is Kind.RETURN:
        branches = any(one.kind in (Kind.IF, Kind.SWITCH, Kind.TRY) for one in body)
        if not branches and returned_verdict(last, scope) is Verdict.SUCCESS:
            yield last.line
        return
    after = _after(node, scope)
    while after and is_quiet(after[:1], scope):
        after = after[1:]
    returned = bool(after) and after[0].kind is Kind.RETURN and is_quiet(body, scope)
    if returned and returned_verdict(after[0], scope) is Verdict.SUCCESS:
        yield handler.line


def _expects_error(attempt: Node, scope: Scope) -> bool:
    """Whether the block is expected to fail: reaching its end is the failure."""
    verdicts = {returned_verdict(one, scope) for one in own(attempt) if one.kind is Kind.RETURN}
    return Verdict.FAILURE in verdicts and Verdict.SUCCESS not in verdicts


def _after(node: Node, scope: Scope) -> tuple[Node, ...]:
    """The statements behind this one, where it stands at the top of the function."""
    body = inside(scope.function.body)
    return next((body[at + 1 :] for at, one in enumerate(body) if one is node), ())


def _of_promise(node: Node, scope: Scope) -> Iterator[int]:
    """``work().catch(() => true)``, where the result of that is what the function returns."""
    callee = node.children[0] if node.children else node
    handler = node.children[1].function if len(node.children) > 1 else None
    if callee.kind is not Kind.MEMBER or callee.name != "catch" or handler is None or not _is_returned(node, scope):
        return
    body = inside(handler.body)
    last = body[-1] if body else None
    if last is None or last.kind is not Kind.RETURN or not is_quiet(body[:-1], scope):
        return
    if returned_verdict(last, scope) is Verdict.SUCCESS:
        yield last.line


def _is_returned(node: Node, scope: Scope) -> bool:
    for one in own(scope.function.body):
        if one.kind is Kind.RETURN:
            return any(below is node for below in own(one))
    return False


def _of_test(node: Node, scope: Scope) -> Iterator[int]:
    """``if err != nil { return nil }`` in Go: talk and nothing else, then a success."""
    if len(node.children) < 2 or not _is_error_test(node.children[0]):  # noqa: PLR2004 - test and block
        return
    body = inside(node.children[1])
    last = body[-1] if body else None
    if last is not None and last.kind is not Kind.RETURN:
        yield from _of_mention(node, scope)
    elif last is not None and is_quiet(body[:-1], scope) and returned_verdict(last, scope) is Verdict.SUCCESS:
        yield from () if _returns_failure_otherwise(node, scope) else (last.line,)


def _of_mention(node: Node, scope: Scope) -> Iterator[int]:
    """An error that is only talked of, right before the function ends with success."""
    statements = [one for part in inside(scope.function.body) for one in _flat(part)]
    after = next((statements[at + 1 :] for at, one in enumerate(statements) if one is node), [])
    while after and is_quiet(tuple(after[:1]), scope):
        after = after[1:]
    returned = len(after) == 1 and after[0].kind is Kind.RETURN and is_quiet(inside(node.children[1]), scope)
    if returned and returned_verdict(after[0], scope) is Verdict.SUCCESS:
        yield node.line


def _flat(node: Node) -> tuple[Node, ...]:
    """The parts of an ``if`` that binds its error first."""
    return node.children if node.kind is Kind.BLOCK and node.children and node.children[-1].kind is Kind.IF else (node,)


def _is_error_test(test: Node) -> bool:
    if test.kind is not Kind.BINARY or test.name != "!=" or len(test.children) != 2:  # noqa: PLR2004 - both sides
        return False
    left, right = test.children
    return left.kind is Kind.NAME and left.name.lower().endswith("err") and right.kind is Kind.LITERAL and right.value is None  # fmt: skip


def _returns_failure_otherwise(node: Node, scope: Scope) -> bool:
    """Whether an error is what is looked for: without one the function fails."""
    others = [one for one in walk(scope.function.body) if one.kind is Kind.RETURN and one not in {*walk(node)}]
    verdicts = {returned_verdict(one, scope) for one in others}
    return Verdict.FAILURE in verdicts and Verdict.SUCCESS not in verdicts and Verdict.OPEN not in verdicts
