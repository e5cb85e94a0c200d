"""Overall scores whose parts stand elsewhere in the document: the only ones that it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.check.document import Document
from auditor.check.overall_lines import Overall, core_of, is_general
from auditor.check.score_chapters import chapter_groups
from auditor.check.score_parts import LEAST_GROUP, Group
from auditor.check.score_places import tables_of_chapter
from auditor.check.score_ways import is_given, ways_of_group
from auditor.check.scores import first_score
from auditor.check.weight import unnumbered
from auditor.facts.vocabulary import matches

__all__ = ["only_ones", "only_table", "same_score", "speaks_for_document"]

_DEEPEST = 3
_SCALES = frozenset({10, 100, 1000})
_STARS = 5
_FINER = (10, 100)
_GENERAL = frozenset(
    {"quality", "health", "maturity", "assessment", "status", "completion", "completeness", "progress", "code", "audit"}
)


def only_ones(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The scores of all parts, where the document gives them in one place only."""
    if overall.is_loose or not is_general(overall) or any(overall.line in one.lines for one in groups):
        return ()
    if _is_of_another_time(overall) or _is_of_its_chapter(overall):
        return ()
    several = tables_of_chapter(groups)
    if several:
        return several
    own = _distinct(group for group in groups if _is_of_all(group) and not group.own)
    tables = _distinct(
        one for one in groups if one.is_of_parts and len(one.parts) >= LEAST_GROUP and not _is_of_another(one, overall)
    )
    found = own or tuple(group for group in tables if not group.own)
    if found or any(group.own for group in groups):
        return found if len(found) == 1 and len(tables) <= 1 + len(own) else ()
    if core_of(overall.name) and "overall" not in overall.name.lower():
        return ()
    others = (_without(group, overall.line) for group in document.derive(_chapters))
    chapters = [group for group in others if group.parts and _is_told_like(group, overall)]
    return tuple(_of_siblings(group, overall, document) for group in sorted(chapters, key=_level)[:1])


def same_score(overall: Overall, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The group with the overall score that is told here once more."""
    if overall.is_loose or not is_general(overall) or core_of(overall.name):
        return ()
    return tuple(group for group in groups if group.own and group.own[1].share == overall.score.share)[:1]


def only_table(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The only table or list that promises the scores of all parts, wherever it stands; or another one that gives the score."""
    in_chapters = any(overall.line in group.lines for group in document.derive(_chapters))
    if overall.is_loose or in_chapters or any(group.own for group in groups):
        return ()
    fitting = [group for group in groups if len(group.parts) >= LEAST_GROUP and _is_of_one_scale(group, overall)]
    if any(overall.line in group.lines for group in fitting) or not _is_meant(overall, document):
        return ()
    giving = [
        group
        for group in fitting
        if any(is_given(share, overall.score) for _, share in ways_of_group(group, overall.score))
    ]
    promised = _distinct(
        group for group in fitting if (group.is_breakdown or group.is_of_parts) and not _is_of_one_part(group)
    )
    return tuple(giving[:1]) or (promised if len(promised) == 1 else ())


def _is_of_one_part(group: Group) -> bool:
    """Whether a title gives the score of one part, and the group tells what it is made of: ``6.5 Supply chain score: 5/10``."""
    name, _, value = group.section.title.partition(":")
    return first_score(value) is not None and bool(core_of(unnumbered(name)))


def _is_of_another(group: Group, overall: Overall) -> bool:
    """Whether the title of a group gives the score of one part, and it is not the overall score told again."""
    told = first_score(group.section.title.partition(":")[2])
    return told is not None and told.share != overall.score.share and _is_of_one_part(group)


def _is_of_one_scale(group: Group, overall: Overall) -> bool:
    """Whether the parts have one scale, and rates stand below a rate only."""
    kinds = group.kinds
    is_rate = overall.score.grade == "%"
    is_alike = min(kinds)[1] == is_rate or group.is_breakdown
    is_fine = overall.score.scale in _SCALES or min(kinds)[0] == overall.score.scale == _STARS
    return len(kinds) == 1 and is_alike and is_fine


def _is_meant(overall: Overall, document: Document) -> bool:
    """Whether a score is one of everything, and of nothing that only its name tells."""
    told = core_of(document.title)
    return not _is_of_another_time(overall) and is_general(overall) and core_of(overall.name) <= told | _GENERAL


def _is_of_another_time(overall: Overall) -> bool:
    """Whether a title above a score speaks of what was, or will be."""
    titles = overall.section.path[1:]
    return any(matches("scores.aside", one) or matches("decision.aside_sections", one) for one in titles)


def _is_of_its_chapter(overall: Overall) -> bool:
    """Whether what a score is one of is what the chapter that it stands in speaks of: ``Overall edge case score``."""
    core = core_of(overall.name) - _GENERAL
    titles = overall.section.path[1:-1] if overall.is_heading else overall.section.path[1:]
    return bool(core) and core <= {*" ".join(titles).lower().split()}


def _chapters(document: Document) -> tuple[Group, ...]:
    return tuple(chapter_groups(document))


def _is_told_like(group: Group, overall: Overall) -> bool:
    """Whether chapters have the scale of an overall score, or ten marks each below one on a hundred."""
    scales = (group.parts[0].score.scale, overall.score.scale)
    return len(set(scales)) == 1 or (scales == _FINER and overall.score.grade != "%")


def _without(group: Group, line: int) -> Group:
    """A group without the part in a line."""
    if line not in group.lines:
        return group
    return replace(group, parts=tuple(part for part in group.parts if part.line != line))


def _level(group: Group) -> int:
    return group.section.level


def _of_siblings(group: Group, overall: Overall, document: Document) -> Group:
    """The chapters that stand beside the one with the overall score, where enough of them have scores; else all of them."""
    above = overall.section.path[:-1]
    beside = tuple(part for part in group.parts if document.by_number[part.line].section.path[:-1] == above)
    return replace(group, parts=beside) if overall.is_heading and above and len(beside) >= LEAST_GROUP else group


def _distinct(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups without those that repeat the scores of another; of two the one that tells their weights."""
    found: dict[str, Group] = {}
    for group in groups:
        known = found.setdefault(group.shares, group)
        if known.parts[0].weight is None and group.parts[0].weight is not None:
            found[group.shares] = group
    return tuple(found.values())


def speaks_for_document(overall: Overall) -> bool:
    """Whether a score speaks for the whole document: above the chapters, in the summary, or in the end."""
    if len(overall.section.path) > _DEEPEST:
        return False
    titles = overall.section.path[1:] or overall.section.path
    return overall.section.number <= LEAST_GROUP or any(
        matches("decision.head_sections", title) or matches("decision.final_sections", title) for title in titles
    )


def _is_of_all(group: Group) -> bool:
    return any(
        matches("components.heads", title) and matches("scores.promised", title)
        for title in group.section.path[1:] or group.section.path
    )
