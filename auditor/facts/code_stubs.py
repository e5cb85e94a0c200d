"""Bodies that do nothing, and lines in which a program says that it does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from auditor.facts.claims import words_of
from auditor.facts.code_scope import Scope
from auditor.facts.code_tree import Kind, Node, inside, own, texts_in, walk
from auditor.facts.double_words import SAYS_SIMULATED, SAYS_UNDONE
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern

__all__ = ["EMPTY", "Saying", "sayings", "stub_in_words"]

_UNIMPLEMENTED = pattern(r"(?i)\b(?:not (?:yet |currently )?implemented|unimplemented|todo)\b")
_FOR_DEVELOPERS = pattern(r"(?i)\.(?:debug|trace|verbose|silly)")
_DRY = pattern(r"(?i)dry_?run|simulat|mock|demo|test|offline|debug|dev")
_TO_BE_DONE = pattern(r"(?i)\b(?:todo|fixme|implement|later|placeholder|stub|in production|would)\b")
EMPTY = "an empty body"
"""What `stub_in_words` says of a function without a statement."""
_ERRORS = frozenset({"errors.New", "fmt.Errorf", "Promise.reject", "Error"})


class Saying(StrEnum):
    """What a program says of itself."""

    UNIMPLEMENTED = "unimplemented"
    SIMULATED = "simulated"


def stub_in_words(scope: Scope) -> str:
    """What a body without work consists of; empty where it does anything, or says that it need not."""
    body = scope.function.body
    if body is None:
        return ""
    statements = [one for one in inside(body) if one.kind is not Kind.BLOCK or inside(one)]
    if not statements:
        return "" if scope.function.notes and not _TO_BE_DONE.search(scope.function.notes) else EMPTY
    if len(statements) > 1:
        return ""
    only = statements[0]
    if only.kind is Kind.THROW and _says_unimplemented(only):
        return "an error that says that it is not implemented"
    if only.kind is Kind.CALL and only.name == "panic" and _says_unimplemented(only):
        return "a panic that says that it is not implemented"
    returned = only.kind is Kind.RETURN and any(one.name in _ERRORS for one in only.children)
    return "an error that says that it is not implemented" if returned and _says_unimplemented(only) else ""


def _says_unimplemented(node: Node) -> bool:
    if any(one.name.rpartition(".")[2] in ("NotImplementedError", "NotImplementedException") for one in walk(node)):
        return True
    return _UNIMPLEMENTED.search(texts_in(node)) is not None


def sayings(scope: Scope) -> Iterator[tuple[int, Saying]]:
    """The lines in which a function says that it is not implemented, or that it simulates."""
    meant: set[Node] | None = None
    for node in own(scope.function.body):
        if node.kind is Kind.CALL and scope.call(node) is Effect.LOG:
            text = texts_in(node)
            if SAYS_UNDONE.search(text) and not _FOR_DEVELOPERS.search(node.name):
                yield node.line, Saying.UNIMPLEMENTED
            elif SAYS_SIMULATED.search(text):
                meant = _branches_meant_for_it(scope) if meant is None else meant
                if node not in meant:
                    yield node.line, Saying.SIMULATED
        elif node.kind is Kind.RETURN and len(inside(scope.function.body)) <= 3 and _answers_unimplemented(node):  # noqa: PLR2004 - the message is all
            yield node.line, Saying.UNIMPLEMENTED


def _answers_unimplemented(node: Node) -> bool:
    value = node.children[0] if node.children else None
    return (
        value is not None
        and value.kind in (Kind.OBJECT, Kind.LITERAL)
        and SAYS_UNDONE.search(texts_in(value)) is not None
    )


def _branches_meant_for_it(scope: Scope) -> set[Node]:
    found: set[Node] = set()
    for node in own(scope.function.body):
        if node.kind is Kind.IF and node.children and _DRY.search(_names(node.children[0])):
            found.update(one for branch in node.children[1:] for one in walk(branch))
    return found


def _names(node: Node) -> str:
    return " ".join("_".join(words_of(one.name)) for one in walk(node) if one.name)
