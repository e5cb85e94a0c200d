"""Trees of folders and files that a document draws, with what stands beside the names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.case import Case
from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.mentions import Mention, with_claim
from auditor.check.resolution import Found, resolve
from auditor.facts.pattern import pattern

__all__ = ["Entry", "placed", "tree_entries", "tree_mentions"]

_BRANCHES = ("\u251c", "\u2514", "|--", "`--", "+--")
_ENTRY = pattern(
    r"^((?:[\s|`+\x{2500}-\x{257F}]|-{2})*)(?:[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}]\x{FE0F}?\s{1,2})?([A-Za-z0-9_.@\[\]()-][A-Za-z0-9_.@/\[\]()-]{0,150})(.{0,200})$"
)
_CLAIM = pattern(
    r"^\s{0,80}(?:(?:[#(←\x{2013}\x{2014}-]|//|\[)[^()\d]{0,80}?)?([( ])([~≈]?)\s?(\d{1,3}(?:,\d{3})+|\d{1,6})(\+?)[ -]((?i:lines of code|lines?|loc))\b(.{0,30})"
)
_LISTED = pattern(r"^\s{0,40}[A-Za-z0-9_.@/\[\]-]{1,120}\.[a-z]{1,6}\s{1,60}\(\d{1,6}\+? lines\)")
_FEWEST_LISTED = 3
_MOST = 500
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a drawn tree, with the folders above it, and what stands behind it."""

    line: Line
    path: str
    behind: str
    is_folder: bool


def tree_entries(document: Document) -> tuple[Entry, ...]:
    """The files and folders of drawn trees."""
    found = [entry for fence in document.fences if _is_tree(fence) for entry in _of_tree(fence)]
    return tuple(found[:_MOST])


def tree_mentions(document: Document) -> tuple[Mention, ...]:
    """The files of drawn trees whose length is given beside them."""
    entries = (entry for entry in document.derive(tree_entries) if not entry.is_folder)
    found = (with_claim(Mention(one.line, one.path), _CLAIM.match(one.behind)) for one in entries)
    return tuple(one for one in found if one.count)


def placed(case: Case, path: str) -> str:
    """A path of a drawn tree by as many of its folders as the repository has: the outermost is often only its name."""
    parts = path.split("/")
    for index in range(min(2, len(parts))):
        rest = "/".join(parts[index:])
        if any(resolve(rest, view, case.folder).found is not Found.NONE for view in case.views):
            return rest
    return ""


def _is_tree(fence: Fence) -> bool:
    """Whether a block draws branches, or lists files with their lengths, each in a line of its own."""
    is_drawn = any(branch in line for line in fence.lines for branch in _BRANCHES)
    return is_drawn or sum(_LISTED.match(line) is not None for line in fence.lines) >= _FEWEST_LISTED


def _of_tree(fence: Fence) -> Iterator[Entry]:
    above: list[tuple[int, str]] = []
    for offset, text in enumerate(fence.lines):
        found = _ENTRY.match(text)
        if not found:
            continue
        depth, name = len(found.group(1)), found.group(2)
        above = [one for one in above if one[0] < depth][:_DEEPEST]
        line = Line(fence.number + offset, text.strip(), Kind.ITEM, fence.section)
        path = "/".join([*(folder for _, folder in above), name.strip("/")])
        is_folder = name.endswith("/") or "." not in name.strip(".")
        yield Entry(line, path, found.group(3), is_folder)
        if is_folder:
            above.append((depth, name.strip("/")))
