"""AUD867: the condition of an alarm reads what is missing as 0, and stays silent."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_bad_when_high, is_target_name
from auditor.facts.good_names import is_low_good
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONDITIONS = pattern(
    r"(?i)^(?:condition|predicate|check|trigger|when|rule|expr|expression|evaluate|fires|fires_when|fires_if|test|matches)(?:_fn|_func|_function)?$"
)
_RULES = pattern(r"(?i)alert|alarm|rule|monitor|watch|trigger|guard|safeguard|breaker|tripwire")
_LOADS = pattern(
    r"(?i)cpu|memory|disk|usage|load|duration|seconds|_ms$|queue|pending|restart|percent$|timeout|age|backlog|errors?|failures?|failed|lost|dropped|downtime|temperature|pressure"
)
_DEEPEST = 6


def _check(source: Source) -> Iterator[Hit]:
    for call in nodes_of(syntax_of(source).tree, ast.Call):
        if not _RULES.search(last_name(call.func)):
            continue
        for one in call.keywords:
            asked = (
                _asked(one.value.body, 0)
                if isinstance(one.value, ast.Lambda) and _CONDITIONS.match(one.arg or "")
                else ""
            )
            if asked:
                message = f"The condition of {last_name(call.func)} takes a missing {asked} for 0: who stops reporting never raises it."
                yield Hit(
                    source.path,
                    one.value.lineno,
                    one.value.end_lineno or one.value.lineno,
                    message,
                    last_name(call.func),
                )


def _asked(test: ast.expr, depth: int) -> str:
    """The figure that a condition reads by ``.get(key, 0)``, and fires on above a limit."""
    if depth > _DEEPEST:
        return ""
    match test:
        case ast.BoolOp(values=values):
            return next((found for one in values if (found := _asked(one, depth + 1))), "")
        case ast.Compare(
            left=ast.Call(
                func=ast.Attribute(attr="get"),
                args=[ast.Constant(value=str()) | ast.JoinedStr() as key, ast.Constant(value=0)],
            ),
            ops=[ast.Gt() | ast.GtE()],
        ):
            name = strings_in(key).strip("_ ")
            bad = is_bad_when_high(name) or is_low_good(name) or _LOADS.search(name) is not None
            return name if name and bad and not is_target_name(name) else ""
        case _:
            return ""


RULE = Rule(
    id="AUD867",
    name="alarm-without-figure",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does an alarm tell a missing figure from a good one?",
    why="`load.get('cpu', 0) > 90` is never true of a host whose agent has died, which is when somebody should look.",
    limits="Judged are conditions that are handed to rules of alarms as lambdas, which compare a load, time or count of failures, read with 0 as its default, with a limit.",
    fix="Raise an alarm of its own where the figure is missing.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("lambda",),
    examples=(
        Example(
            title="silent where nobody reports",
            files={
                "rules.py": (
                    "RULES = [\n    AlertRule(name='busy', condition=lambda data: data.get('cpu_percent', 0) > 90),\n    AlertRule(name='full', condition=lambda data: data['disk_percent'] > 95),\n]\n\n\n"
                    "def rule_of(kind, limit):\n    return AlertRule(\n        name=kind,\n        condition=lambda data: data.get('host', {}).get(f'{kind}_usage', 0) > limit,\n    )\n"
                )
            },
            found=("rules.py:10", "rules.py:2"),
        ),
        Example(
            title="a figure that must be there, a count of what is wanted, and a filter",
            files={
                "rules.py": (
                    "RULES = [\n    AlertRule(name='full', condition=lambda data: data['disk_percent'] > 95),\n    AlertRule(name='sold', condition=lambda data: data.get('orders', 0) > 95),\n]\n"
                    "busy = select(rows, condition=lambda row: row.get('cpu_percent', 0) > 90)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
