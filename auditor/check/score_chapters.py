"""Scores of parts that stand apart: in the headings of chapters, in their first lines, or in a drawn box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.score_lists import INLINE_WEIGHT
from auditor.check.score_parts import CHANGE, LEAST_GROUP, Group, Part
from auditor.check.score_ways import mean_of
from auditor.check.scores import first_score
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["boxed_groups", "chapter_groups"]

_IN_TITLE = pattern(
    r"^(.{3,80}?)\s*(?:\((?:score:?\s*)?|:\s*|[-\x{2013}\x{2014}]\s*)(\d{1,3}(?:\.\d{1,2})?\s?/\s?(?:100|10|5))\b\)?(?:[^A-Za-z0-9][^0-9]{0,50})?$"
)
_BOXED = pattern(
    r"^[^A-Za-z0-9]{0,12}([A-Za-z\x{c0}-\x{ff}][A-Za-z\x{c0}-\x{ff} /&_()-]{1,50}?)\s*(?:[:.]{1,40}|\s[\x{2580}-\x{259F}\x{25A0}-\x{25FF}#=]{3,40}|\s{2,40})\s*(\S.*)$"
)
_PLAIN_BLOCKS = frozenset({"", "text", "txt"})
_DATA_BLOCKS = frozenset({"yaml", "yml"})
_SHORT = 16
_ALONE = pattern(r"^\s{0,3}\d{1,3}(?:\.\d{1,2})?\s?/\s?(?:100|10|5)\W*$")
_POINTS, _WHOLE = frozenset({5, 10, 15, 20, 25}), 100
_RISEN = pattern(
    r"^[^A-Za-z]{0,12}([A-Za-z][A-Za-z ]{2,40}):\s{0,20}\d{1,3}(?:\.\d)?\s?%\s{0,3}(?:→|->|=>)\s{0,3}(\d{1,3}(?:\.\d)?\s?%.{0,60})$"
)
_CLOSING = frozenset({"overall", "global", "gesamt", "geral"})
_BULLETS = ("- ", "* ", "├", "└", "•")
_PRODUCT = pattern(r"%[^)]{0,10}\)\s{0,20}(?:→|->|=>|=)\s{0,20}(\d{1,3}(?:\.\d{1,3})?)\b")
_RULE = pattern(r"^[^\w|:]{5,200}$")
_FEWEST_RULES = 2
_BARS = pattern(r"[\x{2580}-\x{259F}\x{25A0}-\x{25FF}]{2,60}\s*")


def chapter_groups(document: Document) -> Iterator[Group]:
    """The scores that chapters of one level give of themselves, where at least three do and all on one scale."""
    by_level: dict[int, dict[int, Part]] = {}
    last = {line.section.number: line for line in document.texts if line.kind is Kind.PARAGRAPH}
    for line in document.texts:
        part = _of_title(line) if line.kind is Kind.HEADING else _of_chapter(line)
        if part is None and last.get(line.section.number) is line:
            part = _of_last_line(line)
        if part and not _is_aside(line):
            by_level.setdefault(line.section.level, {}).setdefault(line.section.number, part)
    for level, parts in by_level.items():
        found = tuple(parts.values())
        if len(found) >= LEAST_GROUP and len({part.score.scale for part in found}) == 1:
            section = document.by_number[found[0].line].section
            deeper = [part for other, own in by_level.items() if other > level for part in own.values()]
            others = (*_by_chapter(document, found), *_with_few(document, found, deeper))
            yield Group(found[0].line, section, found, is_breakdown=True, others=others)


def _with_few(document: Document, parts: tuple[Part, ...], deeper: list[Part]) -> Iterator[tuple[str, Fraction]]:
    """The mean with the scores of the few chapters that tell theirs in the only title within."""
    paths = {part.line: document.by_number[part.line].section.path for part in (*parts, *deeper)}
    scored = {paths[part.line] for part in parts}
    own: dict[tuple[str, ...], list[Part]] = {}
    for part in deeper:
        own.setdefault(paths[part.line][:-1], []).append(part)
    few = [found[0] for path, found in own.items() if len(found) == 1 and path not in scored]
    if 0 < len(few) < LEAST_GROUP and {part.score.scale for part in few} == {parts[0].score.scale}:
        yield "mean of all titles", mean_of((*parts, *few))


def _by_chapter(document: Document, parts: tuple[Part, ...]) -> Iterator[tuple[str, Fraction]]:
    """The mean of the parts of one chapter, where the others have but a few."""
    chapters: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        chapters.setdefault(document.by_number[part.line].section.path[:-1], []).append(part)
    large = [own for own in chapters.values() if len(own) >= LEAST_GROUP]
    if len(large) == 1 < len(chapters):
        yield "mean of one chapter", mean_of(tuple(large[0]))


def _is_aside(line: Line) -> bool:
    return any(matches("decision.aside_sections", title) for title in line.section.path[1:])


def _of_title(line: Line) -> Part | None:
    found = _IN_TITLE.match(line.plain)
    if not found or _is_overall(found.group(1)) or matches("scores.aside", line.plain) or CHANGE.search(line.plain):
        return None
    score = first_score(found.group(2))
    return Part(found.group(1), score, line.number) if score else None


def _of_chapter(line: Line) -> Part | None:
    """A line that is called the score and nothing else, in a chapter of its own."""
    label, colon, rest = line.plain.partition(":")
    if not colon or line.kind is Kind.ROW or line.depth > 1 or label.strip().lower() not in ("score", "rating"):
        return None
    score = first_score(rest[:_SHORT])
    return Part(line.section.title, score, line.number) if score and score.grade != "%" else None


def _of_last_line(line: Line) -> Part | None:
    """What a chapter comes to at its end, with no more than a list behind it: ``**Extensibility score**: 8/10``."""
    label, colon, rest = line.plain.partition(":")
    is_named = line.kind is Kind.PARAGRAPH and line.text.startswith("**") and words("scores.concluded").fullmatch(label)
    if not colon or not is_named or _is_overall(label) or matches("scores.aside", line.plain):
        return None
    score = first_score(rest) if _ALONE.match(rest) else None
    return Part(label, score, line.number) if score else None


def _is_overall(name: str) -> bool:
    return words("scores.overall").search(name) is not None


def boxed_groups(document: Document) -> Iterator[Group]:
    """The scores of a block of plain text, with the one that is the overall score."""
    for fence in document.fences:
        if fence.language in _PLAIN_BLOCKS:
            whole = list(_of_box(fence, range(len(fence.lines))))
            yield from whole or (group for piece in _pieces(fence) for group in _of_box(fence, piece) if group.own)
        elif fence.language in _DATA_BLOCKS:
            found = _of_box(fence, range(len(fence.lines)))
            yield from (one for one in found if one.own and all(part.weight for part in one.parts))


def _pieces(fence: Fence) -> Iterator[range]:
    """The lines between the rules of a block."""
    rules = [-1, *(index for index, text in enumerate(fence.lines) if _RULE.match(text)), len(fence.lines)]
    if len(rules) > _FEWEST_RULES:
        yield from (range(before + 1, behind) for before, behind in pairwise(rules))


def _of_box(fence: Fence, piece: range) -> Iterator[Group]:
    found = [_boxed(fence.number + index, fence.lines[index].strip()[:160]) for index in piece]
    parts = [part for part in found if part and not _sums_up(part)]
    own = [(part.line, part.score) for part in found if part and _sums_up(part)]
    if any(matches("scores.measured", fence.lines[line - fence.number]) for line, _ in own):
        return  # what is measured is not summed up from its parts
    if own and own[0][1].grade == "%" and matches("scores.measured", fence.section.title):
        return
    if not own and _is_led(fence, parts):
        own, parts = [(parts[0].line, parts[0].score)], parts[1:]
    weighted = [part for part in parts if part.weight]
    parts = weighted if len(weighted) * 2 > len(parts) else parts
    summed = [part for part in parts if part.weight or not matches("scores.measured", part.name)]
    if not own or len(summed) * 2 < len(parts):
        parts = summed
    first, scales = fence.number + piece.start, {part.score.scale for part in parts}
    is_of_points = len(own) == 1 and scales <= _POINTS and own[0][1].scale == _WHOLE
    if len(parts) < LEAST_GROUP or (len(scales) > 1 and not is_of_points):
        return
    if len(own) == 1 and (is_of_points or scales == {own[0][1].scale}):
        yield Group(first, fence.section, tuple(parts), own[0])
    elif own and all(part.weight for part in parts):
        others = tuple(_sum_of_products(fence, parts))
        group = Group(first, fence.section, tuple(parts), others=others)
        yield from (replace(group, own=one) for one in own if {one[1].scale} == scales)
    elif not own:
        is_progress = any(part.score.grade == "%" for part in parts)
        yield Group(first, fence.section, tuple(parts), is_breakdown=not is_progress, is_progress=is_progress)


def _is_led(fence: Fence, parts: list[Part]) -> bool:
    """Whether the first score of a block is called one, and the others are the items of the list below it."""
    items = [fence.lines[part.line - fence.number].lstrip().startswith(_BULLETS) for part in parts]
    is_list = len(items) > LEAST_GROUP and not items[0] and all(items[1:])
    return is_list and words("scores.section").fullmatch(parts[0].name) is not None


def _sum_of_products(fence: Fence, parts: list[Part]) -> Iterator[tuple[str, Fraction]]:
    """The share that the weighted scores come to as they are printed behind their weights."""
    found = [_PRODUCT.search(fence.lines[part.line - fence.number]) for part in parts]
    if all(found):
        total = sum((Fraction(one.group(1)) for one in found if one), Fraction(0))
        yield "sum of its weighted scores", total / (parts[0].score.scale or 1)


def _sums_up(part: Part) -> bool:
    """Whether a score is one of everything."""
    name = part.name.lower()
    is_closing = name in _CLOSING or (name == "total" and part.score.grade != "%")
    return _is_overall(part.name) and (is_closing or matches("scores.rated", part.name))


def _boxed(number: int, text: str) -> Part | None:
    """The score in a line of a block, with its weight if one is told: ``Data:  45 / 100  (weight 10%)  4.5``."""
    weight = INLINE_WEIGHT.search(text)
    head = text[: weight.start()] if weight else text
    risen = _RISEN.match(head)
    if risen and _is_overall(risen.group(1).strip()):
        text = head = f"{risen.group(1)}: {risen.group(2)}"
    found = _BOXED.match(f"{head}{text[weight.end() :]}" if weight else text)
    score = first_score(_BARS.sub("", found.group(2))[:_SHORT]) if found and not CHANGE.search(head) else None
    if found is None or score is None or matches("scores.aside", found.group(1)):
        return None
    return Part(found.group(1).strip(), score, number, Fraction(weight.group(1)) if weight else None)
