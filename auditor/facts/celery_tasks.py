"""Celery in Python: tasks with their names, and what refers to tasks by name (https://docs.celeryq.dev/en/stable/userguide/)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_syntax import PythonSyntax, all_nodes, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "CeleryTasks", "NamedTask", "TaskReference"]

_SCHEDULES = frozenset({"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"})
_ROUTES = frozenset({"task_routes", "CELERY_TASK_ROUTES", "CELERY_ROUTES"})
_MODULES = frozenset({"include", "imports", "CELERY_IMPORTS", "CELERY_INCLUDE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTask:
    """A task: the function, and the name it is given (empty for that of the function, beneath its module)."""

    line: int
    function: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReference:
    """A name by which a task (`use` is ``beat``, ``route`` or ``send``) or a module of tasks (``include``) is meant."""

    line: int
    name: str
    use: str
    queue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CeleryTasks(Fact):
    """The tasks and references of one module. `dynamic` where names of tasks are made at run time.

    `default` is the queue of tasks that no route has.
    """

    kind: ClassVar[str] = "celery-tasks"
    tasks: tuple[NamedTask, ...]
    references: tuple[TaskReference, ...]
    dynamic: bool
    default: str


def _parse(source: Source) -> CeleryTasks | None:
    if b"celery" not in source.data.lower() and b"shared_task" not in source.data:
        return None
    syntax = syntax_of(source)
    tasks, dynamic = _tasks(syntax)
    references = tuple(sorted({*_settings(syntax), *_sent(syntax)}, key=lambda one: (one.line, one.name, one.use)))
    makes_app = any(_is_app(node, syntax) for node in nodes_of(syntax.tree, ast.Call))
    if not tasks and not references and not makes_app and not dynamic:
        return None
    return CeleryTasks(tasks=tuple(tasks), references=references, dynamic=dynamic, default=_default(syntax))


def _is_app(call: ast.Call, syntax: PythonSyntax) -> bool:
    return syntax.name_of(call.func) in ("celery.Celery", "celery.app.Celery")


def _tasks(syntax: PythonSyntax) -> tuple[list[NamedTask], bool]:
    found: list[NamedTask] = []
    dynamic = False
    for view in syntax.functions:
        for one in view.node.decorator_list:
            called = one.func if isinstance(one, ast.Call) else one
            last = syntax.name_of(called).rpartition(".")[2]
            if last not in ("task", "shared_task", "periodic_task"):
                continue
            options = {key.arg: key.value for key in one.keywords} if isinstance(one, ast.Call) else {}
            name = options.get("name")
            literal = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
            dynamic = dynamic or (name is not None and not literal)
            found.append(NamedTask(line=view.node.lineno, function=view.qualified, name=literal))
    for node, _ in syntax.classes:
        if any(syntax.name_of(base).rpartition(".")[2] == "Task" for base in node.bases):
            found += [NamedTask(line=node.lineno, function=node.name, name=name) for name in _class_names(node)]
    made = any(
        syntax.name_of(node.func).rpartition(".")[2] in ("register_task", "subtask")
        for node in nodes_of(syntax.tree, ast.Call)
    )
    return found, dynamic or made


def _class_names(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        match one:
            case ast.Assign(targets=[ast.Name(id="name")], value=ast.Constant(value=str(name))):
                yield name
            case _:
                continue


def _settings(syntax: PythonSyntax) -> Iterator[TaskReference]:
    """What settings are given, as keywords of a call, as attributes or in capitals."""
    for node in all_nodes(syntax.tree):
        if isinstance(node, ast.keyword) and node.arg:
            yield from _setting(node.arg, node.value)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            name = (
                target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
            )
            yield from _setting(name, node.value)


def _setting(name: str, value: ast.expr) -> Iterator[TaskReference]:
    if name in _SCHEDULES and isinstance(value, ast.Dict):
        for entry in value.values:
            task = _entry(entry, "task")
            if task is not None:
                yield TaskReference(line=task.lineno, name=str(task.value), use="beat")
    elif name in _ROUTES and isinstance(value, ast.Dict):
        for key, entry in zip(value.keys, value.values, strict=True):
            queue = _entry(entry, "queue")
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield TaskReference(
                    line=key.lineno, name=key.value, use="route", queue=str(queue.value) if queue is not None else ""
                )
    elif name in _MODULES and isinstance(value, ast.List | ast.Tuple):
        for item in value.elts:
            if isinstance(item, ast.Constant) and isinstance(item.value, str) and "." in item.value:
                yield TaskReference(line=item.lineno, name=item.value, use="include")


def _entry(node: ast.expr, key: str) -> ast.Constant | None:
    """A literal text of a dictionary, or of a call of ``dict``."""
    pairs: list[tuple[object, ast.expr]] = []
    if isinstance(node, ast.Dict):
        pairs = [
            (one.value, value)
            for one, value in zip(node.keys, node.values, strict=True)
            if isinstance(one, ast.Constant)
        ]
    elif isinstance(node, ast.Call):
        pairs = [(one.arg, one.value) for one in node.keywords]
    found = next((value for name, value in pairs if name == key), None)
    return found if isinstance(found, ast.Constant) and isinstance(found.value, str) else None


def _sent(syntax: PythonSyntax) -> Iterator[TaskReference]:
    for node in nodes_of(syntax.tree, ast.Call):
        match node:
            case ast.Call(func=ast.Attribute(attr="send_task"), args=[ast.Constant(value=str(name)), *_]):
                yield TaskReference(line=node.lineno, name=name, use="send")
            case _:
                continue


def _default(syntax: PythonSyntax) -> str:
    """The queue that settings give to tasks without a route; empty where they give none."""
    pairs: list[tuple[str, ast.expr]] = [(one.arg or "", one.value) for one in nodes_of(syntax.tree, ast.keyword)]
    for node in nodes_of(syntax.tree, ast.Assign):
        target = node.targets[0]
        pairs.append((target.attr if isinstance(target, ast.Attribute) else "", node.value))
    found = (
        str(value.value) for name, value in pairs if name == "task_default_queue" and isinstance(value, ast.Constant)
    )
    return next(iter(found), "")


PARSER = Parser(
    fact=CeleryTasks,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
