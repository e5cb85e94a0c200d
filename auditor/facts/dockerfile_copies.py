"""What Dockerfiles copy from their context (https://docs.docker.com/reference/dockerfile/#copy)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "CopiedPath", "DockerfileCopies"]

_COPY = pattern(r"(?i)^\s*(?:COPY|ADD)\s+(.*)$")
_MOST = 500


@dataclass(frozen=True, slots=True, order=True)
class CopiedPath:
    """A source as written, and the line of its instruction."""

    line: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileCopies(Fact):
    """The literal sources of one Dockerfile; those of other stages and images, of the web and with wildcards are left out."""

    kind: ClassVar[str] = "dockerfile-copies"
    items: tuple[CopiedPath, ...]


def _parse(source: Source) -> DockerfileCopies | None:
    found = [CopiedPath(line, path) for line, text in _instructions(source.lines) for path in _sources(text)]
    return DockerfileCopies(items=tuple(found[:_MOST])) if found else None


def _instructions(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The arguments of each copy with their line, continued lines put together."""
    open_at, text = 0, ""
    for number, line in enumerate(lines, 1):
        if open_at and line.lstrip().startswith("#"):
            continue
        text = f"{text} {line.strip()}" if open_at else line
        open_at = open_at or number
        if text.rstrip().endswith("\\"):
            text = text.rstrip().removesuffix("\\")
            continue
        match = _COPY.match(text)
        if match:
            yield open_at, match.group(1)
        open_at, text = 0, ""


def _sources(text: str) -> Iterator[str]:
    words = _words(text.strip())
    options = [word for word in words if word.startswith("--")]
    if any(word.startswith("--from") for word in options) or "<<" in text:
        return
    for word in [word for word in words if not word.startswith("--")][:-1]:
        if not any(sign in word for sign in "$*?[]{}:") and word.strip("./"):
            yield word


def _words(text: str) -> list[str]:
    start = text.find("[")
    if start >= 0 and text.endswith("]"):
        try:
            listed = json.loads(text[start:])
        except ValueError:
            return []
        return [*text[:start].split(), *(word for word in listed if isinstance(word, str))]
    return text.split()


PARSER = Parser(fact=DockerfileCopies, accepts=lambda file: file.language is Language.DOCKERFILE, parse=_parse)
