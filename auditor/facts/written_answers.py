"""Commands whose failure is lost, and whose written answer is read and judged right after."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import Chain, Command, If, Node, Pipeline, all_commands, walk

__all__ = ["is_judged_later", "is_read_back"]

_WRITTEN = pattern(r"(?:>|(?:^|\s)(?:-o|-O|--output|--dump-header|-D)[= ])\s?([\w./${}\-]*[\w}])")
"""A file that a command line writes to, also one that stands in the text for another shell."""
_TESTS = frozenset({"[", "[[", "test", "case", "(("})
_SOON = 10
"""Lines within which the file is read, or the object looked at."""
_AWAITED = pattern(r"^(?:job|pod|deployment|statefulset|daemonset)s?(?:\.[\w.]+)?/([\w.\-]+)$")


def is_read_back(chain: Chain, body: tuple[Node, ...]) -> bool:
    """Whether the command left of a chain writes a file, or waits for an object, of which the next lines ask a value on which a test then decides."""
    written = {name for one in all_commands((chain.left,)) for name in _written(one)}
    if not written:
        return False
    later = [one for one in all_commands(body) if one.line > chain.end_line]
    values = {
        given.name
        for one in later
        if one.line - chain.end_line <= _SOON
        for given in one.assignments
        if any(name in given.value.text for name in written)
    }
    tested = " ".join(text for one in later if one.name in _TESTS for text in one.texts)
    return any(f"${name}" in tested or f"${{{name}" in tested for name in values)


def _written(command: Command) -> Iterator[str]:
    yield from (one.target.text for one in command.redirects if ">" in one.operator and one.target.text != "/dev/null")
    if command.name == "kubectl" and "wait" in command.texts[1:]:
        yield from (match.group(1) for text in command.texts if (match := _AWAITED.match(text)))
    for match in _WRITTEN.finditer(" ".join(command.texts)):
        if match.group(1) != "/dev/null":
            yield match.group(1)


def is_judged_later(pipeline: Pipeline, body: tuple[Node, ...]) -> bool:
    """Whether the file that a pipeline ends in (``| tee lint.log``) is looked into by a later condition that can end the run."""
    last = pipeline.parts[-1]
    files = {text for text in last.texts[1:] if not text.startswith("-")} if isinstance(last, Command) else set()
    for node in walk(body):
        if not isinstance(node, If) or node.line <= pipeline.line or not files:
            continue
        asked = {text for branch in node.branches for one in all_commands(branch.condition) for text in one.texts}
        if files & asked and any(always_leaves(branch.body, {}) for branch in node.branches):
            return True
    return False
