"""What the images of a Dockerfile call healthy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_reader import text_of
from auditor.facts.source import Source
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["PARSER", "HealthCommand", "ImageHealth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCommand:
    """The command of one HEALTHCHECK instruction, its words joined by blanks."""

    text: str
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageHealth(Fact):
    """All HEALTHCHECK instructions of one Dockerfile that have a command."""

    kind: ClassVar[str] = "image-health"
    commands: tuple[HealthCommand, ...]


def _parse(source: Source) -> ImageHealth | None:
    tree = source.syntax
    if tree is None:
        return None
    checks = [one for one in tree.root_node.named_children if one.type == "healthcheck_instruction"]
    found = [
        HealthCommand(text=_words(one), line=check.start_point[0] + 1, end_line=check.end_point[0] + 1)
        for check in checks
        for one in check.named_children
        if one.type == "cmd_instruction"
    ]
    return ImageHealth(commands=tuple(found))


def _words(command: Syntax) -> str:
    for one in command.named_children:
        if one.type == "json_string_array":
            words = [text_of(word).strip('"') for word in one.named_children]
            shell = len(words) > 2 and words[0].rpartition("/")[2] in ("sh", "bash") and words[1] == "-c"  # noqa: PLR2004 - sh -c text
            return " ".join(words[2:] if shell else words)
    return " ".join(text_of(one).strip() for one in command.named_children)


PARSER = Parser(fact=ImageHealth, accepts=lambda file: file.language is Language.DOCKERFILE, parse=_parse)
