"""A YAML tree as plain values, as YAML 1.2 reads them, and the places of those values in the text."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, walk

__all__ = ["Path", "Value", "duplicate_keys", "line_of", "merged", "plain_value", "refers"]

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]
"""Keys and indices from the root to a value."""

_INTEGER = pattern(r"^[-+]?[0-9]{1,18}$")
_FLOAT = pattern(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?$")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
MERGE = "<<"


def plain_value(node: Node, texts: frozenset[Path] = frozenset(), path: Path = ()) -> Value:
    """The value of a node: https://yaml.org/spec/1.2.2/#103-core-schema. Merge keys are resolved.

    Scalars at the paths `texts` are left as they are written. Of a key that stands twice, the last counts.
    """
    if isinstance(node, Scalar):
        return node.text if path in texts else _scalar(node)
    if isinstance(node, Sequence):
        return [plain_value(item, texts, (*path, index)) for index, item in enumerate(node.items)]
    return {key: plain_value(value, texts, (*path, key)) for key, value in _pairs(node).items()}


def line_of(node: Node, path: Path, key: str = "") -> int:
    """The line of the value at a path, or of its key where it is in a mapping; `key` names a key of that value."""
    line = node.line
    for part in (*path, *((key,) if key else ())):
        if isinstance(node, Mapping) and isinstance(part, str):
            line = next((name.line for name, _ in reversed(node.pairs) if name.text == part), node.line)
            node = _pairs(node).get(part, node)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            line = node.line
    return line


def merged(mapping: Mapping) -> Mapping:
    """The mapping with what its merge keys bring, the last of several equal keys only."""
    if mapping.get(MERGE) is None:
        return mapping
    own = {key.text: key for key, _ in mapping.pairs}
    pairs = tuple(
        (own.get(name, Scalar(name, value.line, value.line)), value) for name, value in _pairs(mapping).items()
    )
    return Mapping(pairs, mapping.line, mapping.end_line)


def refers(node: Node, path: Path) -> bool:
    """Whether the value at a path, or one around it, is a ``!reference``: whatever stands elsewhere."""
    for part in (*path, ""):
        if isinstance(node, Sequence) and node.tag == "!reference":
            return True
        if isinstance(node, Mapping) and isinstance(part, str):
            node = _pairs(node).get(part, node)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    return False


def duplicate_keys(node: Node) -> Iterator[Scalar]:
    """Every key that stands in its mapping for a second time."""
    for one in walk(node):
        seen: set[str] = set()
        for key, _ in one.pairs if isinstance(one, Mapping) else ():
            if key.text in seen and key.text != MERGE:
                yield key
            seen.add(key.text)


def _pairs(mapping: Mapping) -> dict[str, Node]:
    merged: dict[str, Node] = {}
    for key, value in mapping.pairs:
        if key.text == MERGE:
            for base in value.items if isinstance(value, Sequence) else (value,):
                merged = {**(_pairs(base) if isinstance(base, Mapping) else {}), **merged}
    return merged | {key.text: value for key, value in mapping.pairs if key.text != MERGE}


def _scalar(scalar: Scalar) -> Value:
    text = scalar.text
    if not scalar.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.search(text):
        return int(text)
    return float(text) if _FLOAT.search(text) else text
