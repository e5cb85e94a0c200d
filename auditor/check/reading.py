"""Takes a Markdown document apart, by its blocks alone: the sentences are left unparsed, which keeps it linear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.check.document import Document, Fence, Kind, Line, Row, Section, Table, plain
from auditor.check.mojibake import repaired
from auditor.facts.pattern import pattern

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["MOST_BYTES", "MOST_LINES", "problem_of", "read_document"]

MOST_BYTES = 2_000_000
MOST_LINES = 20_000
"""A report is text that people read; what is larger or longer is not judged."""
_LONGEST_LINE = 4_000
_BOX = pattern(r"^\[([ xX✓✔])\]\s")
_FRONT_LINE = pattern(r"^(?:[A-Za-z][\w -]{0,40}:(?:\s.*)?|\s+\S.*|- .*|#.*|)$")
_LONGEST_FRONT = 60
_WRITTEN_END = "\\n"
_FEWEST_WRITTEN = 5


def problem_of(data: bytes) -> str:
    """Why bytes are no document; empty where they may be one."""
    if len(data) > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // 1_000_000} MB"
    if b"\0" in data:
        return "it is binary"
    if data.count(b"\n") + data.count(b"\r") > MOST_LINES * (1 + (b"\r\n" in data)):
        return f"it has more than {MOST_LINES} lines"
    return "" if data.strip() else "it is empty"


def read_document(path: str, data: bytes) -> Document:
    """Take a document apart. Any bytes can be read; what `problem_of` finds fault with has no content."""
    if problem_of(data):
        return Document(path=path, data=data, lines=(), sections=(Section(0, 0, 1, ()),))
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    whole = text.split("\n")
    origins = _origins(whole)
    pairs = [repaired(part) for line in whole for part in (line.split(_WRITTEN_END) if origins else (line,))]
    lines = tuple(line for line, _ in pairs)
    mended = tuple(number for number, (_, changed) in enumerate(pairs, 1) if changed)
    reader = _Reader(lines)
    reader.read()
    return Document(
        path=path,
        data=data,
        lines=lines,
        mended=mended,
        sections=tuple(reader.sections),
        texts=tuple(reader.texts),
        tables=tuple(reader.tables),
        fences=tuple(reader.fences),
        origins=origins,
    )


def _origins(lines: list[str]) -> tuple[int, ...]:
    """The number of its line for each part, where most ends of lines are written out; else empty."""
    counts = [line.count(_WRITTEN_END) + 1 for line in lines]
    written = sum(counts) - len(lines)
    if written < _FEWEST_WRITTEN or written < len(lines) or sum(counts) > MOST_LINES:
        return ()
    return tuple(number for number, count in enumerate(counts, 1) for _ in range(count))


class _Reader:
    """Walks over the block tokens; the sentences themselves are left unparsed, which keeps it linear."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.sections = [Section(0, 0, 1, ())]
        self.open = [self.sections[0]]
        self.texts: list[Line] = []
        self.tables: list[Table] = []
        self.fences: list[Fence] = []
        self.label = ""

    def read(self) -> None:
        from markdown_it import MarkdownIt  # noqa: PLC0415 - slow to load, and listing rules needs none

        parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").disable(["inline", "text_join"])
        end = _end_of_front(self.lines)
        for number, text in enumerate(self.lines[1:end], 2):
            if text.strip() not in ("", "---"):
                self._line(number, text.strip()[:_LONGEST_LINE], 0, None)
        tokens = parser.parse("\n".join(("",) * end + self.lines[end:]))
        depth, index = 0, 0
        while index < len(tokens):
            token = tokens[index]
            depth += (token.type == "list_item_open") - (token.type == "list_item_close")
            if token.type == "table_open":
                index = self._table(tokens, index)
            elif token.type in ("fence", "code_block") and token.map:
                self._fence(token)
            elif token.type == "inline" and token.map:
                self._inline(token, tokens[index - 1], depth)
            index += 1

    def _inline(self, token: Token, before: Token, depth: int) -> None:
        first = (token.map or [0])[0] + 1
        if before.type == "heading_open" and not _is_ruled_off(before, token.content):
            self._heading(int(before.tag[1:]), plain(token.content), first)
            self.texts.append(Line(first, token.content[:_LONGEST_LINE], Kind.HEADING, self.sections[-1]))
            return
        for offset, text in enumerate(token.content.split("\n")):
            box = _BOX.match(text)
            state = (box.group(1) != " ") if box else None
            self._line(first + offset, text.strip()[:_LONGEST_LINE], depth + (depth > 0 and offset > 0), state)

    def _line(self, number: int, text: str, depth: int, state: bool | None) -> None:
        section = self.sections[-1]
        if depth:
            self.texts.append(Line(number, text, Kind.ITEM, section, depth, state, self.label))
            return
        self.label = plain(text)
        self.texts.append(Line(number, text, Kind.PARAGRAPH, section))

    def _heading(self, level: int, title: str, line: int) -> None:
        while len(self.open) > 1 and self.open[-1].level >= level:
            self.open.pop()
        section = Section(len(self.sections), level, line, (*self.open[-1].path, title))
        self.sections.append(section)
        self.open.append(section)
        self.label = ""

    def _fence(self, token: Token) -> None:
        first = (token.map or [0])[0] + (2 if token.type == "fence" else 1)
        language = (token.info.split() or [""])[0].lower()
        lines = tuple(token.content.split("\n"))
        self.fences.append(Fence(first, language, lines[:-1] if lines[-1] == "" else lines, self.sections[-1]))

    def _table(self, tokens: list[Token], index: int) -> int:
        """Read a table from its opening token on; gives the index of the closing one."""
        rows: list[Row] = []
        number, cells = 1, [""]
        start = (tokens[index].map or [0])[0] + 1
        while index < len(tokens) and tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                number, cells = (token.map or [start - 1])[0] + 1, []
            elif token.type == "inline":
                cells.append(token.content.strip()[:_LONGEST_LINE])
            elif token.type == "tr_close":
                rows.append(Row(number, tuple(cells)))
                self.texts.append(Line(number, " | ".join(cells), Kind.ROW, self.sections[-1]))
            index += 1
        if rows:
            self.tables.append(Table(start, rows[0].cells, tuple(rows[1:]), self.sections[-1]))
        return index


def _end_of_front(lines: tuple[str, ...]) -> int:
    """How many lines at the beginning are fields between two rules; 0 where there are none."""
    if lines[0].rstrip() != "---":
        return 0
    for index, text in enumerate(lines[1:_LONGEST_FRONT], 1):
        if text.rstrip() in ("---", "..."):
            return index + 1
        if not _FRONT_LINE.match(text):
            return 0
    return 0


def _is_ruled_off(heading: Token, text: str) -> bool:
    """Whether a rule right below fields makes a heading of them that nobody meant."""
    return heading.markup == "-" and ("\n" in text or ":" in text)
