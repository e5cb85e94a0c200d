"""Thresholds in the configuration of JavaScript tools that no run can miss, and tests that it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.code_tree import CodeTree, Kind, Node, walk
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "Excluded", "ScriptConfiguration", "Threshold"]

_COVERED = frozenset({"lines", "branches", "functions", "statements"})
_HOLDERS = frozenset({"coverageThreshold", "thresholds", "check-coverage", "checkCoverage"})
_LEAST = 10
"""Per cent of coverage that any one test of a program reaches."""
_SHARE = pattern(r"^\s*rate\s*(<=?|>=?)\s*(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """A threshold that always holds: its line, its name, and what it asks for."""

    line: int
    name: str
    asks: str


@dataclass(frozen=True, slots=True, order=True)
class Excluded:
    """A pattern of test files that a runner passes over."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptConfiguration(Fact):
    """What one configuration or load test sets."""

    kind: ClassVar[str] = "script-configuration"
    thresholds: tuple[Threshold, ...]
    excluded: tuple[Excluded, ...]


def _parse(source: Source) -> ScriptConfiguration | None:
    if b"hreshold" not in source.data and b"testPathIgnorePatterns" not in source.data:
        return None
    tree = code_of(source)
    thresholds, excluded = tuple(sorted(_thresholds(tree))), tuple(sorted(_excluded(tree)))
    return ScriptConfiguration(thresholds=thresholds, excluded=excluded) if thresholds or excluded else None


def _thresholds(tree: CodeTree) -> Iterator[Threshold]:
    for node in walk(tree.top):
        if node.kind is not Kind.PAIR or node.name not in _HOLDERS or not node.children:
            continue
        for one in walk(node.children[0]):
            if one.kind is Kind.PAIR and one.children:
                yield from _of_pair(one)


def _of_pair(pair: Node) -> Iterator[Threshold]:
    value = pair.children[0]
    number = value.value if value.kind is Kind.LITERAL else None
    if (
        pair.name in _COVERED
        and isinstance(number, int | float)
        and not isinstance(number, bool)
        and 0 <= number < _LEAST
    ):
        yield Threshold(value.line, pair.name, f"{number:g}%")
    for one in walk(value):
        match = _SHARE.search(one.value) if one.kind is Kind.LITERAL and isinstance(one.value, str) else None
        if match and _always(match.group(1), float(match.group(2))):
            yield Threshold(one.line, pair.name, str(one.value))


def _always(sign: str, limit: float) -> bool:
    """Whether a share, which lies between 0 and 1, meets the condition whatever it is."""
    return limit > 1 or (sign == "<=" and limit == 1) if sign.startswith("<") else sign == ">=" and limit == 0


def _excluded(tree: CodeTree) -> Iterator[Excluded]:
    for node in walk(tree.top):
        if node.kind is Kind.PAIR and node.name == "testPathIgnorePatterns" and node.children:
            for one in walk(node.children[0]):
                if one.kind is Kind.LITERAL and isinstance(one.value, str):
                    yield Excluded(one.line, one.value)


def _accepts(file: SourceFile) -> bool:
    return file.language in CODE_LANGUAGES and file.language is not Language.GO


PARSER = Parser(fact=ScriptConfiguration, accepts=_accepts, parse=_parse)
