"""The map stage: one file in, its facts and hits out. It sees nothing but the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from auditor.engine.dispatch import Dispatch, Readers
from auditor.facts.base import Fact, ParseFailure, Parser, Unreadable
from auditor.facts.embedded import JOINED, embedded_sources
from auditor.facts.source import Source
from auditor.model.finding import Hit
from auditor.model.source import SourceFile
from auditor.rules.base import Detector

__all__ = ["Mapped", "RuleHit", "map_file"]


_DEEP = "nested too deeply to be judged"


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A hit with the id of the rule that made it."""

    rule: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class Mapped:
    """All that the map stage keeps of one file. `lines` counts its lines."""

    path: str
    lines: int
    facts: tuple[Fact, ...]
    hits: tuple[RuleHit, ...]


def map_file(
    file: SourceFile, data: bytes, parsers: Iterable[Parser] | Readers, rules: Iterable[Detector] | Dispatch
) -> Mapped:
    """Parse the file and run every file rule that reads it, on the file and on the documents inside of it.

    A rule or parser that fails on this file makes it Unreadable, and the others go on. Who maps many files gives one
    Readers and one Dispatch.
    """
    source = Source(file, data)
    parsers = parsers if isinstance(parsers, Readers) else Readers(parsers)
    rules = rules if isinstance(rules, Dispatch) else Dispatch(rules)
    source.facts = _parse(source, parsers)
    hits, whole = _hits(source, rules)
    facts = source.facts
    known = {(found.rule, found.hit.start_line) for found in hits}
    for inner in embedded_sources(source):
        inner.facts = _parse(inner, parsers)
        facts += tuple(fact for fact in inner.facts if fact.kind in JOINED)
        inner_hits, judged = _hits(inner, rules)
        whole = whole and judged
        told = [found for found in inner_hits if (found.rule, found.hit.start_line) not in known]
        hits += [RuleHit(found.rule, replace(found.hit, path=file.path)) for found in told]
        inner.forget()
    if not whole and source.fact(Unreadable) is None:
        facts += (Unreadable(_DEEP),)
    source.forget()
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    return Mapped(file.path, lines, facts, tuple(hits))


def _hits(source: Source, rules: Dispatch) -> tuple[list[RuleHit], bool]:
    """What the rules found, and whether none of them gave up on code that is nested too deeply."""
    hits: list[RuleHit] = []
    whole = True
    for rule in rules.wanted(source.file, {fact.kind for fact in source.facts}, source.lowered):
        whole = _run(rule, source, hits) and whole
    return hits, whole


def _parse(source: Source, parsers: Readers) -> tuple[Fact, ...]:
    found: dict[str, Fact] = {}
    for parser in parsers.of(source.file):
        for fact in _read(source, parser):
            found.setdefault(fact.kind, fact)
    return tuple(found[kind] for kind in sorted(found))


def _read(source: Source, parser: Parser) -> Iterator[Fact]:
    try:
        fact = parser.parse(source)
    except ParseFailure as failure:
        yield Unreadable(failure.reason, failure.line)
        fact = failure.partial
    except RecursionError:
        fact = Unreadable(_DEEP)
    if fact is not None:
        yield fact


def _run(rule: Detector, source: Source, hits: list[RuleHit]) -> bool:
    """Whether a rule came to its end on code of any depth; what it had found before is kept."""
    assert rule.check_file is not None
    try:
        for hit in rule.check_file(source):
            hits.append(RuleHit(rule.id, hit))  # noqa: PERF401 - what was found before an error stays
    except ParseFailure:
        return True  # the parser of this file has reported it as Unreadable
    except RecursionError:
        return False
    return True
