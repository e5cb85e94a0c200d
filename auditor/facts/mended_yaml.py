"""A second reading of pipelines that are no YAML: what can be read of them, with the lines that they have (record 29).

The parser names a line at which it fails. What lies left of a block text that leaves a quote or a here-document open is
moved into that block; a list's item that stands beside its list is moved to it; any other such line is left out. Then the
parser is asked again, some times, for as many bytes in all as `_MOST_BYTES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from auditor.facts.base import ParseFailure
from auditor.facts.open_texts import closing_line
from auditor.facts.pattern import pattern
from auditor.facts.yaml_tree import MAX_DEPTH, Node, read_yaml

__all__ = ["Meant", "read_meant"]

_MOST_TIMES = 32
_MOST_BYTES = 1_000_000
_HEADER = pattern(
    r"^( *)((?:- +)*)(?:[^\s#'\"|>][^#|>]{0,200}:[ \t]+|[\"'][^\"']{0,200}[\"']:[ \t]+)?[|>]([-+]?)([1-9]?)[-+]?[ \t]*(?:#.*)?$"
)
_STRUCTURE = pattern(r"^ *(?:- +\S|(?:[\w.$/-]{1,80}|\"[^\"]{1,80}\"|'[^']{1,80}'):(?:\s|$))")
_ITEM = pattern(r"^ *- +\S")
_AT_CONTEXT = ("while scanning", "while parsing a flow")


@dataclass(frozen=True, slots=True)
class Meant:
    """The documents of a text, and why it is no YAML; None where it is."""

    documents: tuple[Node, ...]
    failure: ParseFailure | None


@dataclass(frozen=True, slots=True)
class _Block:
    """A block text: the index of its header, of the line after its last one, and how far its lines are indented."""

    header: int
    end: int
    margin: int


def read_meant(text: str) -> Meant:
    """The documents of a text, of which some lines may have been moved or left out.

    Raises the ParseFailure of the first reading where no mending helps.
    """
    found = _meant(text)
    if isinstance(found, ParseFailure):
        raise found
    return found


@lru_cache(maxsize=2)
def _meant(text: str) -> Meant | ParseFailure:
    """As `read_meant`; the failure is remembered as well, so that the many readers of a file do not each try to mend it."""
    try:
        return Meant(read_yaml(text), None)
    except ParseFailure as failure:
        mended = _mended(text)
        if mended is None:
            return failure
        try:
            return Meant(read_yaml(mended), failure)
        except ParseFailure:
            return failure


def _mended(text: str) -> str | None:
    lines = text.replace("\r\n", "\n").split("\n")
    left = _MOST_BYTES
    for _ in range(_MOST_TIMES):
        joined = "\n".join(lines)
        left -= len(joined)
        if left < 0:
            return None
        failed = _failing_line(joined)
        if failed is None:
            return joined
        if not _mend(lines, min(failed, len(lines) - 1)):
            return None
    return None


def _failing_line(text: str) -> int | None:
    """The index of the line at which the parser fails; None where it does not, or the text nests too deep to be read."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                return None
    except yaml.MarkedYAMLError as error:
        context = error.context or ""
        mark = error.context_mark if context.startswith(_AT_CONTEXT) and error.context_mark else error.problem_mark
        return int(mark.line) if mark else 0
    except yaml.YAMLError:
        return 0
    return None


def _mend(lines: list[str], failed: int) -> bool:
    """Change the lines so that the parser gets further; False where there is nothing left to change."""
    block = _block_before(lines, failed)
    if block is not None and _move_into(lines, block, failed):
        return True
    if _ITEM.match(lines[failed]) and _move_item(lines, failed):
        return True
    for index in range(failed, -1, -1):
        if lines[index].strip():
            lines[index] = ""
            return True
    return False


def _move_into(lines: list[str], block: _Block, failed: int) -> bool:
    """Indent what a block text leaves open, or what follows it and is no structure, as the block is."""
    closing = closing_line(lines, block.header + 1, block.end)
    last = closing if closing is not None and closing >= failed - 1 else _before_structure(lines, block)
    if last < max(block.end, failed - 1):
        return False
    for index in range(block.end, last + 1):
        lines[index] = " " * block.margin + lines[index] if lines[index].strip() else lines[index]
    return True


def _before_structure(lines: list[str], block: _Block) -> int:
    """The index of the last of the lines after a block that are neither keys, items nor comments."""
    index = block.end
    while index < len(lines):
        line = lines[index]
        if line.strip() and (_indent(line) >= block.margin or _STRUCTURE.match(line) or line.lstrip()[:1] == "#"):
            break
        index += 1
    return index - 1


def _move_item(lines: list[str], failed: int) -> bool:
    """Move an item, and what belongs to it, to where the list before it stands."""
    own = _indent(lines[failed])
    wanted = next((_indent(line) for line in reversed(lines[:failed]) if _ITEM.match(line)), own)
    if wanted == own:
        return False
    index = failed
    while index < len(lines):
        line = lines[index]
        if index > failed and line.strip() and (_indent(line) < own or (_ITEM.match(line) and _indent(line) == wanted)):
            break
        if line.strip():
            lines[index] = " " * (wanted - own) + line if wanted > own else line[own - wanted :]
        index += 1
    return True


def _block_before(lines: list[str], failed: int) -> _Block | None:
    """The last block text that begins before a line."""
    found, index = None, 0
    while index < failed:
        header = _HEADER.match(lines[index])
        if header is None:
            index += 1
            continue
        found = _block_at(lines, index, len(header.group(1)) + len(header.group(2)), header.group(4))
        index = found.end
    return found


def _block_at(lines: list[str], header: int, outer: int, told: str) -> _Block:
    following = (lines[index] for index in range(header + 1, len(lines)))
    first = next((line for line in following if line.strip()), "")
    margin = outer + int(told) if told else max(_indent(first), outer + 1)
    end = header + 1
    for index in range(header + 1, len(lines)):
        if lines[index].strip():
            if _indent(lines[index]) < margin:
                break
            end = index + 1
    return _Block(header, end, margin)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
