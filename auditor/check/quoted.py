"""Code that a document quotes from a file: below its name, or below a remark in the code that names file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.mentions import Mention, mentions, mentions_of
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["Quotation", "quotations"]

_NOT_CODE = frozenset(("", "bash", "sh", "shell", "console", "text", "txt", "diff", "mermaid", "plaintext", "log", "output", "ascii", "markdown", "md", "zsh", "powershell", "http"))  # fmt: skip
_NEVER_QUOTED = frozenset(("diff", "mermaid", "console", "output", "log", "http", "ascii"))
_CODE_FILES = (".py", ".js", ".ts", ".tsx", ".go", ".rs", ".java", ".rb", ".php", ".c", ".cc", ".cpp", ".cs", ".kt", ".sql")  # fmt: skip
_MARKS = ("\u2705", "\u274c", "\u26a0", "\u2713", "\u2714", "\u2717", "\u2611", "\u2610")
_COMMENT = pattern(r"^\s*(?:#|//|/\*|\*|--(?:[^>]|$)|<!--|;)")
_FILE = pattern(r"([A-Za-z0-9_-]+\.[a-z]{1,5})(?:$|[\s:,)])")
_ELLIPSIS = pattern(r"^\W*(?:\.{3}|…)")
_LITERAL = pattern(r"^[rfbu]{0,2}(?:\"[^\"]*\"|'[^']*'|`[^`]*`)$")
_SPACES = pattern(r"\s+")
_LONGEST_BETWEEN = 80
_REACH = 6
"""Lines above a code block in which the file is named that it quotes."""
_LEAST = 12
"""Characters from which a line is worth looking for."""
_FEWEST, _SEVERAL = 2, 4
"""Lines from which code is a quotation; and, where some are marked as right or wrong, no mere illustration of that."""
_LONG = 24


@dataclass(frozen=True, slots=True)
class Quotation:
    """Code and the file that it is said to be from.

    `start` and `end` are its lines in the document, `source` the code as it stands there and `lines` what of it is
    worth looking for, without blanks. `is_certain` tells that it is given as the content of the file, and whole.
    """

    mention: Mention
    start: int
    end: int
    source: tuple[str, ...]
    lines: tuple[str, ...]
    is_certain: bool


def quotations(document: Document) -> Iterator[Quotation]:
    """Every code block or part of one that is said to be from a file."""
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    is_plan = matches("references.plans", document.title)
    for fence in document.fences:
        parts = [] if fence.language in _NEVER_QUOTED else list(_below_remarks(document, fence))
        yield from parts
        found = None if parts or fence.language in _NOT_CODE else _named_above(document, fence, by_line)
        if found:
            is_certain = not is_plan and _is_certain(document, fence, found)
            yield from _quoted(found, fence.number, fence.lines, is_certain=is_certain)


def _quoted(mention: Mention, start: int, source: tuple[str, ...], *, is_certain: bool) -> Iterator[Quotation]:
    lines = tuple(_worth(source))
    if sum(line.lstrip().startswith(_MARKS) for line in source) * 2 > len(lines):
        return  # a list of what is done, that only stands in a code block
    if all(map(_LITERAL.match, lines)):
        return  # a message, of a program or about the code
    is_whole = not any("..." in line or "…" in line or _is_elided(line) for line in source)
    if len(lines) >= _FEWEST or any(len(line) >= _LONG for line in lines):
        is_shown = len(lines) < _SEVERAL and any(matches("quotations.annotated", line) for line in source)
        is_shown = is_shown or any(map(_tells_to_change, source))
        yield Quotation(mention, start, start + len(source), source, lines, is_certain and is_whole and not is_shown)


def _tells_to_change(line: str) -> bool:
    """Whether a remark in code says what is to be done with it: ``# Replace with``."""
    found = _COMMENT.match(line)
    return found is not None and words("quotations.not_quoted").match(line[found.end() :].strip(" #/*-")) is not None


def _is_elided(line: str) -> bool:
    return _COMMENT.match(line) is not None and matches("quotations.elided", line)


