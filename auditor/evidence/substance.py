"""Whether a text says something: an empty file, a heading over nothing and "TBD" prove nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.pattern import pattern

__all__ = ["Section", "config_lines", "has_substance", "sections"]

MIN_WORDS = 8
"""Fewer words than this are a title, a link or a promise."""

MIN_LINES = 2
"""Fewer lines than this make no configuration and no program."""

_HEADING = pattern(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_UNDERLINE = pattern(r"^ {0,3}(=+|-{2,})[ \t]*$")
_FENCE = pattern(r"^ {0,3}(`{3,}|~{3,})")
_WORD = pattern(r"[\pL\pN]{2,}")
_COMMENT = pattern(r"^\s*(?:#|//|--|;|/\*|\*|<!--)")
_EMPTY_TALK = pattern(
    r"(?i)\b(?:tb[dac]|todo|fixme|lorem ipsum|coming soon|work in progress|wip|placeholder|fill (?:this|me) in|"
    r"(?:to be|will be|not yet|yet to be) (?:done|defined|determined|decided|written|added|documented|completed|filled|"
    r"implemented|provided|announced))\b"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document: its heading, the line of the heading, its last line, and its text with all below it."""

    heading: str
    line: int
    end_line: int
    body: tuple[str, ...]


@lru_cache(maxsize=1024)  # every question about sections is asked of the same documents
def sections(lines: tuple[str, ...]) -> tuple[Section, ...]:
    """The sections of a Markdown document, each with the sections below it."""
    headings = _headings(lines)
    found = []
    for at, (line, level, title, first) in enumerate(headings):
        end = next((other for other, depth, _, _ in headings[at + 1 :] if depth <= level), len(lines) + 1) - 1
        body = tuple(lines[first - 1 : end])
        last = end
        while last > line and not lines[last - 1].strip():
            last -= 1
        found.append(Section(title, line, last, body))
    return tuple(found)


def _headings(lines: Sequence[str]) -> list[tuple[int, int, str, int]]:
    """Line, level, title and first line of the text of every heading."""
    found: list[tuple[int, int, str, int]] = []
    fence = ""
    for number, text in enumerate(lines, start=1):
        mark = _FENCE.match(text) if "```" in text or "~~~" in text else None
        if mark:
            fence = "" if fence and text.strip().startswith(fence) else fence or mark.group(1)
            continue
        if fence:
            continue
        heading = _HEADING.match(text) if "#" in text else None
        before = lines[number - 2].strip() if number > 1 else ""
        if heading:
            found.append((number, len(heading.group(1)), heading.group(2), number + 1))
        elif before and _UNDERLINE.match(text) and not before.startswith(("#", "|", "-", "*", ">")):
            found.append((number - 1, 1 if text.strip().startswith("=") else 2, before, number + 1))
    return found


def has_substance(lines: Iterable[str]) -> bool:
    """Whether prose holds at least a sentence that is no heading and no placeholder."""
    words = 0
    for line in lines:
        if _HEADING.match(line) or _EMPTY_TALK.search(line):
            continue
        words += sum(1 for _ in _WORD.finditer(line[:2000]))
        if words >= MIN_WORDS:
            return True
    return False


def config_lines(lines: Iterable[str]) -> bool:
    """Whether a program or configuration holds lines that are neither blank nor comments."""
    kept = 0
    for line in lines:
        kept += bool(line.strip()) and not _COMMENT.match(line)
        if kept >= MIN_LINES or (kept and len(line) > 200):  # noqa: PLR2004 - JSON on one line
            return True
    return False
