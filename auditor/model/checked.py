"""What `auditor check` found out about documents: the data that its formats show."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.finding import Category, Confidence, Severity

__all__ = ["UNKNOWN", "CheckReport", "CheckedDocument", "Counts", "DocumentFinding", "DraftItem"]

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many statements were checked, and what came of them: checked is the sum of the other three."""

    checked: int
    supported: int
    contradicted: int
    uncheckable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFinding:
    """One finding. `verdict` is ``contradicted``, or ``noted`` for a fault of the text that is no statement."""

    rule: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    verdict: str
    path: str
    start_line: int
    end_line: int
    message: str
    excerpt: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """A statement that nothing decides, and what the author would have to add."""

    rule: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDocument:
    """One document, with its decision: GO, CONDITIONAL, NO-GO or unknown.

    `moment` says what it was held against, `home` is its path in the repository (empty outside of it),
    `praise` counts superlatives, which are never scored. `open` are the statements that nothing decides.
    """

    path: str
    title: str
    decision: str
    decision_line: int | None
    moment: str
    home: str
    statements: Counts
    praise: int
    findings: tuple[DocumentFinding, ...]
    open: tuple[DraftItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All documents of one run, in the order in which they were named."""

    documents: tuple[CheckedDocument, ...]

    @property
    def contradicted(self) -> int:
        """How many statements are contradicted, in all documents."""
        return sum(document.statements.contradicted for document in self.documents)
