"""Makefiles: the targets that they define (https://www.gnu.org/software/make/manual/make.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.shell_paths import ROOT
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "Makefile"]

_RULE = pattern(r"^([^\t#=:][^#=:]*?)\s*&?::?(?:$|[^=])")
_INCLUDE = pattern(r"^\s*[-s]?include\s+(.+?)\s*(?:#.*)?$")
_PHONY = pattern(r"^\.PHONY\s*:\s*(.+)$")
_GENERATED = pattern(r"\$\((?:eval|call\s)|^\s*define\s")
_ASSIGNMENT = pattern(r"^(?:export\s+|override\s+)?([A-Za-z_]\w*)\s*(?::{0,3}|\?)=\s*(.*?)\s*(?:#.*)?$")
_OWN_FOLDER = pattern(r"\$\((?:CURDIR|PWD|shell pwd)\)|\$\{(?:CURDIR|PWD)\}")
_REFERENCE = pattern(r"\$[({]([A-Za-z_]\w*)[)}]")
_MOST_TARGETS = 2_000
_MOST_VARIABLES = 500
_MOST_LINES = 5_000
_MOST_REFERENCES = 20
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Makefile(Fact):
    """What one makefile can make.

    `patterns` are targets with ``%``, `includes` the files that it includes as written. `open` where targets come
    from variables or are generated, so that nobody can list them. `variables` are those with one literal value, by
    name, with the line; a path below the makefile's own folder begins with ``@``.
    """

    kind: ClassVar[str] = "makefile"
    targets: frozenset[str]
    patterns: tuple[str, ...]
    includes: tuple[str, ...]
    open: bool
    variables: tuple[tuple[str, str, int], ...] = ()

    def makes(self, target: str) -> bool:
        """Whether it has this target, or may have it."""
        if self.open or target in self.targets:
            return True
        return any(_fits(target, *one.split("%", 1)) for one in self.patterns)


def _fits(target: str, head: str, tail: str) -> bool:
    return len(target) > len(head) + len(tail) and target.startswith(head) and target.endswith(tail)


def _parse(source: Source) -> Makefile:
    targets: list[str] = []
    includes: list[str] = []
    for line in _logical_lines(source.lines):
        phony, rule, include = _PHONY.search(line), _RULE.search(line), _INCLUDE.search(line)
        if phony:
            targets.extend(phony.group(1).split())
        elif include:
            includes.extend(include.group(1).split())
        elif rule:
            targets.extend(rule.group(1).split())
    kept = targets[:_MOST_TARGETS]
    return Makefile(
        targets=frozenset(one for one in kept if "%" not in one),
        patterns=tuple(sorted({one for one in kept if "%" in one})),
        includes=tuple(includes),
        variables=_variables(source.lines, source.path.rpartition("/")[0]),
        open=len(targets) > _MOST_TARGETS or any("$" in one for one in targets) or bool(_GENERATED.search(source.text)),
    )


def _variables(lines: tuple[str, ...], folder: str) -> tuple[tuple[str, str, int], ...]:
    """The variables that are assigned once, with what they refer to put in; what calls a function is left out."""
    known: dict[str, str] = {}
    places: dict[str, int] = {}
    unsure: set[str] = set()
    for number, line in enumerate(lines[:_MOST_LINES], 1):
        match = _ASSIGNMENT.search(line)
        if match is None or len(known) > _MOST_VARIABLES:
            continue
        name, value = match.group(1), _resolved(match.group(2), folder, known)
        if name in known or "$" in value or value.endswith("\\"):
            unsure.add(name)
        known[name], places[name] = value, number
    return tuple(sorted((name, value, places[name]) for name, value in known.items() if name not in unsure))


def _resolved(text: str, folder: str, known: Mapping[str, str]) -> str:
    text = _OWN_FOLDER.sub(f"{ROOT}/{folder}".rstrip("/"), text)
    for _ in range(_MOST_REFERENCES):
        match = _REFERENCE.search(text)
        if match is None or match.group(1) not in known or len(text) > _LONGEST:
            break
        text = text[: match.start()] + known[match.group(1)] + text[match.end() :]
    return text


def _logical_lines(lines: tuple[str, ...]) -> list[str]:
    """The lines, with those that end in a backslash joined to what follows; recipes are left out."""
    joined: list[str] = []
    pending = ""
    for line in lines:
        if not pending and line.startswith("\t"):
            continue
        pending += line.removesuffix("\\") + (" " if line.endswith("\\") else "")
        if not line.endswith("\\"):
            joined.append(pending)
            pending = ""
    return [*joined, pending]


PARSER = Parser(fact=Makefile, accepts=lambda file: file.language is Language.MAKEFILE, parse=_parse)
