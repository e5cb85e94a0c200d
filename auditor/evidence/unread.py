"""What a file that could not be judged would have been: decides which criteria it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.model.source import SourceFile
from auditor.repo.inventory import named_file

__all__ = ["unread_kinds"]


def unread_kinds(paths: Iterable[str], known: Mapping[str, SourceFile]) -> frozenset[str]:
    """The languages of these files, and the kinds of the facts that parsers would have made of them.

    Empty, which stands for all of them, where not even the name of a file that is not `known` tells its language.
    """
    paths = tuple(paths)
    if not paths:
        return frozenset()
    from auditor.facts.registry import parsers  # noqa: PLC0415 - loads every parser, and most repositories can be read

    kinds: set[str] = set()
    for path in paths:
        file = known.get(path) or named_file(path)
        if file is None:
            return frozenset()
        kinds.add(file.language.value)
        kinds.update(parser.fact.kind for parser in parsers() if parser.accepts(file))
    return frozenset(kinds)
