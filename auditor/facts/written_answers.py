"""Commands whose failure is lost, and whose written answer is read and judged right after."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import Chain, Command, If, Node, Pipeline, all_commands, walk

__all__ = ["Answers", "answers_of", "is_judged_later", "is_read_back", "judged_texts"]

_WRITTEN = pattern(r"(?:>|(?:^|\s)(?:-o|-O|--output|--dump-header|-D)[= ])\s?([\w./${}\-]*[\w}])")
"""A file that a command line writes to, also one that stands in the text for another shell."""
_TESTS = frozenset({"[", "[[", "test", "case", "(("})
_VALUE = pattern(r"\$\{?(\w+)")
_ASSUMES = pattern(r"\|\|\s*(?:echo|printf)\s+[\"']?[1-9]\d*(?:\.\d+)?[\"']?\s*\)$")
"""A figure that is taken where none can be worked out: then the answer decides nothing."""
_SOON = 10
"""Lines within which the file is read, or the object looked at."""
_AWAITED = pattern(r"^(?:job|pod|deployment|statefulset|daemonset)s?(?:\.[\w.]+)?/([\w.\-]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The commands of a unit by their lines, and the last line on which a test asks for each variable."""

    commands: tuple[Command, ...]
    lines: tuple[int, ...]
    tested: Mapping[str, int]


def answers_of(body: tuple[Node, ...]) -> Answers:
    """What `is_read_back` looks into, made once for all chains of a unit."""
    every = tuple(sorted(all_commands(body), key=lambda one: one.line))
    asked = ((one, text) for one in every if one.name in _TESTS for text in one.texts)
    tested = {found.group(1): one.line for one, text in asked for found in _VALUE.finditer(text)}
    return Answers(commands=every, lines=tuple(one.line for one in every), tested=tested)


def is_read_back(chain: Chain, answers: Answers) -> bool:
    """Whether the command left of a chain writes a file, or waits for an object, of which the next lines ask a value on which a test then decides."""
    written = {name for one in all_commands((chain.left,)) for name in _written(one)}
    if not written:
        return False
    first, last = (bisect_right(answers.lines, line) for line in (chain.end_line, chain.end_line + _SOON))
    values = (
        given
        for one in answers.commands[first:last]
        for given in one.assignments
        if answers.tested.get(given.name, 0) > chain.end_line and not _ASSUMES.search(given.value.text)
    )
    return any(name in given.value.text for given in values for name in written)


def _written(command: Command) -> Iterator[str]:
    yield from (one.target.text for one in command.redirects if ">" in one.operator and one.target.text != "/dev/null")
    if command.name == "kubectl" and "wait" in command.texts[1:]:
        yield from (match.group(1) for text in command.texts if (match := _AWAITED.match(text)))
    for match in _WRITTEN.finditer(" ".join(command.texts)):
        if match.group(1) != "/dev/null":
            yield match.group(1)


def judged_texts(body: tuple[Node, ...]) -> dict[str, int]:
    """What conditions that can end the run look into, each with the last line of such a condition."""
    found: dict[str, int] = {}
    for node in walk(body):
        if not isinstance(node, If) or not any(always_leaves(branch.body, {}) for branch in node.branches):
            continue
        for text in (text for branch in node.branches for one in all_commands(branch.condition) for text in one.texts):
            found[text] = max(node.line, found.get(text, 0))
    return found


def is_judged_later(pipeline: Pipeline, judged: Mapping[str, int]) -> bool:
    """Whether the file that a pipeline ends in (``| tee lint.log``) is looked into by a later condition that can end the run, of `judged_texts`."""
    last = pipeline.parts[-1]
    texts = last.texts[1:] if isinstance(last, Command) else ()
    return any(judged.get(text, 0) > pipeline.line for text in texts if not text.startswith("-"))
