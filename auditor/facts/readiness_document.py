"""Documents that certify: certificates, audit reports and readiness reviews, told from their names and titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.source import Source
from auditor.facts.vocabulary import matches
from auditor.model.source import Language

__all__ = ["PARSER", "ReadinessDocument", "is_readiness_document"]

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


def _parse(source: Source) -> ReadinessDocument | None:
    heads = (line.lstrip("# ") for line in source.lines[:_TITLE_WITHIN] if line.startswith("#"))
    title = next(heads, "")
    return ReadinessDocument(title=title[:200]) if is_readiness_document(source.path, title) else None


PARSER = Parser(fact=ReadinessDocument, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