def _below_remarks(document: Document, fence: Fence) -> Iterator[Quotation]:
    """The parts of a code block below remarks that name a file and a line of it: ``# shop/store.py:12-20``."""
    above = (document.by_number.get(number) for number in range(fence.number - 2, fence.number - 4, -1))
    intro = next((line.plain for line in above if line and line.section == fence.section), "")
    if any(matches("quotations.not_quoted", text) for text in (intro, *fence.section.path[1:])):
        return
    named = [
        (index, found) for index, text in enumerate(fence.lines) for found in (_place(fence, index, text),) if found
    ]
    for number, (index, mention) in enumerate(named):
        after = named[number + 1][0] if number + 1 < len(named) else len(fence.lines)
        remark = fence.lines[index].replace(mention.path, " ")
        if not matches("quotations.not_quoted", remark):
            yield from _quoted(mention, fence.number + index, fence.lines[index + 1 : after], is_certain=True)


def _place(fence: Fence, index: int, text: str) -> Mention | None:
    """The place that a remark names, if it names one alone."""
    if not _COMMENT.match(text):
        return None
    found = mentions_of(Line(fence.number + index, text, Kind.PARAGRAPH, fence.section))
    return found[0] if len(found) == 1 and found[0].first and not found[0].is_pattern else None


def _named_above(document: Document, fence: Fence, by_line: dict[int, list[Mention]]) -> Mention | None:
    """The one file that the lines right above a code block name, where none of them says that it is no quotation."""
    if any(matches("quotations.not_quoted", title) for title in fence.section.path[1:]):
        return None
    above = [
        document.by_number[number]
        for number in range(fence.number - 2, max(0, fence.number - 2 - _REACH), -1)
        if number in document.by_number
    ]
    for line in above:
        if (line.section != fence.section and not by_line.get(line.number)) or matches(
            "quotations.not_quoted", line.plain
        ):
            return None
        named = [one for one in by_line.get(line.number, ()) if not one.is_pattern]
        if named:
            is_one = len(named) == 1 and not _is_one_of_several(document, line, by_line)
            is_one = is_one and not _names_another(fence, named[0])
            return named[0] if is_one and _introduces(line, named[0]) else None
        if _stands_between(line):
            return None
    return None


def _stands_between(line: Line) -> bool:
    """Whether a line is a sentence of its own, or introduces what follows as something else than a file's content."""
    if line.plain.endswith(":") and not matches("quotations.intro", line.plain):
        return True
    return len(line.plain) > _LONGEST_BETWEEN


def _is_one_of_several(document: Document, line: Line, by_line: dict[int, list[Mention]]) -> bool:
    """Whether a line belongs to a list that names other files too: whose code follows is not told."""
    if line.kind is not Kind.ITEM:
        return False
    named: set[str] = set()
    for step in (-1, 1):
        number = line.number
        while (one := document.by_number.get(number)) is not None and one.kind is Kind.ITEM:
            named.update(mention.path for mention in by_line.get(number, ()))
            number += step
    return len(named) > 1


def _names_another(fence: Fence, mention: Mention) -> bool:
    """Whether the code's first remark names another file."""
    first = next((line for line in fence.lines if line.strip()), "")
    found = _FILE.search(first) if _COMMENT.match(first) else None
    return found is not None and not mention.path.endswith(found.group(1))


def _introduces(line: Line, mention: Mention) -> bool:
    """Whether a line introduces what is in the file: ``**File**: x.py:82``, or the name alone."""
    if "/" not in mention.path and not mention.first and not mention.path.endswith(_CODE_FILES):
        return False  # the name of a file of data that may be anybody's
    rest = line.text[: mention.start].strip(" *`#-:([")
    return bool(mention.first) or matches("quotations.intro", rest) or not rest


def _worth(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        text = _normal(line)
        if len(text) >= _LEAST and not _COMMENT.match(text) and not _ELLIPSIS.match(text):
            yield text


def _normal(line: str) -> str:
    text = line.strip()
    for mark in (" # ", " // "):  # remarks that the author of the document put behind the code
        text = text.partition(mark)[0]
    return _SPACES.sub("", text).rstrip(",;")


def _is_certain(document: Document, fence: Fence, mention: Mention) -> bool:
    """Whether code is given as the content of a file: right below its name or place."""
    between = range(mention.line.number + 1, fence.number - 1)
    is_next = mention.line.section == fence.section and not any(number in document.by_number for number in between)
    label = mention.line.plain.partition(":")[0]
    return is_next and (bool(mention.first) or matches("references.cited_labels", label))
