"""Commands that task runners other than make run: Taskfile, just and tox.

https://taskfile.dev/reference/schema/, https://just.systems/man/en/ and https://tox.wiki/en/latest/config.html#commands
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml
from auditor.facts.yaml_tree import Sequence as List
from auditor.model.source import SourceFile

__all__ = ["PARSER", "TaskCommand", "TaskRecipes"]

_TASKFILES = frozenset({"taskfile.yml", "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml"})
_JUSTFILES = frozenset({"justfile", ".justfile"})
_TOX = frozenset({"tox.ini"})
_HEAD = pattern(r"^@?([A-Za-z_][\w-]*)[^:=]*:(?:[^=]|$)")
_SECTION = pattern(r"^\[testenv(?::([\w.{},-]+))?\]")
_KEY = pattern(r"^([A-Za-z_]\w*)\s*=\s*(.*)$")
_COMMANDS = ("commands", "commands_pre", "commands_post")
_TRUE = frozenset({"true", "yes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCommand:
    """One command of a task, with the line on which it begins; its failure is `ignored` where the runner is told so."""

    task: str
    text: str
    line: int
    ignored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecipes(Fact):
    """All commands of one file, in the order of the text. `tolerated` are the lines that make a whole task's failure count for nothing."""

    kind: ClassVar[str] = "task-recipes"
    commands: tuple[TaskCommand, ...]
    tolerated: tuple[tuple[str, int], ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.name.lower() in _TASKFILES | _JUSTFILES | _TOX


def _parse(source: Source) -> TaskRecipes | None:
    name = source.path.rpartition("/")[2].lower()
    if name in _TASKFILES:
        return _of_taskfile(source)
    if name in _JUSTFILES:
        return TaskRecipes(commands=tuple(_of_just(source.lines)))
    return _of_tox(source.lines)


def _of_taskfile(source: Source) -> TaskRecipes | None:
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # whoever reads the file for what it is reports it
    root = roots[0] if roots else None
    found: list[TaskCommand] = []
    tolerated: list[tuple[str, int]] = []
    for key, task in root.mapping("tasks").pairs if isinstance(root, Mapping) else ():
        items: Sequence[Node] = (task,) if isinstance(task, Scalar) else task.items if isinstance(task, List) else ()
        if isinstance(task, Mapping):
            items = (*task.items("deps"), *task.items("cmds"), *(one for one in (task.get("cmd"),) if one is not None))
            line = next((name.line for name, _ in task.pairs if name.text == "ignore_error"), 0)
            if line and task.text("ignore_error").lower() in _TRUE:
                tolerated.append((key.text, line))
        found += [one for item in items for one in _command(key.text, item)]
    return TaskRecipes(commands=tuple(found), tolerated=tuple(tolerated))


def _command(task: str, item: Node) -> Iterator[TaskCommand]:
    """A command of a Taskfile, as a text or with settings of its own."""
    settings = item if isinstance(item, Mapping) else None
    other = settings.get("task") if settings is not None else None
    if isinstance(other, Scalar):
        yield TaskCommand(task=task, text=f"task {other.text}", line=other.line)
    text = settings.get("cmd") if settings is not None else item
    if isinstance(text, Scalar):
        ignored = settings is not None and settings.text("ignore_error").lower() in _TRUE
        yield TaskCommand(task=task, text=text.text, line=text.line + text.block, ignored=ignored)


def _of_just(lines: Sequence[str]) -> Iterator[TaskCommand]:
    """Indented lines below a head, or a whole script; ``-`` before a command says that its failure does not count."""
    task, at = "", 0
    while at < len(lines):
        line = lines[at]
        head = _HEAD.match(line)
        if head is not None:
            task = head.group(1)
            yield from (
                TaskCommand(task=task, text=f"just {one}", line=at + 1) for one in line.partition(":")[2].split()
            )
        elif task and _is_inner(line):
            last = _last_line(lines, at)
            yield _just_command(task, lines[at : last + 1], at + 1)
            at = last
        elif line.strip():
            task = ""
        at += 1


def _is_inner(line: str) -> bool:
    return (
        line[:1] in (" ", "\t")
        and bool(line.strip())
        and (not line.strip().startswith("#") or line.strip().startswith("#!"))
    )


def _last_line(lines: Sequence[str], at: int) -> int:
    """Where the command that begins on a line ends: behind its continuations, or, for a script, with the recipe."""
    whole = lines[at].strip().startswith("#!")
    while at + 1 < len(lines) and (
        (whole and (not lines[at + 1].strip() or lines[at + 1][:1] in (" ", "\t")))
        or (not whole and lines[at].rstrip().endswith("\\"))
    ):
        at += 1
    return at


def _just_command(task: str, lines: Sequence[str], number: int) -> TaskCommand:
    bare = lines[0].lstrip().lstrip("@-")
    marks = lines[0].lstrip()[: len(lines[0].lstrip()) - len(bare)]
    return TaskCommand(task=task, text="\n".join((bare, *lines[1:])), line=number, ignored="-" in marks)


def _of_tox(lines: Sequence[str]) -> TaskRecipes | None:
    """The commands of each environment; ``-`` before one says that its failure does not count."""
    found: list[TaskCommand] = []
    tolerated: list[tuple[str, int]] = []
    section, key, last = "", "", 0
    for number, line in enumerate(lines, 1):
        if number <= last:  # an option of the command before
            continue
        head = _SECTION.match(line)
        if head is not None or line.startswith("["):
            section, key = (head.group(1) or "tests", "") if head is not None else ("", "")
            continue
        setting = _KEY.match(line)
        if setting is not None:
            key = setting.group(1)
            if section and key == "ignore_outcome" and setting.group(2).strip().lower() in _TRUE:
                tolerated.append((section, number))
        text = (setting.group(2) if setting is not None else line).strip()
        if section and key in _COMMANDS and text and not text.startswith("#"):
            last = _last_line(lines, number - 1) + 1
            whole = "\n".join((text.lstrip("-! "), *lines[number:last]))
            found.append(TaskCommand(task=section, text=whole, line=number, ignored=text.startswith("-")))
    return TaskRecipes(commands=tuple(found), tolerated=tuple(tolerated)) if found or tolerated else None


PARSER = Parser(fact=TaskRecipes, accepts=_accepts, parse=_parse)
