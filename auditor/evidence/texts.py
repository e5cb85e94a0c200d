"""The files of a snapshot as evidence: found by glob, read once, cut into excerpts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, islice

from auditor.evidence.fruitless import Fruitless
from auditor.evidence.globs import Globs
from auditor.facts.base import Unreadable
from auditor.facts.excerpt import excerpt_of, lines_of
from auditor.facts.glob import endings, matches
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Finding, Severity
from auditor.model.outcome import Evidence, EvidenceKind
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.reader import Reader, ReadFailure

__all__ = ["Texts"]

MAX_FILES = 2000
MAX_BYTES = 2_000_000
MAX_KEPT = 2 * MAX_FILES

_PRETENCE = frozenset({Category.PLACEHOLDER, Category.MOCKED_METRIC})
_PROGRAMS = frozenset({
    Language.PYTHON, Language.SHELL, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.RUST,
})  # fmt: skip
_TRIED = frozenset({"test", "tests", "testdata", "fixtures", "__tests__", "example", "examples"})
_NOT_ASKED = frozenset({Role.TEST, Role.EXAMPLE, Role.VENDORED})


@dataclass(slots=True)
class Texts:
    """The files of one repository. `read` gives lines, or None where a file cannot be read.

    `findings` tell which regions do not do what they say: those are no evidence.
    """

    facts: RepositoryFacts
    reader: Reader
    findings: tuple[Finding, ...] = ()
    fruitless: Fruitless = field(default_factory=Fruitless)
    globs: Globs = field(default_factory=Globs)
    _by_suffix: dict[str, list[SourceFile]] = field(default_factory=dict)
    _read: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    def matching(self, glob: str, role: Role | None = None) -> tuple[SourceFile, ...]:
        """The files that a glob means, by path: those of one role, or all but tests, examples and other people's."""
        if (glob, role) not in self.globs.known:  # many probes look into the same files
            found = (one for one in self._with_ending(endings(glob)) if matches(glob, one.path))
            kept = (one for one in found if one.role is role or (role is None and _counts(one)))
            self.globs.known[glob, role] = tuple(islice(kept, MAX_FILES))
        return self.globs.known[glob, role]

    def _with_ending(self, suffixes: frozenset[str] | None) -> Iterable[SourceFile]:
        """The files with one of these suffixes, by path, and all whose path is not ASCII."""
        if suffixes is None:
            return self.facts.files
        if not self._by_suffix:
            for file in self.facts.files:
                suffix = file.path.lower().rpartition(".")[2] if file.path.isascii() else ""
                self._by_suffix.setdefault(suffix, []).append(file)
        parts = (self._by_suffix.get(one, ()) for one in sorted({*suffixes, ""}))
        return sorted(chain.from_iterable(parts), key=lambda file: file.path)

    def read(self, file: SourceFile) -> tuple[str, ...] | None:
        """The lines of a file; None where it cannot be read, is binary or has been found broken."""
        if file.path not in self._read:
            if len(self._read) >= MAX_KEPT:  # many probes look into the same few, and some into all
                del self._read[next(iter(self._read))]
            self._read[file.path] = self._lines(file)
        return self._read[file.path]

    def broken(self, file: SourceFile) -> bool:
        """Whether a parser could not make sense of the file."""
        return any(True for _ in self.facts.at(file.path, Unreadable))

    def seen(self, file: SourceFile, start: int, end: int, note: str) -> Evidence:
        """The evidence of lines `start` to `end` of a file (1-based, inclusive), masked and cut."""
        excerpt = excerpt_of(self.read(file) or (), start, end)
        return Evidence(
            kind=EvidenceKind.MEASURED, note=note, path=file.path, start_line=start, end_line=end, excerpt=excerpt
        )

    def doubts(self, evidence: Evidence) -> str:
        """Why a region proves nothing: a grave finding in it shows that it only pretends. Empty where it may count."""
        for one in self.findings:
            inside = one.start_line <= (evidence.end_line or 0) and one.end_line >= (evidence.start_line or 0)
            if one.path == evidence.path and inside and self._pretends(one):
                return f"{one.path} does not do what it says ({one.rule} in line {one.start_line})"
        return ""

    def _pretends(self, finding: Finding) -> bool:
        """A program that nothing reaches has milder findings for it; as evidence it is no better."""
        file = self.facts.by_path.get(finding.path)
        milder = file is not None and file.language in _PROGRAMS and finding.reached_from is None
        limit = Severity.MEDIUM if milder else Severity.HIGH
        return finding.category in _PRETENCE and finding.severity.rank <= limit.rank

    def _lines(self, file: SourceFile) -> tuple[str, ...] | None:
        if file.language is Language.BINARY:
            return None
        try:
            data = self.reader.read(file.path)
        except ReadFailure:
            return None
        return lines_of(data[:MAX_BYTES])


def _counts(file: SourceFile) -> bool:
    """A document among the tests describes tests, or is one of their inputs."""
    return file.role not in _NOT_ASKED and _TRIED.isdisjoint(file.path.lower().split("/")[:-1])
