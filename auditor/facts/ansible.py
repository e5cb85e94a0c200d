"""Ansible: the tasks of playbooks and roles, and the files that they name.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language

__all__ = ["PARSER", "AnsibleFile", "AnsibleTask", "Named"]

_OF_ROLE = pattern(r"(?:^|/)(?:tasks|handlers)/[^/]+\.ya?ml$")
_LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers")
_BLOCKS = ("block", "rescue", "always")
_KEYWORDS = frozenset(
    {
        "action", "any_errors_fatal", "args", "async", "become", "become_user", "changed_when", "check_mode", "collections", "connection",
        "debugger", "delay", "delegate_facts", "delegate_to", "diff", "environment", "failed_when", "ignore_errors", "ignore_unreachable",
        "listen", "local_action", "loop", "loop_control", "module_defaults", "name", "no_log", "notify", "poll", "port", "register",
        "remote_user", "retries", "run_once", "tags", "throttle", "timeout", "until", "vars", "when",
    }
)  # fmt: skip
_WORD = pattern(r"[A-Za-z_]\w*")
_YES = frozenset({"true", "yes", "on"})
_NO = frozenset({"false", "no", "off"})
_ITEM = pattern(r"^\s*- (?:name|block|hosts|[a-z_.]+):")
_DEBUG = pattern(r"^\s*(?:- )?(?:ansible\.builtin\.)?debug:")
_MOST_OF_TASK = 30
_MOST = 2000
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file, role or playbook by its name. `kind` is the last word of the module or the keyword that names it."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsibleTask:
    """One task. `module` is without its collection, `text` all that the module is given.

    `ignores` is the line of ``ignore_errors: true``, `never_fails` that of ``failed_when: false``; 0 where there is
    none. `judged` tells that what it registers is used outside of the task, `only_told` that messages alone do so. `state` is the parameter of this name, `never` the line of ``when: false``.
    """

    name: str
    line: int
    module: str
    module_line: int
    text: str
    state: str = ""
    ignores: int = 0
    never_fails: int = 0
    registers: str = ""
    judged: bool = False
    only_told: bool = False
    conditional: bool = False
    never: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsibleFile(Fact):
    """A playbook, or the tasks of a role: what it does, and the files it names that no variable chooses."""

    kind: ClassVar[str] = "ansible"
    is_playbook: bool
    tasks: tuple[AnsibleTask, ...]
    named: tuple[Named, ...]


def _parse(source: Source) -> AnsibleFile | None:
    in_role = _OF_ROLE.search(source.path) is not None
    if not in_role and "hosts:" not in source.text and "import_playbook" not in source.text:
        return None
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # whether it is Ansible's at all, nobody can tell
    plays = [one for root in roots if isinstance(root, Sequence) for one in root.items if isinstance(one, Mapping)]
    is_playbook = any(_is_play(one) for one in plays)
    if not is_playbook and not in_role:
        return None
    of_plays = [task for play in plays for key in _LISTS for task in play.items(key)] if is_playbook else plays
    tasks = list(_flat(of_plays))[:_MOST]
    read = tuple(task for one in tasks if (task := _task(one, source)))
    if not read and not is_playbook:
        return None
    named = [found for one in tasks for found in _named(one)]
    named += [found for play in plays if is_playbook for found in _named_by_play(play)]
    return AnsibleFile(is_playbook=is_playbook, tasks=read, named=tuple(named))


def _is_play(one: Mapping) -> bool:
    hosts = isinstance(one.get("hosts"), (Scalar, Sequence))
    does = any(one.get(key) is not None for key in (*_LISTS, "roles"))
    return (hosts and does) or any(key.text.rpartition(".")[2] == "import_playbook" for key, _ in one.pairs)


def _flat(tasks: list[Node] | list[Mapping]) -> Iterator[Mapping]:
    for task in tasks:
        if not isinstance(task, Mapping):
            continue
        inner = [one for key in _BLOCKS for one in task.items(key)]
        if inner:
            yield from _flat(inner)
        else:
            yield task


def _module(task: Mapping) -> tuple[Scalar, Node] | None:
    for key, value in task.pairs:
        if key.text not in _KEYWORDS and not key.text.startswith("with_"):
            return key, value
    return None


def _task(task: Mapping, source: Source) -> AnsibleTask | None:
    found = _module(task)
    if found is None:
        return None
    key, value = found
    registers = task.text("register")
    given = [value, task.mapping("args")]
    text = " ".join(one.text for node in given for one in walk(node) if isinstance(one, Scalar))
    return AnsibleTask(
        name=task.text("name"),
        line=task.line,
        module=key.text.rpartition(".")[2],
        module_line=key.line,
        text=text[:_LONGEST],
        state=value.text("state") if isinstance(value, Mapping) else "",
        ignores=_line_of(task, "ignore_errors", _YES),
        never_fails=_line_of(task, "failed_when", _NO),
        registers=registers,
        judged=bool(registers) and _is_used(registers, task, source),
        only_told=bool(registers) and _is_only_told(registers, task, source),
        conditional=task.get("when") is not None,
        never=_line_of(task, "when", _NO),
    )


def _line_of(task: Mapping, key: str, values: frozenset[str]) -> int:
    return next((name.line for name, _ in task.pairs if name.text == key and task.text(key).lower() in values), 0)


def _is_used(name: str, task: Mapping, source: Source) -> bool:
    others = (*source.lines[: task.line - 1], *source.lines[task.end_line :])
    return any(name in line and name in {found.group() for found in _WORD.finditer(line)} for line in others)


def _is_only_told(name: str, task: Mapping, source: Source) -> bool:
    """Whether every line outside of the task that uses the name lies in a task of ``debug``."""
    places = [
        at
        for at, line in enumerate(source.lines)
        if not task.line - 1 <= at < task.end_line and name in {found.group() for found in _WORD.finditer(line)}
    ]
    return bool(places) and all(_in_debug(source.lines, at) for at in places)


def _in_debug(lines: tuple[str, ...], at: int) -> bool:
    """Whether the list item that a line belongs to has a key of ``debug`` beside its name."""
    first = next((one for one in range(at, max(-1, at - _MOST_OF_TASK), -1) if _ITEM.search(lines[one])), at)
    rest = range(first + 1, min(len(lines), first + _MOST_OF_TASK))
    last = next((one for one in rest if _ITEM.search(lines[one])), rest.stop)
    return any(_DEBUG.search(line) for line in lines[first:last])


def _named(task: Mapping) -> Iterator[Named]:
    found = _module(task)
    if found is None:
        return
    key, value = found
    module = key.text.rpartition(".")[2]
    if module in ("include_tasks", "import_tasks"):
        file = value.get("file") if isinstance(value, Mapping) else value
    elif module == "script":
        file = value.get("cmd") if isinstance(value, Mapping) else value
    elif module in ("copy", "template", "unarchive") and isinstance(value, Mapping):
        file = None if value.text("remote_src").lower() in _YES else value.get("src")
    else:
        return
    yield from _name(module, file)


def _named_by_play(play: Mapping) -> Iterator[Named]:
    for key, value in play.pairs:
        if key.text.rpartition(".")[2] == "import_playbook":
            yield from _name("import_playbook", value)
    for one in play.items("vars_files"):
        yield from _name("vars_files", one)
    for one in play.items("roles"):
        role = (
            one
            if isinstance(one, Scalar)
            else (one.get("role") or one.get("name"))
            if isinstance(one, Mapping)
            else None
        )
        yield from _name("role", role)


def _name(kind: str, node: Node | None) -> Iterator[Named]:
    text = node.text.strip() if isinstance(node, Scalar) else ""
    if text and "{" not in text and "*" not in text and not text.startswith(("/", "~")) and len(text) < _LONGEST:
        yield Named(kind=kind, text=text, line=node.line if node else 0)


PARSER = Parser(fact=AnsibleFile, accepts=lambda file: file.language is Language.YAML, parse=_parse)
