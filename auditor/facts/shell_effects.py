"""What commands do: only print, wait and set, or real work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Function, Node, ShellProgram, all_commands, commands

__all__ = ["FINDERS", "Effect", "Effects", "always_leaves", "effect_of", "effects_of", "function_effects", "writes_to"]

FINDERS = frozenset({"grep", "egrep", "fgrep", "rg", "zgrep"})
"""Programs that search, and fail where they find nothing."""

Effects = frozenset["Effect"]


class Effect(StrEnum):
    """What a command does to the world."""

    PRINT = "print"
    WAIT = "wait"
    SET = "set"
    TEST = "test"
    LEAVE = "leave"
    RECORD = "record"
    WRITE = "write"
    WORK = "work"


_BY_NAME = {
    **dict.fromkeys(("echo", "printf", "date", "hostname", "whoami", "pwd", "uname", "figlet", "clear", "tput"), Effect.PRINT),
    **dict.fromkeys(("sleep",), Effect.WAIT),
    **dict.fromkeys(
        (
            "set", "shopt", "export", "local", "declare", "readonly", "typeset", "unset", "trap", "cd", ":", "true",
            "shift", "seq", "basename", "dirname", "getopts", "umask", "popd", "pushd",
        ),
        Effect.SET,
    ),
    **dict.fromkeys(("[", "[[", "((", "test", "let", "expr"), Effect.TEST),
    **dict.fromkeys(("exit", "return", "break", "continue", "false"), Effect.LEAVE),
}  # fmt: skip
_SPEAKERS = pattern(
    r"^(?:(?:log|print|echo|msg|say)_)?(?:say|log|info|msg|message|note|notice|warn|warning|success|ok|step|section|header|heading|banner|title|debug|status)$"
)
_ENDERS = pattern(r"^(?:log_|print_)?(?:die|fail|fatal|abort|bail|panic|error|err)$")
"""What the functions of a sourced library are called that only print, and those that print and may exit."""
_NOWHERE = pattern(r"^(/dev/(null|stdout|stderr|tty)|&?[0-9-]|\$\{?GITHUB_STEP_SUMMARY\}?)$")
_RECORDS = pattern(r"^\$\{?GITHUB_(OUTPUT|ENV|PATH|STATE)\}?$|^\$env:GITHUB_")
_LOG = pattern(r"(?i)log\b|_LOG\b|LOG_|\.log")


def effect_of(command: Command, functions: Mapping[str, Effects] | None = None) -> Effect:
    """The strongest effect of one command, without its substitutions."""
    written = writes_to(command)
    if any(_RECORDS.search(target) for target in written):
        return Effect.RECORD
    if any(not _NOWHERE.search(target) and not _LOG.search(target) for target in written):
        return Effect.WRITE
    if not command.words:
        return Effect.SET if command.assignments else Effect.PRINT
    known = (functions or {}).get(command.name)
    return _strongest(known) if known is not None else _of_name(command)


def _of_name(command: Command) -> Effect:
    if command.name == "cat" and len(command.words) == 1:
        return Effect.PRINT
    if command.name == "tee":
        logs = all(_LOG.search(text) or text == "-a" for text in command.texts[1:])
        return Effect.PRINT if logs else Effect.WRITE
    return _BY_NAME.get(command.name, Effect.WORK)


def writes_to(command: Command) -> tuple[str, ...]:
    """The files that the command's output is redirected to."""
    return tuple(one.target.text for one in command.redirects if one.operator in (">", ">>", "&>", "&>>", ">|"))


def effects_of(nodes: Iterable[Node], functions: Mapping[str, Effects] | None = None) -> Effects:
    """All effects of the statements, those of substitutions included."""
    return frozenset(effect_of(command, functions) for command in commands(nodes))


def function_effects(program: ShellProgram) -> dict[str, Effects]:
    """The effects of every function of the program, through the functions that it calls."""
    functions = {function.name: function for function in program.functions}
    known: dict[str, Effects] = {}
    for _ in range(4):  # calls of calls: deeper chains keep the effect WORK, which is never reported
        before = _only(known, functions)
        found = {name: effects_of(function.body, before) for name, function in functions.items()}
        if found == known:
            break
        known = found
    return {**_sourced(program), **known}


def _sourced(program: ShellProgram) -> dict[str, Effects]:
    """The effects of what a program takes from files that it sources, as far as the names tell."""
    called = {command.name for command in all_commands(program.body) if command.words}
    if not called & {".", "source"}:
        return {}
    speaks = dict.fromkeys(filter(_SPEAKERS.search, called), frozenset({Effect.PRINT}))
    ends = dict.fromkeys(filter(_ENDERS.search, called), frozenset({Effect.PRINT, Effect.LEAVE}))
    return {**speaks, **ends}


def _only(known: dict[str, Effects], functions: Mapping[str, Function]) -> dict[str, Effects]:
    return {name: known.get(name, frozenset({Effect.WORK})) for name in functions}


def always_leaves(nodes: Iterable[Node], functions: Mapping[str, Effects] | None = None) -> bool:
    """Whether the statements may end the step, function or loop: exit, return, false, or a function that exits."""
    for command in commands(nodes):
        if command.name in (":", "true"):
            continue
        if _BY_NAME.get(command.name) is Effect.LEAVE or Effect.LEAVE in (functions or {}).get(command.name, ()):
            return True
    return False


def _strongest(effects: Effects) -> Effect:
    if Effect.PRINT in effects and effects <= {Effect.PRINT, Effect.SET}:
        return Effect.PRINT
    ranked = list(Effect)
    return max(effects, key=ranked.index, default=Effect.PRINT)
