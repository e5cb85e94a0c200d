"""How much a line weighs as a decision: what it is called, and where it stands."""

from __future__ import annotations

from functools import lru_cache

from auditor.check.classify import LEADING_MARKS, unmarked
from auditor.check.document import Document, Kind, Line, Section
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = [
    "ASIDE", "FAINT", "FINAL", "HEAD", "MEDIUM", "PART", "PER_PART", "STRONG", "WEAK", "asked_for", "is_aside", "is_behind_rule", "is_subtitle", "label_weight",
    "place_of", "unnumbered",
]  # fmt: skip

PER_PART = pattern(
    r"(?i)^(?:component|module|part|feature|section|agent|workstream|area|item|gap|issue|risk|finding|gate #?\d|vuln\S*)\s*#?\d*\b"
)
"""Titles and labels of something that is one of several."""
STRONG, MEDIUM, WEAK, FAINT = 100, 80, 55, 35
"""What names a decision; FAINT is what tells the state of a paper rather than of what it is about."""
HEAD, FINAL, ASIDE = 22, 28, -60
PART = -25
_SUBTITLE = 2
_LONG, _END = 60, 12
_BROAD = frozenset({"approved", "approval", "clearance", "outcome", "determination"})
"""Names of a decision that at the end of a longer label tell of something else: ``Template approved``."""
_RULES = frozenset({"---", "***", "___", "* * *", "- - -"})
_VALUED = pattern(r":\s*\S")
_NUMBERED = pattern(r"^(?:\d+(?:\.\d+)*|[A-Z])[.)]?\s+")


def unnumbered(text: str) -> str:
    """The text without marks and a number in front."""
    text = unmarked(LEADING_MARKS.sub("", text) if LEADING_MARKS.match(text) else text)
    return _NUMBERED.sub("", text) if _NUMBERED.match(text) else text


@lru_cache(maxsize=4_096)
def label_weight(label: str) -> int:
    """How much a label weighs as the name of a decision; 0 for any other label."""
    label = label.replace("_", " ").strip(" *-•")
    aside = matches("decision.aside_labels", label)
    for name, weight in (("strong", STRONG), ("medium", MEDIUM), ("weak", WEAK), ("faint", FAINT)):
        if words(f"decision.labels.{name}").fullmatch(label):
            return weight
    if aside and not words("decision.labels.phased").search(label):
        return 0
    for name, weight in (("strong", STRONG - 15), ("medium", MEDIUM - 15)):
        found = words(f"decision.labels.{name}").search(label)
        if found and found.end() == len(label) and found.group().lower() not in _BROAD:
            return weight
    return 0


def place_of(document: Document, line: Line) -> int:
    """What the place of a line adds: the head and the last sections speak for the whole, asides for nobody."""
    section = line.section
    if _is_footer(document, line) or (is_aside(section) and is_subtitle(document, section)):
        return HEAD
    if is_aside(section) or (_is_title(line.label) and matches("decision.aside_labels", line.label)):
        return PART if _is_field_behind_rule(document, line) else ASIDE
    top = _chapter(section)
    if matches("decision.final_sections", top) and not PER_PART.match(unnumbered(top)):
        is_step = section.level > _SUBTITLE and matches("decision.steps", unnumbered(section.title))
        return PART if is_step else FINAL - (5 if section.level > 3 else 0)  # noqa: PLR2004 - deep below the chapter
    if section.number <= 1 or _is_first_chapter(document, section) or matches("decision.head_sections", top):
        return HEAD
    is_last_word = unnumbered(section.title).lower().startswith(("final ", "overall "))
    if matches("decision.final_sections", section.title) and section.level <= (3 if is_last_word else 2):
        return FINAL
    last = len(document.lines) > _LONG and line.number > len(document.lines) - _END
    return HEAD if last else PART


def _is_title(label: str) -> bool:
    """Whether the text above a list is its title, and no field of its own: ``Before:``, not ``Readiness: 60% (phase 3)``."""
    return bool(label) and not _VALUED.search(label)


def _is_footer(document: Document, line: Line) -> bool:
    """Whether a line stands in the last lines of the document, behind a rule: it is of no section."""
    if line.number <= max(_LONG, len(document.lines) - _END) or line.kind is Kind.ROW or ":" not in line.text:
        return False
    above = document.lines[max(line.section.line, line.number - _END) : line.number - 1]
    rules = [index for index, text in enumerate(above) if text.strip() in _RULES]
    return any(index == 0 or not above[index - 1].strip() for index in rules)


def is_subtitle(document: Document, section: Section) -> bool:
    """Whether a title stands right below that of the document: it is the second line of it, and no chapter."""
    if section.number != _SUBTITLE or section.level != _SUBTITLE or len(document.sections) <= _SUBTITLE:
        return False
    first = document.sections[1]
    return first.level == 1 and not any(text.strip() for text in document.lines[first.line : section.line - 1])


def _is_field_behind_rule(document: Document, line: Line) -> bool:
    """Whether a field of its own stands behind a rule that ended what its section speaks of."""
    return line.kind is Kind.PARAGRAPH and ":" in line.text and is_behind_rule(document, line)


def is_behind_rule(document: Document, line: Line) -> bool:
    """Whether a rule stands between the title of its section and a line."""
    above = document.lines[line.section.line : line.number - 1]
    return any(text.strip() in _RULES and not above[index - 1].strip() for index, text in enumerate(above) if index)


def is_aside(section: Section) -> bool:
    """Whether a section speaks of another time, a scale, a method or what might be."""
    titles = section.path[1:] if len(section.path) > 1 else ()
    return any(
        matches("decision.scale_sections", title)
        or (matches("decision.aside_sections", title) and not matches("decision.final_sections", title.split(":")[0]))
        for title in titles
    )


def _chapter(section: Section) -> str:
    """The title of the chapter: the second heading of the path."""
    return section.path[1] if len(section.path) > 1 else ""


def _is_first_chapter(document: Document, section: Section) -> bool:
    is_part = PER_PART.match(unnumbered(section.title)) is not None
    return section.number == document.first_chapter > 0 and not section.path[2:] and not is_part


def asked_for(section: Section) -> int:
    """How much the titles above a line weigh as the name of a decision."""
    titles = section.path[1:] or section.path
    return max((label_weight(unnumbered(title).partition(":")[0]) for title in titles), default=0)
