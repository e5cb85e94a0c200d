"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role

__all__ = ["Detector", "Example", "Lifecycle", "Rule"]

if TYPE_CHECKING:  # what a rule is can be told without any of them
    from auditor.check.case import Case
    from auditor.check.statement import Statement
    from auditor.facts.repository import RepositoryFacts
    from auditor.facts.source import Source
    from auditor.model.waiver import Waiver

    FileCheck = Callable[[Source], Iterable[Hit]]
    RepositoryCheck = Callable[[RepositoryFacts], Iterable[Hit]]
    DocumentCheck = Callable[[Case], Iterable[Statement]]
    WaiverCheck = Callable[[tuple[Waiver, ...]], Iterable[Hit]]


class Lifecycle(StrEnum):
    """Whether a rule runs by default (STABLE), on request only (PREVIEW), or no longer (RETIRED)."""

    STABLE = "stable"
    PREVIEW = "preview"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A tiny file tree and what the rule finds in it.

    `found` lists the first line of every finding as ``path:line``; empty for what must not be found.
    """

    title: str
    files: Mapping[str, str]
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """What a scan runs: names, and exactly one of `check_file` (map), `check_repository` (reduce), `check_document` or `check_waivers`.

    A document rule judges the statements of one document, in `auditor check`; in a scan it runs only where a
    criterion of the rubric names it, over the repository's own certificates. A waiver rule sees all waivers once it
    is known what became of each.

    `reads` names the languages and fact kinds that the rule looks at: a criterion on this rule applies to
    a component only if the component has one of them. `roles` are those whose files are judged.
    `triggers` are lower-case words of which a file must hold one to be worth a look (empty: every file);
    they let the engine skip files unread, and never change what is found.
    Findings that are `of_whole_files` stand on a first line that has nothing to do with them: it does not name them.
    """

    id: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    reads: frozenset[str]
    roles: frozenset[Role] = frozenset({Role.SHIPPED})
    triggers: tuple[str, ...] = ()
    of_whole_files: bool = False
    check_file: FileCheck | None = field(default=None)
    check_repository: RepositoryCheck | None = field(default=None)
    check_document: DocumentCheck | None = field(default=None)
    check_waivers: WaiverCheck | None = field(default=None)

    @property
    def told(self) -> Severity:
        """The severity of its findings, where nothing at the place says otherwise."""
        return self.severity.told_by(self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Detector):
    """A detector with all that people are told of it.

    `question` is answered "no" by a finding. `effort` is the usual work, in minutes, to mend one finding.
    `blind` are languages of what it reads in which it finds nothing, since they cannot hold the defect or it does not look.
    """

    question: str
    why: str
    limits: str
    fix: str
    since: str
    effort: int
    examples: tuple[Example, ...]
    blind: frozenset[Language] = frozenset()
    lifecycle: Lifecycle = Lifecycle.STABLE
