"""Keys of YAML, JSON and TOML files by a dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from auditor.facts.toml_text import read_toml
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml
from auditor.facts.yaml_tree import Sequence as YamlList
from auditor.model.source import Language

__all__ = ["find_key"]


def find_key(lines: Sequence[str], language: Language, key: str) -> tuple[int, int] | None:
    """The lines of the first key at the dotted path that has a value; None where there is none.

    ``*`` stands for any key and any item of a list. Raises ParseFailure where the file is broken.
    """
    steps = key.split(".")
    if not _may_hold(lines, steps):
        return None
    if language is Language.TOML:
        return _in_toml(lines, steps)
    for document in read_yaml("\n".join(lines)):
        for line, node in _below(document, steps, document.line):
            if not isinstance(node, Scalar) or node.text.strip().lower() not in ("", "null", "~"):
                return line, max(line, node.end_line)
    return None


def _may_hold(lines: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether every named step stands somewhere in the text: a broken template without the word is no doubt."""
    return all(step == "*" or any(step in line for line in lines) for step in steps)


def _below(node: Node, steps: Sequence[str], line: int) -> Iterator[tuple[int, Node]]:
    if not steps:
        yield line, node
        return
    if isinstance(node, YamlList) and steps[0] == "*":
        for item in node.items:
            yield from _below(item, steps[1:], item.line)
    if isinstance(node, Mapping):
        for name, value in node.pairs:
            if steps[0] in ("*", name.text):
                yield from _below(value, steps[1:], name.line)


def _in_toml(lines: Sequence[str], steps: Sequence[str]) -> tuple[int, int] | None:
    tree = read_toml("\n".join(lines))
    if not _has(tree, steps):
        return None
    last = steps[-1] if steps[-1] != "*" else steps[-2]
    named = (at for at, text in enumerate(lines, start=1) if last in text and not text.lstrip().startswith("#"))
    line = next(named, 1)
    return line, line


def _has(tree: Any, steps: Sequence[str]) -> bool:  # noqa: ANN401 - TOML holds anything
    if not steps:
        return tree not in ("", [], {})
    if isinstance(tree, dict):
        below = tree.values() if steps[0] == "*" else [tree[steps[0]]] if steps[0] in tree else []
        return any(_has(one, steps[1:]) for one in below)
    return isinstance(tree, list) and steps[0] == "*" and any(_has(one, steps[1:]) for one in tree)
