"""Programs that containers are given to run by a shell: in manifests of Kubernetes, templates of Helm, and compose files.

https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/,
https://docs.docker.com/reference/compose-file/services/#command
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.handed_shell import handed_programs
from auditor.facts.helm_text import is_chart_template, read_manifests
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_parts import shell_arguments
from auditor.facts.shell_program import ShellProgram
from auditor.facts.source import Source
from auditor.facts.yaml_shell import program_of
from auditor.facts.yaml_tree import Mapping, Node, Scalar, walk
from auditor.facts.yaml_tree import Sequence as List
from auditor.model.source import Language

__all__ = ["PARSER", "ContainerProgram", "ContainerPrograms"]

_HOOKS = ("postStart", "preStop")
_KEYS = ("command", "args", "entrypoint")
_SCRIPT_FOLLOWS = pattern(r"^-[a-zA-Z]*c$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerProgram:
    """The program of one container, by its name or that of its service."""

    name: str
    program: ShellProgram


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPrograms(Fact):
    """All programs of the containers of one file, in the order of the text."""

    kind: ClassVar[str] = "container-programs"
    items: tuple[ContainerProgram, ...]


def _parse(source: Source) -> ContainerPrograms | None:
    text = source.text
    if "image:" not in text and "build:" not in text:
        return None
    found = [one for root in read_manifests(source.path, text) for one in _programs(root, source.lines)]
    return ContainerPrograms(items=tuple(found)) if found else None


def _programs(root: Node, lines: Sequence[str]) -> Iterator[ContainerProgram]:
    services = root.mapping("services") if isinstance(root, Mapping) else None
    names = {id(value): key.text for key, value in services.pairs} if services is not None else {}
    for node in walk(root):
        if not isinstance(node, Mapping) or not (node.get("image") or node.get("build")):
            continue
        name = names.get(id(node)) or node.text("name")
        for program in _of_container(node, lines):
            yield ContainerProgram(name=name, program=program)


def _of_container(node: Mapping, lines: Sequence[str]) -> Iterator[ShellProgram]:
    for value in (node.get(key) for key in _KEYS):
        program = _read(value, lines) if isinstance(value, Scalar) else None
        yield from handed_programs(program.body) if program is not None else ()
    hooks = node.mapping("lifecycle")
    for key in _HOOKS:
        yield from _given(hooks.mapping(key).mapping("exec").get("command"), None, lines)
    entry = node.get("entrypoint")
    head, rest = (entry, node.get("command")) if entry is not None else (node.get("command"), node.get("args"))
    yield from _given(head, rest, lines)


def _given(head: Node | None, rest: Node | None, lines: Sequence[str]) -> Iterator[ShellProgram]:
    """What a shell is given to run by the words of a command."""
    if not any(_SCRIPT_FOLLOWS.search(one) for one in _texts(head)):
        return
    try:
        given = shell_arguments(head, rest, lines)
    except ParseFailure:
        return  # nested too deep: whoever reads the file for what it is reports it
    if given is not None:
        yield given


def _texts(node: Node | None) -> list[str]:
    return [one.text for one in node.items if isinstance(one, Scalar)] if isinstance(node, List) else []


def _read(scalar: Scalar, lines: Sequence[str]) -> ShellProgram | None:
    try:
        return program_of(scalar, lines)
    except ParseFailure:
        return None  # nested too deep: whoever reads the file for what it is reports it


PARSER = Parser(
    fact=ContainerPrograms,
    accepts=lambda file: file.language is Language.YAML or is_chart_template(file),
    parse=_parse,
)
