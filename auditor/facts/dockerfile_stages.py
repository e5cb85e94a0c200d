"""The stages of Dockerfiles (https://docs.docker.com/build/building/multi-stage/)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "DockerfileStages"]

_FROM = pattern(r"(?i)^\s*FROM\s+(?:--\S+\s+)*\S+(?:\s+AS\s+(\S+))?\s*$")
_ALL = pattern(r"(?i)^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*\.?/?\s+\S|^\s*(?:COPY|ADD)\s.*\.env\b")
_GENERATED = pattern(r"\{\{|\{%|<%|(?im)^\s*#\s*syntax\s*=|^\s*INCLUDE")
_FRONT_END = pattern(r"(?im)^#\s*syntax\s*=\s*(?:docker\.io/)?docker/dockerfile")


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileStages(Fact):
    """The names of the stages, in lower case. `open` where they cannot be told: templates and other front ends.

    `takes_all` where the whole context is copied, and with it whatever lies there on the machine that builds.
    """

    kind: ClassVar[str] = "dockerfile-stages"
    names: frozenset[str]
    open: bool
    takes_all: bool = False


def _parse(source: Source) -> DockerfileStages:
    found = [match for line in source.lines if (match := _FROM.search(line.partition(" #")[0]))]
    names = {match.group(1).lower() for match in found if match.group(1)}
    generated = _GENERATED.search(source.text) is not None and _FRONT_END.search(source.text) is None
    return DockerfileStages(
        names=frozenset(names),
        open=generated or not found or any("$" in one for one in names),
        takes_all=any(_ALL.search(line) for line in source.lines),
    )


PARSER = Parser(fact=DockerfileStages, accepts=lambda file: file.language is Language.DOCKERFILE, parse=_parse)
