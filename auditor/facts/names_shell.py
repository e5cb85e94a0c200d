"""Names that shell text takes from its environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.names_fact import Act, Default, Mention, Via
from auditor.facts.pattern import pattern

__all__ = ["assigned_names", "shell_names"]

_USE = pattern(r"(\\?)\$(?:([A-Z][A-Z0-9_]{2,})|\{!?([A-Z][A-Z0-9_]{2,})(?:\[[^\]]*\])?(?:(:?[-=?+])([^}]*))?[^}]*\})")
_ASSIGNED = pattern(
    r"(?:^|[\s;&|(!]|\b(?:export|local|readonly|declare|typeset)\s+(?:-\w+\s+)*)([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=|\bfor\s+([A-Za-z_]\w*)\s+in\b|\bread\s+(?:-\w+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+)?)*([A-Z_][A-Z0-9_ ]*)|printf\s+-v\s+(\w+)|\b(?:mapfile|readarray)\s+(?:-\w+\s+)*(\w+)"
)
_SELF_DEFAULT = pattern(
    r"^\s*(?:export\s+|readonly\s+|local\s+)?([A-Z][A-Z0-9_]{2,})=[\"']?\$\{([A-Z][A-Z0-9_]{2,})(?::?[-?=][^}]*)?\}"
)
_EMPTY_TEST = pattern(r"(?:\[\[?|test)\s+-z\s+[\"']?\$\{?([A-Z][A-Z0-9_]{2,})")
_LEAVES = pattern(r"\b(?:exit|return)\s+[1-9]|\bdie\b|\b(?:fatal|fail|abort)\b")
_TO_GITHUB = pattern(r"[\"']?([A-Z][A-Z0-9_]{2,})=.*>>\s*[\"']?\$\{?GITHUB_ENV")
_ARRAY = pattern(r"^\s*(?:(?:local|readonly|declare|typeset)\s+(?:-\w+\s+)*)?(\w+)\+?=\(")
_ASKED = pattern(r"\$\{!(\w+)(?:\}|:?[-=?+])")
_LOOP = pattern(r"\bfor\s+(\w+)\s+in\s+[\"']?\$\{(\w+)\[[@*]\]")
_ITEMS = pattern(r"\$\{(\w+)\[[@*]\]")
_VALUE = pattern(r"\$\{?(\w+)")
_FUNCTION = pattern(r"^\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\))")
_WORD = pattern(r"[\w-]+")
_NAME = pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
_LONGEST_ARRAY = 60
REACH = 8
"""Lines after an emptiness test in which its branch is expected to leave the script."""


def assigned_names(lines: Iterable[str]) -> frozenset[str]:
    """Names that the shell text sets itself, other than from their own previous value."""
    found: set[str] = set()
    for line in lines:
        own = _SELF_DEFAULT.match(line)
        for match in _ASSIGNED.finditer(line):
            for name in " ".join(match.group(group) for group in range(1, 6)).split():
                if not (own and own.group(1) == name == own.group(2)):
                    found.add(name)
        written = _TO_GITHUB.search(line)
        if written:
            found.add(written.group(1))
    return frozenset(found)


def shell_names(
    lines: tuple[str, ...], first: int = 1, *, via: Via = Via.ENVIRONMENT, place: str = ""
) -> Iterator[Mention]:
    """What shell lines, of which the first has the number `first`, read from the environment and check."""
    yield from _listed(lines, first, via, place)
    assigned = assigned_names(lines)
    defaulted = {own.group(1) for own in map(_SELF_DEFAULT.match, lines) if own and own.group(1) == own.group(2)}
    for offset, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            continue
        number = first + offset
        tested = _EMPTY_TEST.search(line)
        if tested and any(_LEAVES.search(later) for later in lines[offset : offset + REACH]):
            yield Mention(number, tested.group(1), Act.VALIDATED, via, place=place)
        for match in _USE.finditer(line):
            name = match.group(2) or match.group(3)
            if name in assigned or match.group(1) or (name in defaulted and not match.group(4)):
                continue
            if match.group(4).endswith("?"):
                yield Mention(number, name, Act.VALIDATED, via, place=place)
            yield Mention(number, name, Act.USED, via, _default(match.group(4), match.group(5)), place)


def _listed(lines: tuple[str, ...], first: int, via: Via, place: str) -> Iterator[Mention]:
    """The names of an array whose items are asked of the environment by ``${!name}``."""
    arrays = _asked_arrays([line for line in lines if not line.lstrip().startswith("#")])
    until = -1
    for offset, line in enumerate(lines) if arrays else ():
        opened = _ARRAY.match(line)
        if opened:
            until = offset + _LONGEST_ARRAY if opened.group(1) in arrays else -1
        if offset > until:
            continue
        inner = line[opened.end() :] if opened else line
        for word in inner.partition("#")[0].partition(")")[0].split():
            name = word.strip("\"'")
            if _NAME.match(name):
                yield Mention(first + offset, name, Act.VALIDATED, via, place=place)
                yield Mention(first + offset, name, Act.USED, via, place=place)
        if ")" in inner:
            until = -1


def _asked_arrays(lines: list[str]) -> frozenset[str]:
    """The arrays whose items ``${!name}`` asks for: in a loop over them, or in a function that is given them or each of them."""
    asked = {match.group(1) for line in lines for match in _ASKED.finditer(line)}
    if not asked:
        return frozenset()
    calls = _calls_of_askers(lines)
    asked.update(match.group(1) for line in calls for match in _VALUE.finditer(line))
    loops = [match for line in lines for match in _LOOP.finditer(line)]
    handed = {match.group(1) for line in calls for match in _ITEMS.finditer(line)}
    return frozenset(handed | {match.group(2) for match in loops if match.group(1) in asked})


def _calls_of_askers(lines: list[str]) -> list[str]:
    """The lines that name a function in which ``${!name}`` is asked for."""
    askers: set[str] = set()
    current = ""
    for line in lines:
        opened = _FUNCTION.match(line)
        current = (opened.group(1) or opened.group(2)) if opened else "" if line.startswith("}") else current
        if current and _ASKED.search(line):
            askers.add(current)
    return [line for line in lines if any(match.group() in askers for match in _WORD.finditer(line))]


def _default(operator: str, fallback: str) -> Default:
    if not operator.endswith(("-", "=", "+")):
        return Default.NONE
    return Default.VALUE if fallback.strip("\"' ") else Default.EMPTY
