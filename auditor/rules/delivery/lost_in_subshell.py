"""AUD527: a variable by which a script decides is set where it cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Function, Group, Loop, Pipeline, all_commands, walk
from auditor.facts.shell_program import Node as Statement
from auditor.facts.source import Source
from auditor.facts.variable_reads import names_in
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DECIDES = frozenset({"[", "[[", "((", "test", "exit", "return"})
_OTHER_SHELL = pattern(r"^#!.*\b(?:zsh|ksh)\b")
_WORD = pattern(r"[A-Za-z_]\w*")


def _check(source: Source) -> Iterator[Hit]:
    if "lastpipe" in source.text or _OTHER_SHELL.search(source.lines[0] if source.lines else ""):
        return
    for unit in units_of(source):
        if not unit.function or unit.recipe:
            yield from _in_unit(source, unit)


def _in_unit(source: Source, unit: Unit) -> Iterator[Hit]:
    for node in walk(unit.body):
        if not isinstance(node, Pipeline) or len(node.parts) < 2:  # noqa: PLR2004 - a pipe has two ends
            continue
        last = node.parts[-1]
        if not isinstance(last, Loop | Group):
            continue
        inside = {id(one) for one in all_commands((last,))}
        for name, line in _set_in(last):
            if _decided_later(unit, name, node, inside):
                message = f"`{name}` is set in a loop behind a pipe, which is a shell of its own: the script that decides by it never sees the value."
                yield Hit(source.path, line, line, message, unit.symbol)


def _set_in(loop: Loop | Group) -> Iterator[tuple[str, int]]:
    """The variables that a loop sets for those who come after it, each once; not those that it decides by itself at its end."""
    ends = [one for one in all_commands((loop,)) if one.name in ("exit", "return")]
    seen = {name for one in ends for name in names_in(one.texts)}
    for one in all_commands(loop.body):
        for each in one.assignments if not one.words else ():
            if each.name not in seen:
                seen.add(each.name)
                yield each.name, one.line
        for name in _counted_up(one) - seen:
            seen.add(name)
            yield name, one.line


def _counted_up(command: Command) -> set[str]:
    """``((bad++))``."""
    text = command.text if command.name in ("((", "let") else ""
    return {match.group() for match in _WORD.finditer(text)} - {"let"} if "++" in text or "+=" in text else set()


def _decided_later(unit: Unit, name: str, pipeline: Pipeline, inside: set[int]) -> bool:
    """Whether a test or an exit after the pipeline reads the name before anything sets it anew."""
    scope = _scope(unit, pipeline)
    for one in sorted(all_commands(scope), key=lambda each: each.line):
        if one.line <= pipeline.end_line or id(one) in inside:
            continue
        if any(each.name == name for each in one.assignments):
            return False
        if one.name in _DECIDES and name in _read(one):
            return True
    return False


def _scope(unit: Unit, pipeline: Pipeline) -> tuple[Statement, ...]:
    """The function that the pipeline stands in, or the program without its functions."""
    for node in walk(unit.body):
        if isinstance(node, Function) and node.line <= pipeline.line and pipeline.end_line <= node.end_line:
            return node.body
    return tuple(one for one in unit.body if not isinstance(one, Function))


def _read(command: Command) -> set[str]:
    texts = command.texts
    found = set(names_in(texts))
    return (
        found | {match.group() for text in texts for match in _WORD.finditer(text)} if command.name == "((" else found
    )


RULE = Rule(
    id="AUD527",
    name="lost-in-subshell",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do scripts see the failures that their loops note?",
    why="`cat list | while read x; do failed=1; done` sets `failed` in a shell of its own: behind the loop it is what it was, and the script ends well.",
    limits="Variables that a loop or group at the end of a pipe sets, and that a test or an exit of the same function reads afterwards; zsh, ksh and `lastpipe` are left alone.",
    fix="Feed the loop by redirection: `while read x; do ...; done < list`, or `< <(command)`.",
    since="0.9.0",
    effort=10,
    reads=SHELL_READERS,
    triggers=("|",),
    check_file=_check,
    examples=(
        Example(
            title="a mark and a count that are lost",
            files={
                "ops/check.sh": '#!/bin/bash\nfailed=0\ncat hosts | while read -r host; do\n  ping -c1 "$host" || failed=1\ndone\nif [ "$failed" -ne 0 ]; then\n  exit 1\nfi\nfind . -name "*.yml" | while read -r one; do\n  yamllint "$one" || ((bad++))\ndone\nexit "$bad"\n'
            },
            found=("ops/check.sh:10", "ops/check.sh:4"),
        ),
        Example(
            title="a loop that is fed by redirection, one that decides itself, and a value that is set anew",
            files={
                "ops/check.sh": '#!/bin/bash\nfailed=0\nwhile read -r host; do\n  ping "$host" || failed=1\ndone < hosts\n[ $failed = 0 ] || exit 1\ncat hosts | while read -r host; do\n  ping "$host" || bad=1\n  exit $bad\ndone\ncat hosts | while read -r x; do\n  n=1\ndone\nn=0\n[ $n = 0 ] || exit 1\n'
            },
        ),
    ),
)
