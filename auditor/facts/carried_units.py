"""Shell that files of other kinds carry: instructions of images, provisioners, tasks of Ansible, hooks of commits, task runners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from auditor.facts.ansible import AnsibleFile
from auditor.facts.base import ParseFailure
from auditor.facts.commit_hooks import CommitHooks
from auditor.facts.handed_shell import handed_programs
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import join
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.facts.task_recipes import TaskCommand, TaskRecipes
from auditor.facts.terraform_settings import TerraformSettings
from auditor.facts.work_units import ALL_READERS, Unit, unit_of_program, units_of
from auditor.model.source import Language

__all__ = ["EVERY_READER", "IMAGE", "carried_units_of", "every_unit_of"]

EVERY_READER = ALL_READERS | {"dockerfile", "ansible", "terraform-settings", "commit-hooks", "task-recipes"}
"""The kinds of facts, and the language, from which `every_unit_of` takes programs."""
IMAGE = "RUN"
"""The name of the units that are instructions of images."""
_RUN = pattern(r"^(\s*RUN\s+(?:--\S+\s+)*)(\S.*)$")
_EXPRESSION = pattern(r"\{\{[^{}\n]*\}\}|\$\{[^{}\n]*\}")
_TASKS = frozenset({"shell", "command", "raw"})
_MOST = 20_000


def every_unit_of(source: Source) -> tuple[Unit, ...]:
    """The units of `units_of`, and those that files of other kinds carry."""
    return (*units_of(source), *carried_units_of(source))


def carried_units_of(source: Source) -> tuple[Unit, ...]:
    """The units of one file that is none of shell, with the lines of the file; judged as recipes of make are."""
    return _units(source) if source.facts or source.file.language is Language.DOCKERFILE else ()


@lru_cache(maxsize=2)
def _units(source: Source) -> tuple[Unit, ...]:
    return tuple(_found(source))


def _found(source: Source) -> Iterator[Unit]:
    if source.file.language is Language.DOCKERFILE:
        for text, line in _instructions(source.lines):
            yield from _of(IMAGE, text, line, source.path)
    settings, playbook, hooks = source.fact(TerraformSettings), source.fact(AnsibleFile), source.fact(CommitHooks)
    for one in settings.items if settings is not None else ():
        if one.name == "command" and "local-exec" in one.blocks and one.value[:1] == '"':
            yield from _of(".".join(one.blocks[2:3]), one.value[1:-1], one.line, source.path)
    for task in playbook.tasks if playbook is not None else ():
        if task.module in _TASKS:
            below = source.lines[task.module_line - 1].rstrip().endswith(("|", "|-", ">", ">-"))
            yield from _of(task.name, task.text, task.module_line + below, source.path)
    tasks = source.fact(TaskRecipes)
    for name, commands in groupby(tasks.commands if tasks is not None else (), key=lambda one: one.task):
        yield from _of_task(name, list(commands), source.path)
    for hook in hooks.hooks if hooks is not None else ():
        yield from _of(hook.name, hook.entry, hook.line, source.path)


def _of_task(name: str, commands: Sequence[TaskCommand], path: str) -> Iterator[Unit]:
    """All commands of one task as one program: each is run by a shell of its own, as those of make are."""
    try:
        programs = [
            read_shell(_EXPRESSION.sub("$VALUE", one.text) + (" || true" if one.ignored else ""), one.line)
            for one in commands
            if len(one.text) <= _MOST
        ]
    except ParseFailure:
        return
    if programs:
        yield unit_of_program(name, join(programs), path)


def _of(name: str, text: str, line: int, path: str) -> Iterator[Unit]:
    """The program of a text, and those that it hands to another shell."""
    if len(text) > _MOST:
        return
    try:
        program = read_shell(_EXPRESSION.sub("$VALUE", text), line)
        for one in (program, *handed_programs(program.body)):
            yield unit_of_program(name, one, path)
    except ParseFailure:
        return


def _instructions(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The commands of every ``RUN``, with comments between their lines left empty; here-documents are left out."""
    at = 0
    while at < len(lines):
        match = _RUN.search(lines[at])
        first, at = at, at + 1
        if match is None or match.group(2).startswith(("<<", "[")):
            continue
        parts = [" " * len(match.group(1)) + match.group(2)]
        while at < len(lines) and parts[-1].rstrip().endswith("\\"):
            parts.append("\\" if lines[at].lstrip().startswith("#") else lines[at])
            at += 1
        yield "\n".join(parts), first + 1
