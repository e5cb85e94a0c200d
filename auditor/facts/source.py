"""The one view of a file that parsers and file rules share: read once, parsed once."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from auditor.facts.base import Fact, ParseFailure
from auditor.facts.newer_python import in_older_words
from auditor.facts.pattern import pattern
from auditor.facts.python_nodes import forget
from auditor.facts.syntax import syntax_tree

if TYPE_CHECKING:
    from tree_sitter import Tree

    from auditor.model.source import SourceFile

__all__ = ["Source"]

F = TypeVar("F", bound=Fact)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_LONG_NUMBER = pattern(r"\d\w{256}")
_LARGEST = 1 << 1000
"""What still becomes a float, and can be written in digits, which Python refuses from 4300 of them on."""


class Source:
    """One file with its bytes, and what has been parsed of it so far.

    `facts` are those that the parsers made of this file, by type; rules read them with `fact`.
    """

    def __init__(self, file: SourceFile, data: bytes) -> None:
        self.file = file
        self.data = data
        self.facts: tuple[Fact, ...] = ()

    @property
    def path(self) -> str:
        """The path of the file, relative to the repository."""
        return self.file.path

    @cached_property
    def lowered(self) -> bytes:
        """The bytes with capitals of ASCII made small: what words are looked for in."""
        return self.data.lower()

    @cached_property
    def text(self) -> str:
        """The content as UTF-8 without a byte order mark; undecodable bytes become U+FFFD."""
        return self.data.decode("utf-8-sig", "replace")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends, split at LF only, as git, editors and parsers number them."""
        return tuple(line.removesuffix("\r") for line in self.text.split("\n"))

    @cached_property
    def joined(self) -> str:
        """The `lines`, joined by LF."""
        return "\n".join(self.lines) if "\r" in self.text else self.text

    def line_at(self, position: int) -> int:
        """The number of the line in which a character of `text` lies."""
        return bisect_left(self._breaks, position) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [at for at, sign in enumerate(self.text) if sign == "\n"]

    @cached_property
    def python(self) -> ast.Module:
        """The syntax tree of a Python file. Raises ParseFailure where it does not parse, or numbers its lines otherwise."""
        odd = _LONE_RETURN.search(self.data)
        if (
            odd
        ):  # a line end for Python and for nobody else: what follows it would be shown as a part of the line before
            line = self.data.count(b"\n", 0, odd.start()) + 1
            raise ParseFailure("a carriage return without a line feed hides where lines begin", line)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the audited code's SyntaxWarnings are not ours
            try:
                tree = _parsed(self.data, self.text)
            except SyntaxError as error:
                raise ParseFailure(error.msg or "invalid syntax", error.lineno) from error
            except (ValueError, RecursionError, MemoryError) as error:
                raise ParseFailure(f"cannot be parsed: {error}") from error
        if _LONG_NUMBER.search(self.text):
            _cut_numbers(tree)
        return tree

    @cached_property
    def syntax(self) -> Tree | None:
        """The tree-sitter tree, which bears errors; None where no grammar reads the language."""
        return syntax_tree(self.file.language, self.data)

    def forget(self) -> None:
        """Give back the memory of what was parsed; nobody may ask for it any more."""
        tree = self.__dict__.get("python")
        if tree is not None:
            forget(tree)

    def fact(self, kind: type[F]) -> F | None:
        """The fact of this type that was read from this file, if any."""
        return next((fact for fact in self.facts if isinstance(fact, kind)), None)


def _parsed(data: bytes, text: str) -> ast.Module:
    """The tree; where only a later version of Python parses the file, that of the same program in older words."""
    try:
        return ast.parse(data)
    except SyntaxError as error:
        older = in_older_words(text)
        if older == text:
            raise
        try:
            return ast.parse(older)
        except SyntaxError:
            raise error from None


def _cut_numbers(tree: ast.Module) -> None:
    """Put a number that can be computed with in the place of each that is larger: no reader asks by how much it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            node.value = min(node.value, _LARGEST)
