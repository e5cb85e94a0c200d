"""Trees of folders and files that a document draws, with what stands beside the names."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.mentions import Mention, with_claim
from auditor.facts.pattern import pattern

__all__ = ["tree_mentions"]

_BRANCHES = ("\u251c", "\u2514", "|--", "`--", "+--")
_ENTRY = pattern(
    r"^((?:[\s|`+\x{2500}-\x{257F}]|-{2})*)([A-Za-z0-9_.@\[\]()-][A-Za-z0-9_.@/\[\]()-]{0,150})(.{0,200})$"
)
_CLAIM = pattern(
    r"^\s{0,80}(?:[#(←\x{2013}\x{2014}-]|//|\[)[^()\d]{0,80}?([( ])([~≈]?)\s?(\d{1,3}(?:,\d{3})+|\d{1,6})(\+?)[ -]((?i:lines of code|lines?|loc))\b(.{0,30})"
)
_MOST = 500
_DEEPEST = 20


def tree_mentions(document: Document) -> tuple[Mention, ...]:
    """The files of drawn trees whose length is given beside them."""
    found = [mention for fence in document.fences if _is_tree(fence) for mention in _of_tree(fence)]
    return tuple(found[:_MOST])


def _is_tree(fence: Fence) -> bool:
    return any(branch in line for line in fence.lines for branch in _BRANCHES)


def _of_tree(fence: Fence) -> Iterator[Mention]:
    above: list[tuple[int, str]] = []
    for offset, text in enumerate(fence.lines):
        entry = _ENTRY.match(text)
        if not entry:
            continue
        depth, name = len(entry.group(1)), entry.group(2)
        above = [one for one in above if one[0] < depth][:_DEEPEST]
        line = Line(fence.number + offset, text.strip(), Kind.ITEM, fence.section)
        path = "/".join([*(folder for _, folder in above), name.strip("/")])
        mention = with_claim(Mention(line, path), _CLAIM.match(entry.group(3)))
        if mention.count:
            yield mention
        elif name.endswith("/") or "." not in name:
            above.append((depth, name.strip("/")))
