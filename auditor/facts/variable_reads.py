"""Who reads the variables of a shell program: what only prints them, and what decides by them or hands them on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Case, Command, Group, Loop, Node, walk
from auditor.facts.work_units import Unit

__all__ = ["Reads", "names_in", "reads_of"]

_READ = pattern(r"\$\{?[!#]?(\w+)")
_WORD = pattern(r"[A-Za-z_]\w*")
_ARITHMETIC = frozenset({"((", "let", "export"})


@dataclass(frozen=True, slots=True)
class Reads:
    """The names that commands print, and those that anything else reads."""

    shown: frozenset[str]
    used: frozenset[str]


def reads_of(unit: Unit) -> Reads:
    """The reads of all statements of a unit, those in functions and substitutions included."""
    shown: set[str] = set()
    used: set[str] = set()
    for node in walk(unit.body):
        prints = isinstance(node, Command) and effect_of(node, unit.functions) is Effect.PRINT
        (shown if prints else used).update(_names(node))
    return Reads(frozenset(shown), frozenset(used))


def names_in(texts: Iterable[str]) -> Iterator[str]:
    """The variables that words read: ``$name``, ``${name:-x}``."""
    return (match.group(1) for text in texts for match in _READ.finditer(text))


def _names(node: Node) -> Iterator[str]:
    match node:
        case Command():
            texts = [word.text for word in node.words]
            yield from names_in((*texts, *(one.value.text for one in node.assignments), *(one.target.text for one in node.redirects)))  # fmt: skip
            if node.name in _ARITHMETIC or any("((" in text for text in texts):
                yield from (match.group() for text in texts for match in _WORD.finditer(text))
        case Loop():
            yield from names_in(word.text for word in node.words)
        case Case():
            yield from names_in((node.subject,))
        case Group():
            yield from names_in(one.target.text for one in node.redirects)
        case _:
            return
