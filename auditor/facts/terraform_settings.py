"""What the blocks of Terraform files set, attribute by attribute (https://developer.hashicorp.com/terraform/language/syntax/configuration)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_reader import text_of
from auditor.facts.source import Source
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["PARSER", "TerraformSetting", "TerraformSettings"]

_MOST = 5_000
_MOST_DEEP = 12
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformSetting:
    """One attribute: the blocks around it from the outside (`provider`, `aws`, `endpoints`), its name, and its value as written."""

    blocks: tuple[str, ...]
    name: str
    value: str
    line: int

    @property
    def literal(self) -> str:
        """The text of a string without anything to put in; empty for all else."""
        text = self.value
        plain = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
        return text[1:-1] if plain and "${" not in text and "%{" not in text else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformSettings(Fact):
    """The attributes of one file, in the order of the text."""

    kind: ClassVar[str] = "terraform-settings"
    items: tuple[TerraformSetting, ...]


def _parse(source: Source) -> TerraformSettings | None:
    tree = source.syntax
    if tree is None or not source.path.endswith((".tf", ".tfvars")):
        return None
    found = tuple(one for one, _ in zip(_of(tree.root_node, (), 0), range(_MOST), strict=False))
    return TerraformSettings(items=found) if found else None


def _of(node: Syntax, blocks: tuple[str, ...], depth: int) -> Iterator[TerraformSetting]:
    if depth > _MOST_DEEP:
        return
    for child in node.children:
        if child.type == "attribute" and len(child.children) > 2:  # noqa: PLR2004 - name, sign, value
            value = text_of(child.children[-1])[:_LONGEST].strip()
            line = child.start_point[0] + 1
            yield TerraformSetting(blocks=blocks, name=text_of(child.children[0]), value=value, line=line)
        elif child.type == "block":
            labels = [text_of(one).strip('"') for one in child.children if one.type in ("identifier", "string_lit")]
            yield from _of(child, (*blocks, *labels), depth + 1)
        elif child.type == "body":
            yield from _of(child, blocks, depth + 1)


PARSER = Parser(fact=TerraformSettings, accepts=lambda file: file.language is Language.HCL, parse=_parse)
