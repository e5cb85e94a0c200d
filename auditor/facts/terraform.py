"""Terraform: what a file declares and what it refers to (https://developer.hashicorp.com/terraform/language/expressions/references)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_reader import text_of
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["PARSER", "Reference", "TerraformFile"]

_KINDS = {"variable": "var", "module": "module"}
_NAMED = frozenset({"var", "local", "module"})
_TWO_LABELS = frozenset({"resource", "data", "ephemeral"})
_MOST = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """``var.name``, ``local.name``, ``module.name``, ``data.type.name`` or ``type.name``, with its line."""

    line: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformFile(Fact):
    """One file of a module. `declares` are addresses, `refers` what its expressions name, `outputs` what it hands to those who run it."""

    kind: ClassVar[str] = "terraform"
    declares: frozenset[str]
    refers: tuple[Reference, ...]
    outputs: frozenset[str] = frozenset()


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.HCL


def _parse(source: Source) -> TerraformFile | None:
    tree = source.syntax
    if tree is None or not source.path.endswith(".tf"):
        return None
    declares: set[str] = set()
    refers: set[Reference] = set()
    iterators: set[str] = set()
    outputs: set[str] = set()
    for node in _all(tree.root_node):
        if node.type == "block":
            declares.update(_declared(node))
            iterators.update(_iterators(node))
            outputs.update(_outputs(node))
        elif node.type == "for_intro":
            iterators.update(text_of(one) for one in node.named_children if one.type == "identifier")
        elif node.type == "expression" and len(refers) < _MOST:
            refers.update(_referred(node))
    kept = (one for one in refers if one.address.partition(".")[0] not in iterators)
    return TerraformFile(declares=frozenset(declares), refers=tuple(sorted(kept)), outputs=frozenset(outputs))


_OF_THE_PAST = frozenset({"moved", "removed"})
"""https://developer.hashicorp.com/terraform/language/block/moved and .../removed"""


def _all(root: Syntax) -> Iterator[Syntax]:
    """Every node but those of blocks that tell what an object was called, or is no longer to be."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "block" and _labels(node)[0] in _OF_THE_PAST:
            continue
        yield node
        waiting.extend(reversed(node.children))


def _labels(block: Syntax) -> tuple[str, list[str]]:
    kind, *others = [one for one in block.children if one.type in ("identifier", "string_lit")]
    return text_of(kind), [text_of(one).strip('"') for one in others]


def _attributes(block: Syntax) -> list[Syntax]:
    """What a block sets itself, each by its name."""
    body = next((one for one in block.children if one.type == "body"), None)
    return [one for one in (body.children if body is not None else ()) if one.type == "attribute"]


def _declared(block: Syntax) -> Iterator[str]:
    kind, labels = _labels(block)
    if kind in _KINDS and len(labels) == 1:
        yield f"{_KINDS[kind]}.{labels[0]}"
    elif kind in _TWO_LABELS and len(labels) == 2:  # noqa: PLR2004 - type and name
        yield ".".join([*([] if kind == "resource" else [kind]), *labels])
    elif kind == "locals":
        yield from (f"local.{text_of(one.children[0])}" for one in _attributes(block))


def _outputs(block: Syntax) -> list[str]:
    kind, labels = _labels(block)
    return labels[:1] if kind == "output" else []


def _iterators(block: Syntax) -> Iterator[str]:
    """The name under which a ``dynamic`` block sees its items: its label, or what ``iterator`` says."""
    kind, labels = _labels(block)
    if kind == "dynamic":
        yield from labels
        yield from (text_of(one.children[-1]) for one in _attributes(block) if text_of(one.children[0]) == "iterator")


def _referred(expression: Syntax) -> Iterator[Reference]:
    if not expression.children or expression.children[0].type != "variable_expr":
        return
    first, *rest = expression.children
    names = [text_of(first)]
    for one in rest:
        if one.type != "get_attr":
            break
        names.append(text_of(one.children[-1]))
    line = expression.start_point[0] + 1
    if names[0] in _NAMED and len(names) > 1:
        yield Reference(line, ".".join(names[:2]))
    elif names[0] in ("data", "ephemeral") and len(names) > 2:  # noqa: PLR2004 - kind, type, name
        yield Reference(line, ".".join(names[:3]))
    elif "_" in names[0] and len(names) > 2:  # noqa: PLR2004 - type, name, attribute
        yield Reference(line, ".".join(names[:2]))


PARSER = Parser(fact=TerraformFile, accepts=_accepts, parse=_parse)
