"""What Dockerfiles copy out of their build context (https://docs.docker.com/reference/dockerfile/#copy)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "CopiedPath", "DockerfileCopies", "instructions"]

_COPY = pattern(r"(?i)^\s*(?:COPY|ADD)\s+(.*)$")
_PLAIN = pattern(r"^(?:\./|/)?[A-Za-z0-9_@.-]+(?:/[A-Za-z0-9_@.-]+)*/?$")
_GENERATED = pattern(r"\{\{|\{%|<%")
_LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPath:
    """One source of COPY or ADD, relative to the context."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileCopies(Fact):
    """The plain paths that are copied: no variables, patterns, addresses, stages and here-documents."""

    kind: ClassVar[str] = "dockerfile-copies"
    paths: tuple[CopiedPath, ...]


def instructions(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The instructions with their continued lines joined, and the line on which each begins; comments are left out."""
    parts: list[str] = []
    start = 0
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            continue
        start = start if parts else number
        parts.append(line.rstrip().removesuffix("\\"))
        if not line.rstrip().endswith("\\"):
            yield " ".join(parts)[:_LONGEST], start
            parts = []
    if parts:
        yield " ".join(parts)[:_LONGEST], start


def _parse(source: Source) -> DockerfileCopies | None:
    if _GENERATED.search(source.text):
        return None
    found = [one for text, line in instructions(source.lines) for one in _copied(text, line)]
    return DockerfileCopies(paths=tuple(found))


def _copied(text: str, line: int) -> Iterator[CopiedPath]:
    match = _COPY.search(text)
    if match is None or "<<" in text or "--from=" in text:
        return
    for word in _sources(match.group(1)):
        path = word.strip("/").removeprefix("./").rstrip("/")
        if _PLAIN.search(word) and path not in ("", ".", "..") and ".." not in path.split("/"):
            yield CopiedPath(path=path, line=line)


def _sources(text: str) -> list[str]:
    """The words of a COPY without its options and its target."""
    words = text.split()
    while words and words[0].startswith("--"):
        words.pop(0)
    if words and words[0].startswith("["):
        try:
            listed = json.loads(" ".join(words))
        except ValueError:
            return []
        words = [one for one in listed if isinstance(one, str)]
    return words[:-1]


PARSER = Parser(fact=DockerfileCopies, accepts=lambda file: file.language is Language.DOCKERFILE, parse=_parse)
