"""What shell scripts know from the files that they source: libraries that find the root of the repository for all of them."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.facts.shell_paths import ROOT, expanded, variables_of
from auditor.facts.shell_program import ShellProgram, all_commands

__all__ = ["sourced_variables"]

_MOST = 20
"""Files that one script may source, itself or by way of others."""


def sourced_variables(path: str, programs: Mapping[str, ShellProgram]) -> dict[str, str]:
    """The variables of a script with those of the files that it sources, as far as their places can be told."""
    given: dict[str, str] = {}
    for library in _libraries(path, programs):
        given.update(variables_of(programs[library], library))
    own = variables_of(programs[path], path, given)
    return {**own, "0": f"{ROOT}/{path}"}


def _libraries(path: str, programs: Mapping[str, ShellProgram]) -> tuple[str, ...]:
    """The files that a script sources and that are there, those that are sourced first at the end."""
    found: list[str] = []
    waiting = [path]
    while waiting and len(found) < _MOST:
        one = waiting.pop()
        known = variables_of(programs[one], one)
        for command in all_commands(programs[one].body):
            if command.name not in (".", "source"):
                continue
            words = expanded(command.words[1:2], known)
            place = words[0][0].removeprefix(f"{ROOT}/") if words and words[0][0].startswith(f"{ROOT}/") else ""
            if place in programs and place not in found and place != path:
                found.append(place)
                waiting.append(place)
    return tuple(reversed(found))
