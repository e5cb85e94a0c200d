"""Documents that certify: certificates, audit reports and readiness reviews, told from their names and titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.source import Source
from auditor.facts.vocabulary import matches
from auditor.model.source import Language

__all__ = ["PARSER", "ReadinessDocument", "is_readiness_document", "title_of"]

_TITLE_WITHIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessDocument(Fact):
    """A document that says how ready something is. `title` is its first heading."""

    kind: ClassVar[str] = "readiness-document"
    title: str


def is_readiness_document(path: str, title: str) -> bool:
    """Whether a document certifies or audits, by its file name or its title."""
    name = path.rpartition("/")[2].rpartition(".")[0].replace("_", " ").replace("-", " ")
    return matches("readiness_documents", title) or matches("readiness_documents", name)


def title_of(lines: tuple[str, ...]) -> str:
    """The first heading among the first lines of a document; empty where there is none."""
    return next((line.lstrip("# ") for line in lines[:_TITLE_WITHIN] if line.startswith("#")), "")


def _parse(source: Source) -> ReadinessDocument | None:
    title = title_of(source.lines)
    return ReadinessDocument(title=title[:200]) if is_readiness_document(source.path, title) else None


PARSER = Parser(fact=ReadinessDocument, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
