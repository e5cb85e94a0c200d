"""AUD858: in a list of figures with their limits, one figure is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_flag
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import is_number, is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROWS = pattern(
    r"(?:Criteri(?:on|a)|Check|Gate|Metric|Result|Measure(?:ment)?|Indicator|Kpi|KPI|Slo|SLO|Score|Outcome|Control|Requirement|Objective|Reading|Sample|Finding|Probe|Evidence|Comparison)$"
)
_OUTCOMES = pattern(
    r"(?:Step|Result|Check|Outcome|Probe|Report|Record|Status|Test|Gate|Criterion|Drill|Sample|Measurement|Verdict|Receipt)$"
)
_VALUES = frozenset({"value", "actual", "measured", "observed", "current", "score", "result", "figure", "reading"})
_LEAST = 3
_OTHERS = 2


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for made in _listed(view):
            message = f"{view.name} makes each {last_name(made.func)} of a list that stands in the code, and says of all that they are good."
            yield Hit(source.path, made.lineno, made.end_lineno or made.lineno, message, view.qualified)
        for row, value in _written(view):
            message = f"{view.name} gives {ast.unparse(value)} for {ast.unparse(row)[:50]}, beside rows whose figures are found out."
            yield Hit(source.path, row.lineno, row.end_lineno or row.lineno, message, view.qualified)


def _written(view: FunctionView) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The rows of a list with a literal in the place in which two others at least have something that is worked out."""
    for table in view.of(ast.List, ast.Tuple):
        rows = [one for one in table.elts if isinstance(one, ast.Call)]
        if (
            len(rows) < _LEAST
            or len({last_name(one.func) for one in rows}) != 1
            or not _ROWS.search(last_name(rows[0].func))
        ):
            continue
        for place in _places(rows):
            given = [(row, _given(row, place)) for row in rows]
            worked = [one for _, one in given if one is not None and not isinstance(one, ast.Constant)]
            literal = [(row, one) for row, one in given if one is not None and is_number(one)]
            if len(worked) >= _OTHERS and len(worked) > len(literal):
                yield from literal


def _listed(view: FunctionView) -> Iterator[ast.Call]:
    """``[DrillStep(title, seconds, ok=True) for title, seconds in planned]``, where the plan is a literal and nothing is called."""
    bindings = Bindings.of(view)
    literal: dict[int, bool] = {}  # one table may be gone over again and again
    for node in view.of(ast.ListComp):
        made, parts = node.elt, node.generators[0].iter
        if not isinstance(made, ast.Call) or not _OUTCOMES.search(last_name(made.func)):
            continue
        table = bindings.only(parts.id) if isinstance(parts, ast.Name) else parts
        good = any(one.arg and is_good_flag(one.arg) and is_true(one.value) for one in made.keywords)
        if good and id(table) not in literal:
            literal[id(table)] = _is_literal(table)
        if (
            good
            and literal[id(table)]
            and not any(
                isinstance(one, ast.Call | ast.Await)
                for one in own_nodes([*made.args, *(word.value for word in made.keywords)])
            )
        ):
            yield made


def _is_literal(table: ast.expr | None) -> bool:
    if not isinstance(table, ast.List | ast.Tuple):
        return False
    return all(isinstance(one, ast.Constant | ast.Tuple | ast.List | ast.Load) for one in own_nodes(table.elts))


def _places(rows: list[ast.Call]) -> list[int | str]:
    """Where the figure may stand: the second argument, or the keyword that is named for it."""
    named = {one.arg for row in rows for one in row.keywords if one.arg in _VALUES}
    return [1, *sorted(name for name in named if name)]


def _given(row: ast.Call, place: int | str) -> ast.expr | None:
    if isinstance(place, int):
        return row.args[place] if place < len(row.args) else None
    return next((one.value for one in row.keywords if one.arg == place), None)


RULE = Rule(
    id="AUD858",
    name="literal-row",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every figure of a list of criteria found out?",
    why="Between five criteria that read reports stands `Criterion('uptime', 99.97, 99.9)`: it passes in the week of the outage as well.",
    limits="Judged are lists of three and more objects of one class named for criteria, checks, metrics or results, in which one figure is a literal where those of two others at least are worked out, and outcomes that are made as good from a literal list.",
    fix="Read the figure where the others are read.",
    since="0.8.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="an uptime that nobody read, by place and by name",
            files={
                "gate.py": (
                    "def criteria(report):\n    return [\n        Criterion('coverage', report.coverage, 80.0),\n        Criterion('uptime', 99.97, 99.9),\n        Criterion('faults', float(report.faults), 0.0),\n    ]\n\n\n"
                    "def checks(load):\n    found = [\n        LoadCheck(name='p95', value=load.p95, limit=300),\n        LoadCheck(name='errors', value=load.errors, limit=0.01),\n        LoadCheck(name='drift', value=0.02, limit=0.1),\n    ]\n    return found\n"
                )
            },
            found=("gate.py:13", "gate.py:4"),
        ),
        Example(
            title="steps that went well as planned, and steps that were taken",
            files={
                "drill.py": (
                    "async def drill():\n    planned = [('freeze', 11.0), ('promote', 40.0)]\n    return [DrillStep(title, took, ok=True) for title, took in planned]\n\n\n"
                    "async def taken(site):\n    return [DrillStep(title, await site.take(title), ok=True) for title in ('freeze', 'promote')]\n"
                )
            },
            found=("drill.py:3",),
        ),
        Example(
            title="limits that are literals, as they should be, and a table of settings",
            files={
                "gate.py": (
                    "def criteria(report):\n    return [\n        Criterion('coverage', report.coverage, 80.0),\n        Criterion('uptime', report.uptime, 99.9),\n        Criterion('faults', float(report.faults), 0.0),\n    ]\n\n\n"
                    "def objectives():\n    return [Objective('p95', 300), Objective('p99', 800), Objective('rate', 5)]\n"
                )
            },
        ),
    ),
    check_file=_check,
)
