<<<<<<< HEAD
"""What Dockerfiles copy out of their build context (https://docs.docker.com/reference/dockerfile/#copy)."""
=======
"""What Dockerfiles copy from their context (https://docs.docker.com/reference/dockerfile/#copy)."""
>>>>>>> dops

from __future__ import annotations

import json
<<<<<<< HEAD
from collections.abc import Iterator, Sequence
=======
from collections.abc import Iterator
>>>>>>> dops
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

<<<<<<< HEAD
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
=======
__all__ = ["PARSER", "CopiedPath", "DockerfileCopies"]

_COPY = pattern(r"(?i)^\s*(?:COPY|ADD)\s+(.*)$")
_MOST = 500


@dataclass(frozen=True, slots=True, order=True)
class CopiedPath:
    """A source as written, and the line of its instruction."""

    line: int
    path: str
>>>>>>> dops


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileCopies(Fact):
<<<<<<< HEAD
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
=======
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
>>>>>>> dops


PARSER = Parser(fact=DockerfileCopies, accepts=lambda file: file.language is Language.DOCKERFILE, parse=_parse)
