"""tree-sitter trees for the languages that have a grammar; grammars load when first needed."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

__all__ = ["syntax_tree"]

_GRAMMARS = {
    Language.C: ("tree_sitter_c", "language"),
    Language.CPP: ("tree_sitter_cpp", "language"),
    Language.DOCKERFILE: ("tree_sitter_containerfile", "language"),
    Language.GO: ("tree_sitter_go", "language"),
    Language.HCL: ("tree_sitter_hcl", "language"),
    Language.JAVA: ("tree_sitter_java", "language"),
    Language.JAVASCRIPT: ("tree_sitter_javascript", "language"),
    Language.MAKEFILE: ("tree_sitter_make", "language"),
    Language.PYTHON: ("tree_sitter_python", "language"),
    Language.RUST: ("tree_sitter_rust", "language"),
    Language.SHELL: ("tree_sitter_bash", "language"),
    Language.SQL: ("tree_sitter_sql", "language"),
    Language.TSX: ("tree_sitter_typescript", "language_tsx"),
    Language.TYPESCRIPT: ("tree_sitter_typescript", "language_typescript"),
    Language.YAML: ("tree_sitter_yaml", "language"),
}


def syntax_tree(language: Language, data: bytes) -> Tree | None:
    """Parse `data`; None where no grammar reads `language`."""
    parser = _parser(language)
    return None if parser is None else parser.parse(data)


@cache
def _parser(language: Language) -> Parser | None:
    if language not in _GRAMMARS:
        return None
    import tree_sitter  # noqa: PLC0415 - native, and not every command parses

    module, function = _GRAMMARS[language]
    grammar = getattr(importlib.import_module(module), function)()
    return tree_sitter.Parser(tree_sitter.Language(grammar))
