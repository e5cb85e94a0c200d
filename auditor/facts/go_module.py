"""A module of Go: whether it takes code of others, of which ``go.sum`` must hold the checksums (https://go.dev/ref/mod#go-mod-file)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source

__all__ = ["PARSER", "GoModule"]

_REQUIRES = pattern(r"^\s*(?:require\s+)?[\w.-]+\.[a-z]{2,}/\S+\s+v\d+\.\d+\.\d+")
_OTHER_BLOCK = ("replace", "exclude", "retract", "tool")
_MOST_LINES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GoModule(Fact):
    """`requires` where the module requires one that no ``replace`` takes from a folder."""

    kind: ClassVar[str] = "go-module"
    requires: bool


def _parse(source: Source) -> GoModule:
    block, found, replaced = "", [], set()
    for raw in source.lines[:_MOST_LINES]:
        line = raw.partition("//")[0].strip()
        words = line.split()
        if line.endswith("("):
            block = words[0]
        elif line == ")":
            block = ""
        elif "=>" in words:
            replaced.update(_lent(words))
        elif block not in _OTHER_BLOCK and words[:1] != ["exclude"] and _REQUIRES.search(line):
            found.append(words[1] if words[0] == "require" else words[0])
    return GoModule(requires=any(one not in replaced for one in found))


def _lent(words: list[str]) -> list[str]:
    """The module that a line of ``replace`` takes from a folder; one that it takes from elsewhere has its checksums."""
    behind = words[words.index("=>") + 1 :]
    if not behind or not behind[0].strip('"`').startswith((".", "/")):
        return []
    return words[1:2] if words[0] == "replace" else words[:1]


PARSER = Parser(fact=GoModule, accepts=lambda file: file.name == "go.mod", parse=_parse)
