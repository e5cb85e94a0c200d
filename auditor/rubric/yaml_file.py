"""A YAML file of the user as plain data in which every value knows its line.

Aliases, tags and duplicate keys are refused: what a rubric says should stand in one place, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from auditor.errors import Place, UserError

__all__ = ["MAX_SIZE", "Located", "read_located"]

MAX_SIZE = 1_000_000
MAX_DEPTH = 24

Value = str | int | bool | float | None
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Located:
    """A value and where it stands: a scalar in `value`, or `pairs` of a mapping, or `items` of a list."""

    place: Place
    value: Value = None
    pairs: dict[str, Located] | None = None
    items: tuple[Located, ...] | None = None
    keys: dict[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:  # noqa: ANN401 - YAML holds anything
        """The value without places."""
        if self.pairs is not None:
            return {key: value.plain() for key, value in self.pairs.items()}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.value

    def get(self, key: str) -> Located | None:
        """The value under a key of a mapping; None for any other."""
        return (self.pairs or {}).get(key)

    def text(self, key: str) -> str | None:
        """The text under a key, where there is one."""
        found = self.get(key)
        return found.value if found is not None and isinstance(found.value, str) else None

    def place_of(self, path: Sequence[str | int]) -> Place:
        """Where the value at the end of the path stands, or the nearest thing above it that is there."""
        here, place = self, self.place
        for step in path:
            below = here.get(step) if isinstance(step, str) else None
            if isinstance(step, str) and below is not None:
                place = here.keys.get(step, below.place)
                here = below
            elif isinstance(step, int) and here.items is not None and step < len(here.items):
                here = here.items[step]
                place = here.place
            # any other step names a variant of the model, which has no place of its own
        return place

    def without(self, *names: str) -> Located:
        """The mapping without these keys."""
        return replace(self, pairs={key: value for key, value in (self.pairs or {}).items() if key not in names})

    def updated(self, other: Located) -> Located:
        """The mapping with the pairs of another laid over it, mapping by mapping."""
        pairs = dict(self.pairs or {})
        for key, value in (other.pairs or {}).items():
            old = pairs.get(key)
            both = old is not None and old.pairs is not None and value.pairs is not None
            pairs[key] = old.updated(value) if both and old is not None else value
        return replace(other, pairs=pairs, keys={**self.keys, **other.keys})


def read_located(text: str, path: str, begin: str = "`id:` and `extends:`") -> Located:
    """Read one YAML document; `begin` says in an error with what it should begin.

    Raises UserError, with file and line, on anything but plain mappings, lists and scalars.
    """
    if len(text) > MAX_SIZE:
        raise UserError("this file is too large", place=Place(path), remedy=f"keep it below {MAX_SIZE} characters")
    try:
        _refuse_tricks(YAML(typ="safe", pure=True).parse(StringIO(text)), path)
        node = YAML(typ="safe", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        raise UserError(
            f"broken YAML: {error.problem or error.context}", place=Place(path, line), remedy=_BROKEN
        ) from error
    except YAMLError as error:
        raise UserError(f"broken YAML: {error}", place=Place(path), remedy=_BROKEN) from error
    if not isinstance(node, MappingNode):
        raise UserError("there is no mapping in this file", place=Place(path), remedy=f"begin with {begin}")
    return _located(node, path)


_BROKEN = "mend the YAML at this line"


def _refuse_tricks(events: Iterable[Any], path: str) -> None:
    depth = 0
    for event in events:
        place = Place(path, event.start_mark.line + 1)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise UserError("anchors and aliases are not read here", place=place, remedy="write the value out")
        if isinstance(event, (CollectionStartEvent, ScalarEvent)) and getattr(event, "tag", None) not in (None, "!"):
            raise UserError("tags are not read here", place=place, remedy="remove the tag")
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise UserError(f"nested deeper than {MAX_DEPTH} levels", place=place, remedy="nest less")
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def _located(node: Node, path: str) -> Located:
    place = Place(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, place)
    if isinstance(node, SequenceNode):
        return Located(place, items=tuple(_located(item, path) for item in node.value))
    return Located(place, value=_scalar(str(node.tag), str(node.value)))


def _mapping(node: MappingNode, place: Place) -> Located:
    pairs: dict[str, Located] = {}
    keys: dict[str, Place] = {}
    for key, value in node.value:
        where = Place(place.path, key.start_mark.line + 1)
        if not isinstance(key, ScalarNode):
            raise UserError("a key must be plain text", place=where, remedy="write a name before the colon")
        if key.value in pairs:
            first = keys[key.value].line
            raise UserError(
                f"the key {key.value!r} stands here twice (first in line {first})", place=where, remedy="keep one"
            )
        keys[key.value] = where
        pairs[key.value] = _located(value, place.path)
    return Located(place, pairs=pairs, keys=keys)


def _scalar(tag: str, text: str) -> Value:
    kind = tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "int" and text.lstrip("+-").isdigit() and len(text) < 10:  # noqa: PLR2004 - points and days are small
        return int(text)
    return text
