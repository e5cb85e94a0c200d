"""What a file that could not be judged would have been: decides which criteria it leaves open."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.source import SourceFile

__all__ = ["unread_kinds"]


def unread_kinds(files: Iterable[SourceFile]) -> frozenset[str]:
    """The languages of these files and the kinds of the facts that parsers would have made of them."""
    files = tuple(files)
    if not files:
        return frozenset()
    from auditor.facts.registry import parsers  # noqa: PLC0415 - loads every parser, and most repositories can be read

    kinds: set[str] = set()
    for file in files:
        kinds.add(file.language.value)
        kinds.update(parser.fact.kind for parser in parsers() if parser.accepts(file))
    return frozenset(kinds)
