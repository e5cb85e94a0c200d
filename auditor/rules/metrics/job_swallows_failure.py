"""AUD915: a job that a scheduler runs keeps every failure to itself, and is recorded as done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REGISTERS = frozenset({"add_job", "add_task", "do", "schedule_task", "run_daily", "run_repeating", "add_periodic_task", "register_task", "register_job", "schedule_job", "enqueue", "ScheduledTask", "Job", "PythonOperator"})  # fmt: skip
_RUNS = frozenset({"task", "shared_task", "scheduled_job", "actor", "periodic_task", "cron", "job", "scheduled_task", "flow", "db_task", "on_schedule"})  # fmt: skip
_HOLDS = frozenset({"func", "function", "handler", "target", "job", "callback", "coro", "python_callable"})
_APART = frozenset({"background_tasks", "bg_tasks", "tasks", "background"})
"""What runs something once and keeps no record of how it went."""
_WORK = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    registered = set(_registered(syntax))
    for view in syntax.functions:
        if view.is_test or not (view.name in registered or _is_decorated(view)):
            continue
        handler = _swallowing(view, syntax)
        if handler is not None:
            last = handler.body[-1]
            message = f"{view.name} is run by a scheduler, logs every failure and ends as if there had been none: the run counts as done."
            yield Hit(source.path, handler.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _registered(syntax: PythonSyntax) -> Iterator[str]:
    """The functions of the file that are handed to a scheduler."""
    for call in nodes_of(syntax.tree, ast.Call):
        if last_name(call.func) not in _REGISTERS:
            continue
        if isinstance(call.func, ast.Attribute) and last_name(call.func.value) in _APART:
            continue
        yield from (last_name(one) for one in call.args if isinstance(one, ast.Name | ast.Attribute))
        yield from (last_name(one.value) for one in call.keywords if one.arg in _HOLDS)


def _is_decorated(view: FunctionView) -> bool:
    made = (one.func if isinstance(one, ast.Call) else one for one in view.node.decorator_list)
    return any(last_name(one) in _RUNS for one in made)


def _swallowing(view: FunctionView, syntax: PythonSyntax) -> ast.ExceptHandler | None:
    """The handler of all failures that only logs, around all the work of a function that says nothing of how it went."""
    last = view.body[-1] if view.body else None
    if not isinstance(last, ast.Try) or len(last.body) < _WORK or len(last.handlers) != 1 or last.orelse:
        return None
    if any(one.value is not None and not _is_none(one.value) for one in view.returns) or view.of(ast.Raise):
        return None
    handler = last.handlers[0]
    broad = handler.type is None or last_name(handler.type) in ("Exception", "BaseException")
    quiet = all(_is_quiet(one, syntax) for one in handler.body)
    return handler if broad and quiet else None


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_quiet(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement only logs, or does nothing."""
    if isinstance(statement, ast.Pass) or (isinstance(statement, ast.Return) and statement.value is None):
        return True
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and (
        is_log_call(syntax.name_of(call.func)) or last_name(call.func) in ("print", "print_exc")
    )


RULE = Rule(
    id="AUD915",
    name="job-swallows-failure",
    category=Category.MOCKED_METRIC,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Does a scheduled job that fails end as failed?",
    why="The scheduler shows a nightly update as completed for weeks, with an error in the log of each night.",
    limits="Judged are functions that their own file hands to a scheduler or that a decorator makes a task, whose work ends in one `try` with a handler of all failures that only logs, and which say nothing of how it went.",
    fix="Log and raise again, so that whoever runs the job records the failure and tries again.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except",),
    examples=(
        Example(
            title="a job that is handed to a scheduler, and a task",
            files={
                "shop/jobs.py": (
                    "async def update():\n    try:\n        rows = await fetch()\n        await keep(rows)\n    except Exception as error:\n        logger.error('update: %s', error)\n\n\n"
                    "@shared_task\ndef nightly():\n    try:\n        rows = fetch()\n        keep(rows)\n    except Exception:\n        logger.exception('nightly')\n\n\n"
                    "def init(scheduler):\n    scheduler.add_job(update, 'interval', minutes=5)\n"
                )
            },
            found=("shop/jobs.py:14", "shop/jobs.py:5"),
        ),
        Example(
            title="a job that fails as failed, one that says how it went, and a function of no scheduler",
            files={
                "shop/jobs.py": (
                    "@shared_task\ndef nightly():\n    try:\n        rows = fetch()\n        keep(rows)\n    except Exception:\n        logger.exception('nightly')\n        raise\n\n\n"
                    "@shared_task\ndef hourly():\n    try:\n        rows = fetch()\n        keep(rows)\n        return True\n    except Exception:\n        logger.exception('hourly')\n\n\n"
                    "def other():\n    try:\n        rows = fetch()\n        keep(rows)\n    except Exception:\n        logger.exception('other')\n"
                )
            },
        ),
    ),
    check_file=_check,
)
