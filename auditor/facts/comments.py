"""Comments and docstrings: what the authors of a file say about it, as against what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.comment_text import Piece, embedded_shell, line_comments, python_comments, syntax_comments
from auditor.facts.comment_words import TRIGGERS
from auditor.facts.python_syntax import syntax_of
from auditor.facts.rust_tests import rust_test_lines
from auditor.facts.source import Source
from auditor.facts.words import WordSet
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "Comment", "Comments", "comments_of"]

_TRIGGERS = WordSet(TRIGGERS)
_LINE_FORMATS = {Language.TOML: "#", Language.INI: "#;", Language.ENV: "#", Language.MAKEFILE: "#"}
_GRAMMARS = frozenset(
    {
        Language.C, Language.CPP, Language.DOCKERFILE, Language.GO, Language.HCL, Language.JAVA, Language.JAVASCRIPT,
        Language.PYTHON, Language.RUST, Language.SHELL, Language.SQL, Language.TSX, Language.TYPESCRIPT, Language.YAML,
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Comment:
    """One line of a comment without its signs, or one line of a docstring.

    `symbol` names what a docstring documents; `trailing` tells that the comment follows code on its line.
    """

    line: int
    end_line: int
    text: str
    is_docstring: bool = False
    symbol: str = ""
    trailing: bool = False


@dataclass(frozen=True, slots=True)
class Comments(Fact):
    """The comments of a file that holds a word of `auditor.facts.comment_words`; of other files there is no such fact.

    `items` are sorted by line. Whoever needs every comment of a file asks `comments_of`.
    """

    kind: ClassVar[str] = "comments"
    items: tuple[Comment, ...]


def comments_of(source: Source) -> tuple[Comment, ...]:
    """All comments and docstrings of a file, by line; none where the language has no comments that we read."""
    language = source.file.language
    if language in _LINE_FORMATS:
        found = set(_plain(line_comments(source.lines, _LINE_FORMATS[language])))
    elif language in _GRAMMARS:
        pieces = python_comments(source.data) if language is Language.PYTHON else syntax_comments(language, source.data)
        found = set(_plain(pieces))
    else:
        return ()
    if language is Language.YAML:
        found.update(_plain(embedded_shell(source.data)))
    if language is Language.PYTHON:
        found.update(_docstrings(source))
    return tuple(sorted(found))


def _parse(source: Source) -> Comments | None:
    if not _TRIGGERS.found_in(source.lowered):
        return None
    tests = rust_test_lines(source.lines) if source.file.language is Language.RUST else frozenset()
    items = tuple(one for one in comments_of(source) if one.line not in tests)
    return Comments(items) if items else None


def _plain(pieces: Iterator[Piece]) -> Iterator[Comment]:
    return (Comment(line, line, text, trailing=trailing) for line, text, trailing in pieces if text.strip())


def _docstrings(source: Source) -> Iterator[Comment]:
    try:
        syntax = syntax_of(source)
    except ParseFailure:
        return
    documented = [("", syntax.tree), *((view.qualified, view.node) for view in syntax.functions)]
    for name, node in (*documented, *((name, node) for node, name in syntax.classes)):
        yield from _docstring(name, node.body, source.lines)


def _docstring(name: str, body: list[ast.stmt], lines: tuple[str, ...]) -> Iterator[Comment]:
    first = body[0] if body else None
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        return
    for number in range(first.lineno, (first.end_lineno or first.lineno) + 1):
        text = (
            "".join(lines[number - 1 : number])
            .strip()
            .removeprefix("r")
            .removeprefix('"""')
            .removesuffix('"""')
            .strip("' ")
        )
        if text:
            yield Comment(number, number, text, is_docstring=True, symbol=name)


def _accepts(file: SourceFile) -> bool:
    return (file.language in _GRAMMARS or file.language in _LINE_FORMATS) and file.role in (Role.SHIPPED, Role.TEST)


PARSER = Parser(fact=Comments, accepts=_accepts, parse=_parse)
