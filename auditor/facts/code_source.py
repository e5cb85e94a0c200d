"""The `CodeTree` of a file, read once for all who ask."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.code_tree import CodeTree
from auditor.facts.go_reader import read_go
from auditor.facts.script_reader import read_script
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["CODE_LANGUAGES", "code_of"]

SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
CODE_LANGUAGES = SCRIPTS | {Language.GO}
"""The languages that have a reader."""
_LONGEST_LINE = 20_000
"""A longer line is no work of people: the file is packed or generated."""


@lru_cache(maxsize=2)
def code_of(source: Source) -> CodeTree:
    """The tree of a file; an empty one for a file that is packed into a few endless lines, and for other languages."""
    language, syntax = source.file.language, source.syntax
    if syntax is None or language not in CODE_LANGUAGES or any(len(line) > _LONGEST_LINE for line in source.lines):
        return CodeTree()
    if language is Language.GO:
        return read_go(syntax.root_node, source.path)
    return read_script(syntax.root_node)
