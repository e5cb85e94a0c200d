"""The Python modules and files that images and compose services start.

https://docs.docker.com/reference/dockerfile/#cmd and https://docs.docker.com/reference/compose-file/services/#command
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.dockerfile_copies import instructions
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "ContainerStarts", "StartedProgram", "programs_started"]

_STARTS = pattern(r"(?i)^\s*(?:CMD|ENTRYPOINT)\s+(.*)$")
_MODULE = pattern(r"(?:^|[\s;&|\"'])python[0-9.]*(?: -[a-zA-Z]+)* -m ([A-Za-z_]\w*(?:\.\w+)*)(?:$|[\s;&|\"'])")
_SERVED = pattern(
    r"(?:^|[\s;&|\"'/])(?:uvicorn|gunicorn|hypercorn|granian|daphne)\s(?:[^;&|]*\s)?[\"']?([A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_]\w*(?:\(\))?(?:$|[\s;&|\"'])"
    r"|(?:^|[\s;&|\"'/])celery (?:-A|--app)[ =]([A-Za-z_]\w*(?:\.\w+)*)(?:$|[\s;&|\"'])"
)
_ENDS = pattern(r"[;&|<>]")
_QUOTED = pattern(r"[\"'`\\]")
_FILE = pattern(
    r"(?:^|[\s;&|\"'])(?:python[0-9.]*|streamlit run)(?: -[a-zA-Z]+)* ((?:/|\./)?(?:[\w.-]+/)*[\w-]+\.py)(?:$|[\s;&|\"'])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedProgram:
    """A dotted module (`served` where a server takes an application from it) or the path of a file, its line, and what it is `given`."""

    name: str
    line: int
    given: tuple[str, ...] = ()
    served: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStarts(Fact):
    """What one Dockerfile or compose file starts."""

    kind: ClassVar[str] = "container-starts"
    programs: tuple[StartedProgram, ...]


def programs_started(facts: RepositoryFacts) -> Iterator[tuple[SourceFile, StartedProgram]]:
    """What Dockerfiles, compose files and manifests start."""
    for file, fact in facts.of(ContainerStarts):
        yield from ((file, one) for one in fact.programs)
    for file, pods in facts.of(KubernetesContainers):
        for container in pods.containers:
            yield from ((file, one) for one in _programs(" ".join(container.words), container.command_line))


def _parse(source: Source) -> ContainerStarts | None:
    found = _of_image(source) if source.file.language is Language.DOCKERFILE else _of_services(source)
    programs = tuple(one for text, line in found for one in _programs(text, line))
    return ContainerStarts(programs=programs) if programs else None


def _programs(text: str, line: int) -> Iterator[StartedProgram]:
    for one in _MODULE.finditer(text):
        yield StartedProgram(name=one.group(1), line=line, given=_given(text[one.end(1) :]))
    for one in _SERVED.finditer(text):
        yield StartedProgram(name=one.group(1) or one.group(2), line=line, served=True)
    for one in _FILE.finditer(text):
        yield StartedProgram(name=one.group(1), line=line, file=True, given=_given(text[one.end(1) :]))


def _given(rest: str) -> tuple[str, ...]:
    """The words up to the end of a command; none where it is not written plainly."""
    end = _ENDS.search(rest)
    words = rest[: end.start()] if end else rest
    return () if _QUOTED.search(words) else tuple(words.split())


def _of_image(source: Source) -> Iterator[tuple[str, int]]:
    """The commands of an image, where no other instruction names what they start."""
    every = list(instructions(source.lines))
    for text, line in every:
        match = _STARTS.search(text)
        if match is None:
            continue
        told = _joined(match.group(1))
        others = " ".join(other for other, at in every if at != line)
        if not any(one.file and one.name.rpartition("/")[2] in others for one in _programs(told, line)):
            yield told, line


def _joined(text: str) -> str:
    if not text.startswith("["):
        return text
    try:
        words = json.loads(text)
    except ValueError:
        return ""
    return " ".join(one for one in words if isinstance(one, str)) if isinstance(words, list) else ""


def _of_services(source: Source) -> Iterator[tuple[str, int]]:
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return  # the parser of compose files reports it
    root = roots[0] if roots else None
    for _, service in root.mapping("services").pairs if isinstance(root, Mapping) else ():
        for key in ("command", "entrypoint"):
            node = service.get(key) if isinstance(service, Mapping) else None
            if node is not None:
                yield _text(node), node.line


def _text(node: Node) -> str:
    if isinstance(node, Sequence):
        return " ".join(one.text for one in node.items if isinstance(one, Scalar))
    return " ".join(node.text.split()) if isinstance(node, Scalar) else ""


PARSER = Parser(
    fact=ContainerStarts,
    accepts=lambda file: file.language is Language.DOCKERFILE or looks_like_compose(file.name),
    parse=_parse,
)
