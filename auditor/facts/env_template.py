"""What stands in templates of environment variables until somebody fills them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.credentials import is_placeholder
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template
from auditor.model.source import SourceFile

__all__ = ["PARSER", "EnvTemplate"]

_LINE = pattern(r"^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*(\S.*)$")
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class EnvTemplate(Fact):
    """The values of one template that are to be replaced, each once, in order; at most 2,000."""

    kind: ClassVar[str] = "env-template"
    values: tuple[str, ...]


def _accepts(file: SourceFile) -> bool:
    return is_env_template(file.path)


def _parse(source: Source) -> EnvTemplate | None:
    found = (match.group(1) for match in map(_LINE.match, source.lines[:_MOST]) if match)
    values = tuple(dict.fromkeys(text.strip() for text in found if is_placeholder(text.strip().strip("\"'"))))
    return EnvTemplate(values) if values else None


PARSER = Parser(fact=EnvTemplate, accepts=_accepts, parse=_parse)
