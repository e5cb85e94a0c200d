"""YAML of the audited repository as a tree with line numbers.

Built from events, without recursion and without tags: nothing is constructed, nesting and the expansion
of aliases are bounded (271 bytes can stand for 43 million leaves), and duplicate keys are kept as pairs.
The C parser of PyYAML reads the events (https://pyyaml.org/wiki/PyYAMLDocumentation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from auditor.facts.base import ParseFailure

__all__ = ["MAX_DEPTH", "MAX_NODES", "Mapping", "Node", "Scalar", "Sequence", "read_yaml", "walk"]

MAX_DEPTH = 64
MAX_NODES = 400_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as written.

    `plain` is True where it is not quoted (so that ``yes`` may mean true) and no block; `block` is True
    for ``|`` and ``>`` texts, whose content begins on the line after `line`.
    """

    text: str
    line: int
    end_line: int
    plain: bool = True
    block: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; lines are 1-based and inclusive. `tag` is the one that it bears, as ``!reference``."""

    items: tuple[Node, ...]
    line: int
    end_line: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as pairs, in order, duplicates kept."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    end_line: int

    def get(self, key: str) -> Node | None:
        """The value of the first pair with this key."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def text(self, key: str) -> str:
        """The scalar under this key, or an empty string."""
        value = self.get(key)
        return value.text if isinstance(value, Scalar) else ""

    def mapping(self, key: str) -> Mapping:
        """The mapping under this key, or an empty one."""
        value = self.get(key)
        return value if isinstance(value, Mapping) else Mapping((), self.line, self.line)

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of the list under this key; a single value counts as a list of one."""
        value = self.get(key)
        if value is None:
            return ()
        return value.items if isinstance(value, Sequence) else (value,)


Node = Scalar | Sequence | Mapping


class _Open:
    """A collection that has begun and not ended."""

    __slots__ = ("anchor", "children", "is_mapping", "line", "size", "tag")

    def __init__(self, line: int, anchor: str | None, tag: str | None, *, is_mapping: bool) -> None:
        self.line = line
        self.anchor = anchor
        self.tag = tag or ""
        self.is_mapping = is_mapping
        self.children: list[Node] = []
        self.size = 1

    def close(self, end_line: int) -> Node:
        end = max(self.line, end_line)
        if not self.is_mapping:
            return Sequence(tuple(self.children), self.line, end, self.tag)
        keys, values = self.children[::2], self.children[1::2]
        pairs = [(_key(key), value) for key, value in zip(keys, values, strict=False)]
        return Mapping(tuple(pairs), self.line, end)


@lru_cache(maxsize=2)
def read_yaml(text: str) -> tuple[Node, ...]:
    """The documents of a YAML text, read once for all parsers that look at one file after another.

    Raises ParseFailure, with the line, on broken YAML and on what exceeds MAX_DEPTH or MAX_NODES.
    """
    try:
        return tuple(_documents(yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ParseFailure(f"broken YAML: {error.problem or error.context}", line) from error
    except yaml.YAMLError as error:
        raise ParseFailure(f"broken YAML: {error}") from error


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Sequence):
            waiting.extend(reversed(one.items))
        elif isinstance(one, Mapping):
            for key, value in reversed(one.pairs):
                waiting.extend((value, key))


def _documents(events: Any) -> Iterator[Node]:  # noqa: ANN401 - PyYAML's events share no useful type
    stack: list[_Open] = []
    anchors: dict[str, tuple[Node, int]] = {}
    count = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            anchors = {}
            continue
        if isinstance(event, yaml.CollectionStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            stack.append(_Open(_first_line(event), event.anchor, event.tag, is_mapping=is_mapping))
            if len(stack) > MAX_DEPTH:
                raise ParseFailure(f"nested deeper than {MAX_DEPTH} levels", _first_line(event))
            continue
        node, size = _finished(event, stack, anchors)
        if node is None:
            continue
        count += 1 if size == 1 or isinstance(event, yaml.CollectionEndEvent) else size
        if count > MAX_NODES:
            raise ParseFailure(f"more than {MAX_NODES} nodes", _first_line(event))
        if stack:
            stack[-1].children.append(node)
            stack[-1].size += size
        else:
            yield node


def _finished(event: Any, stack: list[_Open], anchors: dict[str, tuple[Node, int]]) -> tuple[Node | None, int]:  # noqa: ANN401
    line = _first_line(event)
    if isinstance(event, yaml.ScalarEvent):
        end = _last_line(event)
        block = event.style in ("|", ">")
        node: Node = Scalar(event.value, line, max(line, end), plain=event.style in (None, ""), block=block)
        anchor: str | None = event.anchor
        size = 1
    elif isinstance(event, yaml.CollectionEndEvent):
        open_ = stack.pop()
        end = _last_line(event)
        node, anchor, size = open_.close(end), open_.anchor, open_.size
    elif isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise ParseFailure(f"broken YAML: unknown alias {event.anchor!r}", line)
        return anchors[event.anchor]
    else:
        return None, 0
    if anchor:
        anchors[anchor] = (node, size)
    return node, size


def _first_line(event: Any) -> int:  # noqa: ANN401 - as above
    return int(event.start_mark.line) + 1


def _last_line(event: Any) -> int:  # noqa: ANN401 - as above
    return int(event.end_mark.line) + (1 if event.end_mark.column else 0)


def _key(node: Node) -> Scalar:
    return node if isinstance(node, Scalar) else Scalar("", node.line, node.line)
