"""Praise: superlatives, counted beside what can be checked, and never scored."""

from __future__ import annotations

from auditor.check.document import Document
from auditor.facts.vocabulary import words

__all__ = ["superlatives"]


def superlatives(document: Document) -> int:
    """How many superlatives the text holds, outside of code."""
    return sum(1 for line in document.texts for _ in words("praise").finditer(line.plain))
