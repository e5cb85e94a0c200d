"""Names that a script holds in variables, and the lines on which they are given."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.facts.deployed_names import Named
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import all_commands

__all__ = ["HeldNames", "where_given"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNames:
    """The words of a script by their line, and by each value the variables that are given it, with the line of that."""

    words: dict[int, list[str]]
    given: dict[str, dict[str, int]]

    @staticmethod
    def of(fact: ShellFile) -> HeldNames:
        """Read them from a script."""
        words: dict[int, list[str]] = {}
        given: dict[str, dict[str, int]] = {}
        for command in all_commands(fact.program.body):
            for word in command.words:
                words.setdefault(word.line, []).append(word.text)
            for each in command.assignments:
                given.setdefault(each.value.text.strip("\"'"), {})[each.name] = each.value.line
        return HeldNames(words=words, given=given)


def where_given(scripts: list[HeldNames], named: Named) -> Named:
    """The name at the line of the variable of the script that holds it, where the command takes it from there."""
    for script in scripts:
        words = script.words.get(named.line, [])
        for variable, line in script.given.get(named.name, {}).items():
            if any(f"${variable}" in text or f"${{{variable}}}" in text for text in words):
                return replace(named, line=line)
    return named
