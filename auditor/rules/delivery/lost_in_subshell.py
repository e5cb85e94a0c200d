"""AUD527: a variable by which a script decides is set where it cannot see it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

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
_GIVES = frozenset({"read", "mapfile", "readarray", "getopts", "unset"})
_Act = tuple[int, int, int]
"""A line, whether a decision is made there rather than a value given, and the node."""


def _check(source: Source) -> Iterator[Hit]:
    if "lastpipe" in source.text or _OTHER_SHELL.search(source.lines[0] if source.lines else ""):
        return
    for unit in units_of(source):
        if not unit.function or unit.recipe:
            yield from _in_unit(source, unit)


def _in_unit(source: Source, unit: Unit) -> Iterator[Hit]:
    functions = tuple(one for one in unit.body if isinstance(one, Function))
    rest = tuple(one for one in unit.body if not isinstance(one, Function))
    for scope in (rest, *(one.body for one in functions)):
        found = [one for one in walk(scope) if isinstance(one, Pipeline) and len(one.parts) > 1]
        found = [one for one in found if isinstance(one.parts[-1], Loop | Group)]
        acts = _acts(scope) if found else {}
        for pipeline in found:
            yield from _in_pipeline(source, unit, pipeline, acts)


def _in_pipeline(source: Source, unit: Unit, pipeline: Pipeline, acts: Mapping[str, list[_Act]]) -> Iterator[Hit]:
    last = pipeline.parts[-1]
    if not isinstance(last, Loop | Group):
        return
    inside = {id(one) for one in walk((last,))}
    for name, line in _set_in(last):
        if _decided_later(acts.get(name, []), pipeline, inside):
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


def _acts(scope: tuple[Statement, ...]) -> Mapping[str, list[_Act]]:
    """What a program does with each variable, in the order of the lines: it sets it anew, or decides by it."""
    found: dict[str, list[_Act]] = {}
    for node in walk(scope):
        for name in _set_anew(node):
            found.setdefault(name, []).append((node.line, 0, id(node)))
        for name in _read(node) if isinstance(node, Command) and node.name in _DECIDES else ():
            found.setdefault(name, []).append((node.line, 1, id(node)))
    return {name: sorted(acts) for name, acts in found.items()}


def _set_anew(node: Statement) -> Iterator[str]:
    if isinstance(node, Loop) and node.variable:
        yield node.variable
    elif isinstance(node, Command):
        yield from (one.name for one in node.assignments)
        if node.name in _GIVES:
            yield from (match.group() for text in node.texts[1:] for match in _WORD.finditer(text))


def _decided_later(acts: list[_Act], pipeline: Pipeline, inside: set[int]) -> bool:
    """Whether a test or an exit after the pipeline reads the name before anything sets it anew."""
    for at in range(bisect_left(acts, (pipeline.end_line, 0, 0)), len(acts)):
        line, decides, node = acts[at]
        if node in inside:
            continue
        if not decides:
            return False
        if line > pipeline.end_line:
            return True
    return False


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
                "ops/check.sh": '#!/bin/bash\nfailed=0\nwhile read -r host; do\n  ping "$host" || failed=1\ndone < hosts\n[ $failed = 0 ] || exit 1\ncat hosts | while read -r host; do\n  ping "$host" || bad=1\n  exit $bad\ndone\ncat hosts | while read -r x; do\n  n=1\ndone\nn=0\n[ $n = 0 ] || exit 1\n',
                "ops/anew.sh": '#!/bin/bash\nkubectl get pods | while read -r line; do\n  name=${line%% *}\n  echo "$name"\ndone\nfor name in a b; do\n  [ "$name" = a ] && deploy\ndone\ncat x | while read -r y; do\n  state=$y\ndone\nread -r state < file\n[ "$state" = ok ]\ncat x | while read -r y; do\n  bad=1\n  exit 1\ndone || bad=1\n[ "$bad" = 1 ] && exit 1\n',
            },
        ),
    ),
)
