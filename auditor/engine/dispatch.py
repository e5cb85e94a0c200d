"""Which rules look at a file: told once for each role and language, and then by the words and the facts of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.facts.words import WordSet
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Rule

__all__ = ["Dispatch"]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A rule for files of some role and language: the words and the kinds of facts of which one has to be there, if any."""

    rule: Rule
    words: frozenset[bytes]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    candidates: tuple[_Candidate, ...]
    words: WordSet


class Dispatch:
    """File rules, in their order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rule for rule in rules if rule.check_file)
        self._plans: dict[tuple[Role, Language], _Plan] = {}

    def wanted(self, file: SourceFile, kinds: Iterable[str], lowered: bytes) -> list[Rule]:
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


def _plan(rules: Iterable[Rule], role: Role, language: Language) -> _Plan:
    candidates = []
    for rule in rules:
        if role not in rule.roles:
            continue
        by_language = not rule.reads or language.value in rule.reads
        words = frozenset(word.encode() for word in rule.triggers)
        candidates.append(_Candidate(rule, words, frozenset() if by_language else rule.reads))
    return _Plan(tuple(candidates), WordSet(word for one in candidates for word in one.words))
