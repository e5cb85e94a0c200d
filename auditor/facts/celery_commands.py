"""Commands of Celery that compositions and manifests start (https://docs.celeryq.dev/en/stable/reference/cli.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language, Role

__all__ = ["PARSER", "CeleryCommands", "WorkerCommand"]

_WORKER = pattern(r"\bcelery\b.*?\sworker\b")
_QUEUES = pattern(r"(?:\s-Q|\s--queues)[ =]*([^\s\"']+)")
_EMBEDDED = pattern(r"\s(?:-[a-zA-Z]*B\b|--beat\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerCommand:
    """One worker: the queues that it consumes, none for all that there are."""

    line: int
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CeleryCommands(Fact):
    """The workers of one file, and whether it may start the scheduler, which it then names. `composed` where it is a composition."""

    kind: ClassVar[str] = "celery-commands"
    workers: tuple[WorkerCommand, ...]
    schedules: bool
    composed: bool


def _parse(source: Source) -> CeleryCommands | None:
    text = source.text
    if "celery" not in text or ("worker" not in text and "beat" not in text):
        return None
    try:
        documents = read_yaml(text)
    except ParseFailure:
        return CeleryCommands(workers=(), schedules="beat" in text, composed=False)
    commands = [one for document in documents for one in _commands(document)]
    workers = [WorkerCommand(line=line, queues=_queues(told)) for line, told in commands if _WORKER.search(told)]
    schedules = "beat" in text.lower() or any(_EMBEDDED.search(told) is not None for _, told in commands)
    if not workers and not schedules:
        return None
    composed = any(isinstance(one, Mapping) and one.get("services") is not None for one in documents)
    return CeleryCommands(workers=tuple(workers), schedules=schedules, composed=composed)


def _commands(document: Node) -> Iterator[tuple[int, str]]:
    """What containers that say of which image they are run, in one line each."""
    for node in walk(document):
        if not isinstance(node, Mapping) or not (node.get("image") or node.get("build")):
            continue
        parts = [(node.get(key), key) for key in ("entrypoint", "command", "args")]
        words = [word for part, _ in parts if part is not None for word in _words(part)]
        if words:
            yield words[0].line, " ".join(one.text for one in words)


def _words(node: Node) -> list[Scalar]:
    if isinstance(node, Sequence):
        return [one for one in node.items if isinstance(one, Scalar)]
    return [node] if isinstance(node, Scalar) else []


def _queues(told: str) -> tuple[str, ...]:
    found = [match.group(1) for match in _QUEUES.finditer(told)]
    if not found or any("$" in one or "{" in one for one in found):
        return ()
    return tuple(sorted({name for one in found for name in one.split(",") if name}))


PARSER = Parser(
    fact=CeleryCommands,
    accepts=lambda file: file.language is Language.YAML and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
