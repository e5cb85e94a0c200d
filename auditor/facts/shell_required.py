"""Paths that a shell program insists on: it looks for them, and complains where they are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.pattern import pattern
from auditor.facts.shell_paths import expand, normal_place
from auditor.facts.shell_program import (
    Chain,
    Command,
    If,
    Loop,
    Node,
    Prefixed,
    ShellProgram,
    Word,
    all_commands,
    children,
)  # fmt: skip

__all__ = ["RequiredPath", "required_paths"]

_TESTS = frozenset({"[", "[[", "test"})
_KINDS = frozenset({"-f", "-e", "-d", "-s", "-r", "-x"})
_ARRAY = pattern(r"^\$\{(\w+)\[[@*]\]\}$")
_LOUD = pattern(
    r"(?i)\b(?:missing|not found|no such|does(?: not|n't) exist|error|fail(?:ed|ure|s)?|fatal|required)\b|❌|✗|✘|🚨|⛔"
)
_LOUD_NAME = pattern(r"(?i)(?:^|_)(?:err(?:or)?|fail(?:ed|ure)?|die|fatal|abort|missing|bad)(?:s|ed)?(?:_|$)")
_REMEDY = pattern(
    r"(?i)\b(?:run|build|create|creating|generat\w+|download\w*|install\w*|copy|copying|clone|fetch\w*|first|skip\w*|optional|using default|fallback|initiali[sz]\w+|setting up)\b"
)
_PLACE = pattern(r"(?i)\b(?:run|start|call|execute)(?: (?:this|it|the script|me))? (?:from|in|inside|within)\b")
"""Where the script is to be started: that brings no file."""
_SAYERS = frozenset({"echo", "printf"})
_MOST = 300


@dataclass(frozen=True, slots=True, order=True)
class RequiredPath:
    """A path as far as it can be told (``@/`` before what is anchored in the repository), and the line where it is named."""

    line: int
    path: str


def required_paths(program: ShellProgram, known: Mapping[str, str]) -> tuple[RequiredPath, ...]:
    """The paths in the order of the text; `known` are the values of variables."""
    lists = _lists(program)
    found: set[RequiredPath] = set()
    for node, loops in _with_loops(program.body):
        for test in _insisting(node):
            found.update(_paths(test, loops, lists, known))
    return tuple(sorted(found))[:_MOST]


def _with_loops(nodes: Iterable[Node]) -> Iterator[tuple[Node, Mapping[str, Loop]]]:
    """Every node with the ``for`` loops around it, by their variables."""
    waiting: list[tuple[Node, Mapping[str, Loop]]] = [(node, {}) for node in nodes]
    while waiting:
        node, loops = waiting.pop()
        yield node, loops
        inner = {**loops, node.variable: node} if isinstance(node, Loop) and node.variable else loops
        waiting.extend((child, inner) for child in children(node))


def _insisting(node: Node) -> Iterator[Command]:
    """The tests for a path whose failure this node complains about."""
    if isinstance(node, If):
        last = node.branches[-1]
        for branch in node.branches:
            for test, negated in _tests(branch.condition):
                complaint = branch.body if negated else node.otherwise if branch is last else ()
                if _complains(complaint):
                    yield test
    if isinstance(node, Chain) and node.operator == "||" and _complains((node.right,)):
        yield from (test for test, negated in _tests((node.left,)) if not negated)


def _tests(condition: Iterable[Node]) -> Iterator[tuple[Command, bool]]:
    """The only test of a condition, or both of an ``&&``; and whether it asks for the path not to be there."""
    for node in condition:
        if isinstance(node, Command) and node.name in _TESTS:
            yield node, "!" in node.texts
        elif isinstance(node, Prefixed) and node.operator == "!" and isinstance(node.body, Command):
            yield from ((node.body, True) for _ in range(node.body.name in _TESTS))
        elif isinstance(node, Chain) and node.operator == "&&":
            yield from _tests((node.left,))


def _complains(nodes: Iterable[Node]) -> bool:
    """Whether something there says or does what a failure calls for, and nothing says how to get what is missing."""
    nodes = tuple(nodes)
    commands = list(all_commands(nodes))
    said = [text for one in commands for text in one.texts[1:] if one.name in _SAYERS or _LOUD_NAME.search(one.name)]
    if not commands or any(_REMEDY.search(_PLACE.sub("", text)) for text in said):
        return False
    return any(_is_loud(one) for one in commands)


def _is_loud(command: Command) -> bool:
    texts = command.texts
    if command.name in ("exit", "return", "false"):
        return texts[1:2] != ("0",) and (command.name == "false" or len(texts) > 1)
    if command.name in _SAYERS:
        return any(_LOUD.search(text) for text in texts[1:])
    counts = command.name == "((" and any(_LOUD_NAME.search(text) for text in texts[1:])
    named = any(_LOUD_NAME.search(one.name) for one in command.assignments if one.value.text not in ("0", "false", ""))
    return counts or named or _LOUD_NAME.search(command.name) is not None


def _paths(
    test: Command, loops: Mapping[str, Loop], lists: Mapping[str, Word], known: Mapping[str, str]
) -> Iterator[RequiredPath]:
    texts = test.texts
    words = test.words[len(test.words) - len(texts) :]
    operands = [after for before, after in pairwise(words) if before.text in _KINDS]
    if len(operands) != 1 or "-o" in texts or "||" in texts:
        return
    for line, text in _values(operands[0], loops, lists):
        yield RequiredPath(line, normal_place(expand(text, known, defaults=True)))


def _values(word: Word, loops: Mapping[str, Loop], lists: Mapping[str, Word]) -> Iterator[tuple[int, str]]:
    """What a word stands for: itself, or each item of the list that a loop around it goes through."""
    text = word.text.replace('"', "")
    for variable, loop in loops.items():
        mark = next((one for one in (f"${{{variable}}}", f"${variable}") if one in text), "")
        if mark:
            yield from ((line, text.replace(mark, item)) for line, item in _items(loop, lists))
            return
    yield word.line, text


def _items(loop: Loop, lists: Mapping[str, Word]) -> Iterator[tuple[int, str]]:
    for word in loop.words:
        array = _ARRAY.search(word.text)
        if array and array.group(1) in lists:
            yield from _array_items(lists[array.group(1)])
        elif word.literal:
            yield word.line, word.text


def _array_items(word: Word) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(word.text.strip("()").split("\n")):
        for item in line.partition("#")[0].split():
            yield word.line + number, item.strip("\"'")


def _lists(program: ShellProgram) -> dict[str, Word]:
    """The arrays that are written out, by name; those that are assigned twice are left out."""
    found: dict[str, Word] = {}
    twice: set[str] = set()
    for command in all_commands(program.body):
        for one in command.assignments:
            if one.name in found:
                twice.add(one.name)
            elif one.value.text.startswith("(") and "$(" not in one.value.text:
                found[one.name] = one.value
    return {name: word for name, word in found.items() if name not in twice}
