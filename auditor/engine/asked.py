"""What was worked out from the facts of a repository, with what it asked of them: worked out again only where an answer differs.

A rule of the reduce stage is a function of `RepositoryFacts`. Whoever asks the same questions and gets the same answers
comes to the same end, so that its result can be remembered under the digests of these answers. A change of a file that
leaves its facts as they were changes no answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar, get_type_hints

from auditor.engine.result_cache import ResultCache
from auditor.engine.typed_codec import CodecError, Converter, converter
from auditor.facts.credentials import secret_values
from auditor.facts.kept_joins import is_kept
from auditor.facts.repository import EVERYTHING, FILES, PATHS, UNREADABLE, VENDORED, RepositoryFacts
from auditor.repo.reader import Reader, ReadFailure

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from auditor.model.source import SourceFile

__all__ = ["Answers", "Memory", "Remembered", "Unsaid", "recalled"]

T = TypeVar("T")

Marks: TypeAlias = "Callable[[SourceFile], Iterable[tuple[str, bytes]]]"
"""The kind and the digest of each fact of a file."""


_JOIN = "join "


@dataclass(frozen=True, slots=True)
class Remembered:
    """A result as JSON, the questions that led to it, and the digest of what was answered."""

    name: str
    asked: tuple[str, ...]
    answered: str
    result: str


class Answers:
    """Digests of what `RepositoryFacts` answers to each question."""

    def __init__(self, facts: RepositoryFacts, marks: Marks) -> None:
        self._facts = facts
        self._marks = marks
        self._known: dict[str, str] = {}

    def to(self, questions: Iterable[str]) -> str:
        """The digest of the answers to these questions."""
        return _digest([f"{one}\0{self._to(one)}" for one in sorted(questions)])

    def _to(self, question: str) -> str:
        if question not in self._known:
            self._known[question] = _digest(self._answer(question))
        return self._known[question]

    def _answer(self, question: str) -> Iterable[str]:
        facts = self._facts
        if question == FILES:
            return [f"{one.path}\0{one.language}\0{one.role}" for one in facts.files]
        if question == PATHS:
            return sorted(facts.all_paths)
        if question == UNREADABLE:
            return map(repr, facts.unreadable)
        if question == VENDORED:
            return map(repr, facts.vendored)
        if question == EVERYTHING:
            return [f"{kind}\0{digest}" for kind, digest in sorted(self._kinds.items())]
        return [self._kinds.get(question, "")]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """For every kind, a digest of all facts and their files: of a hundred thousand files no list is made."""
        found: dict[str, Hash] = {}
        for file in self._facts.files:
            about = f"{file.path}\0{file.language}\0{file.role}\0".encode("utf-8", "surrogatepass")
            for kind, digest in self._marks(file):
                if kind not in found:
                    found[kind] = hashlib.sha256()
                found[kind].update(b"%d\0%b%b" % (len(digest), about, digest))
        return {kind: one.hexdigest() for kind, one in found.items()}


@dataclass(slots=True)
class Memory:
    """The remembered results of one repository, and those of this scan."""

    cache: ResultCache
    key: bytes
    facts: RepositoryFacts
    answers: Answers
    unsaid: Unsaid
    known: dict[str, Remembered]
    next: dict[str, Remembered] = field(default_factory=dict)

    def result(self, name: str, form: Converter, work: Callable[[], T]) -> T:
        """The result of some work of this name: as it was remembered, where all that it asked for is answered as it was then."""
        one = self.known.get(name)
        if one is not None and one.answered == self.answers.to(one.asked):
            with suppress(CodecError, ValueError, RecursionError):
                found: T = form.decode(json.loads(one.result))
                self.next[name] = one
                self.facts.told(one.asked)
                return found
        value, asked = self.facts.watched(work)
        with suppress(CodecError, RecursionError):
            text = json.dumps(form.encode(value), separators=(",", ":"))
            if not self.unsaid.within(text):
                self.next[name] = Remembered(name, tuple(sorted(asked)), self.answers.to(asked), text)
        return value

    def join(self, function: Callable[[RepositoryFacts], T]) -> T:
        """What a function derives from the facts, remembered where it is marked as worth it."""
        if not is_kept(function):
            return function(self.facts)
        form = converter(get_type_hints(function)["return"])
        return self.result(f"{_JOIN}{function.__module__}.{function.__qualname__}", form, lambda: function(self.facts))

    def flush(self) -> None:
        """Write what is to be known the next time, where it is not written already."""
        unasked = {name: one for name, one in self.known.items() if name.startswith(_JOIN)}
        kept = {**unasked, **self.next}  # a join that nobody needed this time may be needed, and right, the next
        if kept != self.known:
            rows = tuple(kept[name] for name in sorted(kept))
            self.cache.write(self.key, converter(tuple[Remembered, ...]), rows)


class Unsaid:
    """The credentials of files whose facts could not be written: they stand in no remembered result."""

    def __init__(self, reader: Reader, paths: Iterable[str]) -> None:
        self._reader = reader
        self._paths = tuple(paths)

    def within(self, row: str) -> bool:
        """Whether a row of JSON holds one of them."""
        return any(secret in row for secret in self._secrets)

    @cached_property
    def _secrets(self) -> tuple[str, ...]:
        found: set[str] = set()
        for path in self._paths:
            with suppress(ReadFailure):
                found |= secret_values(self._reader.read(path).decode("utf-8", "replace"))
        return tuple(json.dumps(one)[1:-1] for one in found)


def recalled(cache: ResultCache, facts: RepositoryFacts, marks: Marks, unsaid: Unsaid) -> Memory:
    """What the cache remembers of the repository that it was opened for."""
    key = cache.key("asked", cache.about)
    rows: tuple[Remembered, ...] = cache.read(key, converter(tuple[Remembered, ...])) or ()
    memory = Memory(cache, key, facts, Answers(facts, marks), unsaid, {one.name: one for one in rows})
    facts.remembering(memory.join)
    return memory


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
