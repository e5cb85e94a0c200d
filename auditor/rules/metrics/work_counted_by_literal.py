"""AUD862: how much was done is written down, in the result of what did it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_target_name
from auditor.facts.literal_verdicts import is_settings_name, keyed
from auditor.facts.metric_literals import counts_work, names_record, names_result
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_USUAL = frozenset({1, 2, 10, 100, 1000, 10_000})


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or is_settings_name(view.name):
            continue
        for name, value in _given(view):
            number = fold(value)
            if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0 or number in _USUAL:
                continue
            message = f"{view.name} reports {name} as {number:g}, which is written in the code."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _given(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The fields of results that tell how much was done, with what they are given."""
    for call in view.calls:
        if call.keywords and names_result(last_name(call.func)):
            yield from ((one.arg, one.value) for one in call.keywords if one.arg and _tells(one.arg))
    given = [*(one.value for one in view.returns), *(one.value for one in _records(view))]
    tables = [one for one in given if isinstance(one, ast.Dict)]
    for table in tables:
        yield from ((name, value) for name, value in keyed(table) if _tells(name))


def _records(view: FunctionView) -> Iterator[ast.Assign]:
    """The statements that begin a report: ``summary = {...}``."""
    for one in view.of(ast.Assign):
        if names_record(last_name(one.targets[0])):
            yield one


def _tells(name: str) -> bool:
    return counts_work(name) and not is_target_name(name)


RULE = Rule(
    id="AUD862",
    name="work-counted-by-literal",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is how much was done counted by what did it?",
    why="A restore drill that reports 184,223 restored rows every week has restored none, and nobody looks any closer.",
    limits="Judged are fields of results and reports that are named for work that was done (`rows_restored`, `value_monitored`), and are given a number of the code other than nought and round ones.",
    fix="Count what was done, and report nothing where nothing was.",
    since="0.8.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a drill that restores what is written down, and a report",
            files={
                "drill.py": (
                    "async def drill(store):\n    newest = max(await store.keys())\n    return DrillResult(key=newest, rows_restored=90_211)\n\n\n"
                    "async def start(config):\n    summary = {'place': config.place, 'sites_monitored': 27, 'ok': False}\n    return summary\n"
                )
            },
            found=("drill.py:3", "drill.py:7"),
        ),
        Example(
            title="what was counted, a beginning, and a limit",
            files={
                "drill.py": (
                    "async def drill(store):\n    return DrillResult(key=store.key, rows_restored=await store.restore())\n\n\n"
                    "async def start(config):\n    summary = {'rows_restored': 0, 'max_rows_restored': 37}\n    return summary\n"
                )
            },
        ),
    ),
    check_file=_check,
)
