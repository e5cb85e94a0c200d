"""What a Markdown document refers to: inline code, links, and the commands in its code blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.facts.told_lines import told_program
from auditor.model.source import Language

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

__all__ = ["PARSER", "Block", "DocumentReferences", "InlineCode", "Link", "shell_lines"]

_MOST_BYTES = 2_000_000
_MOST_BRACKETS = 2_000
"""Opening brackets of one text: for each the reader looks for its end, which takes the square of their number."""
_SHELLS = frozenset({"bash", "sh", "shell", "console", "zsh", "shell-session", "terminal"})
_ITEM = pattern(r"^\s*(?:[-*+]|\d+[.)])\s")
_LEADING = pattern(r"^\s*(?:[-*+]|\d+[.)]|\|)?\s*(?:\[[ xX]\]\s*)?(?:\*\*|__)?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineCode:
    """Code within a sentence, and that whole line. `leads` where it begins a list item or a table cell.

    `introduction` is the last line before the list that the code stands in, if it ends in a colon.
    """

    text: str
    line: int
    context: str
    heading: str
    leads: bool
    introduction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another file; anchors and addresses of other hosts are no such links."""

    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A code block: its language (lower case), the line of its first content line, its lines, and its commands if it is shell."""

    language: str
    line: int
    lines: tuple[str, ...]
    heading: str
    program: ShellProgram | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReferences(Fact):
    """Everything by which one document points at something else."""

    kind: ClassVar[str] = "document-references"
    codes: tuple[InlineCode, ...]
    links: tuple[Link, ...]
    blocks: tuple[Block, ...]


def _parse(source: Source) -> DocumentReferences | None:
    if len(source.data) > _MOST_BYTES:
        return None
    tokens = _markdown().parse("\n".join(source.lines))
    return _Reader(source.lines).read(tokens)


@cache  # making it takes a fifth of the time that reading a document does; what it reads is in no state of its own
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - slow to load, and listing rules needs none

    reader = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table")
    reader.core.ruler.at("inline", _read_inline)
    return reader


def _read_inline(state: StateCore) -> None:
    """As markdown-it's own rule, for those texts alone that can hold code or a link."""
    for token in state.tokens:
        if token.type == "inline" and ("`" in token.content or "[" in token.content or "<" in token.content):
            if token.content.count("[") > _MOST_BRACKETS:
                reason = f"more than {_MOST_BRACKETS:,} opening brackets in one text"
                raise ParseFailure(reason, (token.map or [0])[0] + 1)
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


class _Reader:
    """Collects while it walks over the tokens: the heading above is that of what follows."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.heading = ""
        self.codes: list[InlineCode] = []
        self.links: list[Link] = []
        self.blocks: list[Block] = []
        self.introduced: dict[int, int] = {}

    def read(self, tokens: list[Token]) -> DocumentReferences:
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type in ("fence", "code_block") and token.map:
                self._block(token)
            elif token.type == "inline" and token.map:
                if before is not None and before.type == "heading_open":
                    self.heading = token.content
                self._inline(token)
        return DocumentReferences(codes=tuple(self.codes), links=tuple(self.links), blocks=tuple(self.blocks))

    def _block(self, token: Token) -> None:
        first = (token.map or [0])[0] + (2 if token.type == "fence" else 1)
        language = (token.info.split() or [""])[0].lower()
        lines = tuple(token.content.split("\n"))
        program = (
            _program(lines, first) if language in _SHELLS else told_program(lines, first) if not language else None
        )
        self.blocks.append(Block(language=language, line=first, lines=lines, heading=self.heading, program=program))

    def _inline(self, token: Token) -> None:
        first = (token.map or [0, 0])[0]
        offset = 0
        taken: dict[int, int] = {}
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                offset += 1
            line = first + offset
            if child.type == "code_inline":
                self._code(child.content, line, taken)
                offset += child.content.count("\n")
            elif child.type in ("link_open", "image"):
                target = str(child.attrGet("href") or child.attrGet("src") or "")
                if target and "://" not in target and not target.startswith(("#", "mailto:", "//", "data:")):
                    self.links.append(Link(target=target, line=line + 1))

    def _line(self, index: int) -> str:
        return self.lines[index] if index < len(self.lines) else ""

    def _introduction(self, index: int) -> str:
        start = index
        while index > 0 and (not self._line(index).strip() or _ITEM.match(self._line(index))):
            index = self.introduced.get(index, index - 1)  # the items of a list are asked one after another
        self.introduced[start] = index
        line = self._line(index).strip()
        return line if line.endswith(":") else ""

    def _code(self, text: str, index: int, taken: dict[int, int]) -> None:
        whole = self._line(index)
        start = whole.find("`" + text, taken.get(index, 0))
        taken[index] = max(start, 0) + len(text)
        leads = start >= 0 and _LEADING.search(whole[:start].rpartition("|")[2]) is not None
        self.codes.append(
            InlineCode(
                text=text.strip(),
                line=index + 1,
                context=whole,
                heading=self.heading,
                leads=leads,
                introduction=self._introduction(index),
            )
        )


def _program(lines: tuple[str, ...], first: int) -> ShellProgram | None:
    """The commands of a block, prompts taken off; None where nobody can read them."""
    prompts = any(line.lstrip().startswith("$ ") for line in lines)
    kept = [line.lstrip().removeprefix("$ ") if line.lstrip().startswith("$ ") or not prompts else "" for line in lines]
    try:
        return read_shell("\n".join(kept if prompts else lines), first)
    except ParseFailure:
        return None


def shell_lines(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, int, str]]:
    """The lines of blocks that hold commands: the block, the line number and the text without a prompt."""
    for block in blocks:
        if block.language not in (
            "",
            "bash",
            "sh",
            "shell",
            "console",
            "zsh",
            "yaml",
            "yml",
            "text",
            "shell-session",
            "terminal",
            "cron",
            "crontab",
        ):
            continue
        for offset, text in enumerate(block.lines):
            stripped = text.strip()
            if stripped and not stripped.startswith(("#", "//")):
                yield block, block.line + offset, stripped.removeprefix("$ ").removeprefix("> ")


PARSER = Parser(fact=DocumentReferences, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
