"""Which parsers and rules look at a file: told once for each role and language, and then by what else they ask of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, cast

from auditor.facts.base import Parser
from auditor.facts.words import WordSet
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Detector

__all__ = ["Dispatch", "Readers"]


class _Asked(Exception):  # noqa: N818 - an answer
    """Something else than role and language was asked for."""


class _Probe:
    """A file of which nothing is known but its role and language."""

    def __init__(self, role: Role, language: Language) -> None:
        self.role, self.language = role, language

    def __getattr__(self, name: str) -> NoReturn:
        raise _Asked(name)


class Readers:
    """Parsers, in their order. Most of them accept files by role and language, and are asked once for these."""

    def __init__(self, parsers: Iterable[Parser]) -> None:
        self._parsers = tuple(parsers)
        self._plans: dict[tuple[Role, Language], tuple[tuple[Parser, bool], ...]] = {}

    def of(self, file: SourceFile) -> list[Parser]:
        """Those that accept a file."""
        key = file.role, file.language
        plan = self._plans.get(key)
        if plan is None:
            answers = ((one, _answer(one, *key)) for one in self._parsers)
            plan = self._plans[key] = tuple((one, answer is None) for one, answer in answers if answer is not False)
        return [parser for parser, ask in plan if not ask or parser.accepts(file)]


def _answer(parser: Parser, role: Role, language: Language) -> bool | None:
    """Whether the parser accepts all files of a role and language or none; None where it asks for more."""
    try:
        return bool(parser.accepts(cast("SourceFile", _Probe(role, language))))
    except _Asked:
        return None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A rule for files of some role and language: the words and the kinds of facts of which one has to be there, if any."""

    rule: Detector
    words: frozenset[bytes]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    candidates: tuple[_Candidate, ...]
    words: WordSet


class Dispatch:
    """File rules, in their order."""

    def __init__(self, rules: Iterable[Detector]) -> None:
        self._rules = tuple(rule for rule in rules if rule.check_file)
        self._plans: dict[tuple[Role, Language], _Plan] = {}

    def wanted(self, file: SourceFile, kinds: Iterable[str], lowered: bytes) -> list[Detector]:
        """The rules to ask about a file with facts of these kinds, and these bytes with capitals made small."""
        key = file.role, file.language
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _plan(self._rules, *key)
        there = plan.words.found_in(lowered)
        return [
            one.rule
            for one in plan.candidates
            if not (one.words and one.words.isdisjoint(there)) and not (one.kinds and one.kinds.isdisjoint(kinds))
        ]


def _plan(rules: Iterable[Detector], role: Role, language: Language) -> _Plan:
    candidates = []
    for rule in rules:
        if role not in rule.roles:
            continue
        by_language = not rule.reads or language.value in rule.reads
        words = frozenset(word.encode() for word in rule.triggers)
        candidates.append(_Candidate(rule, words, frozenset() if by_language else rule.reads))
    return _Plan(tuple(candidates), WordSet(word for one in candidates for word in one.words))
