"""Files that a list names beside others which are there: whoever listed them says that they are, too."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.document import Document, Kind, Line, plain
from auditor.check.mentions import Mention, mentions
from auditor.check.references import is_loose, is_measured, is_of_a_plan, is_planned
from auditor.check.resolution import Found, resolve
from auditor.facts.pattern import pattern

__all__ = ["listed_paths"]

_HEAD = pattern(r"^[^A-Za-z]{0,12}(?:[A-Za-z][A-Za-z0-9 &/+-]{1,40}:[^A-Za-z]{0,6})?$")
"""What may stand before the name that an item is about: a mark, a number, a label."""
_List = tuple[int, str, int]


def listed_paths(case: Case) -> frozenset[str]:
    """The paths, with a folder, that are items of lists of which another path is in the repository."""
    if not case.views:
        return frozenset()
    lists: dict[_List, set[str]] = {}
    found: set[_List] = set()
    for key, mention in _items(case.document):
        lists.setdefault(key, set()).add(mention.path)
        if resolve(mention.path, case.views[0], case.folder).found is Found.EXACT:
            found.add(key)
    return frozenset(path for key in found for path in lists[key])


def _items(document: Document) -> Iterator[tuple[_List, Mention]]:
    parents = document.derive(_parents)
    for mention in mentions(document):
        line = mention.line
        is_item = line.kind is Kind.ITEM and "/" in mention.path and not mention.is_pattern
        if not is_item or not _HEAD.match(_before(mention)):
            continue
        above = parents.get(line.number)
        around = (
            line.text.replace(mention.path, " "),
            line.label,
            above.plain if above else "",
            *line.section.path[1:],
        )
        is_told = not is_planned(mention) and not is_measured(mention) and not is_of_a_plan(line)
        if is_told and not any(map(is_loose, around)):
            yield (line.section.number, line.label, above.number if above else 0), mention


def _before(mention: Mention) -> str:
    """What stands before a name; of a link, what stands before its words."""
    head = mention.line.text[: mention.start]
    return plain(head.rpartition("[")[0] if head.endswith("](") else head)


def _parents(document: Document) -> dict[int, Line]:
    """The item that each item of an inner list stands below, by the number of its line."""
    found: dict[int, Line] = {}
    above: list[Line] = []
    for line in document.texts:
        above = [one for one in above if one.depth < line.depth and one.section == line.section]
        if line.kind is Kind.ITEM and above:
            found[line.number] = above[-1]
        if line.kind is Kind.ITEM:
            above.append(line)
    return found
