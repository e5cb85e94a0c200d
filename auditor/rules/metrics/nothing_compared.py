"""AUD241: a comparison that counts its differences as none, and compares nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMPARES = frozenset(
    {"reconcile", "compare", "verify", "audit", "detect", "scan", "diff", "crosscheck", "validate", "inspect", "check"}
)
_TROUBLE = pattern(
    r"(?i)(?:^|_)(?:mismatch(?:es)?|differences?|discrepanc(?:y|ies)|drift(?:ed)?|conflicts?|violations?|anomalies|vulnerabilities|corrupt(?:ed)?|orphans?|missing|duplicates?|deviations?|inconsistenc(?:y|ies)|leaks?|breaches)(?:_count)?$"
)
_HONEST = pattern(r"(?i)mock|fake|stub|demo|example|dummy|empty|initial|default|new_|template|sample|simulat|null|noop")
_DECIDES = (ast.Compare, ast.If, ast.IfExp, ast.BoolOp, ast.comprehension, ast.Try, ast.Match, ast.While)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _COMPARES & {*words_of(view.name)[:2]} or _HONEST.search(view.qualified):
            continue
        table = view.returns[0].value if len(view.returns) == 1 else None
        if not isinstance(table, ast.Dict) or not _counts_something(table) or _decides(view):
            continue
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and _TROUBLE.search(str(key.value)) and _is_none(value):
                message = f"{view.name} reports no `{str(key.value)[:40]}`, and compares nothing."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _counts_something(table: ast.Dict) -> bool:
    """Whether another entry is worked out, so that the result reads as that of work."""
    return any(not isinstance(one, ast.Constant | ast.List | ast.Dict) for one in table.values)


def _decides(view: FunctionView) -> bool:
    """Whether anything is asked in the function that is not a condition of a query, which is compared elsewhere."""
    queried = {
        id(part)
        for call in view.calls
        for part in own_nodes([*call.args])
        if isinstance(part, ast.Compare | ast.BoolOp)
    }
    return any(id(node) not in queried for node in view.of(*_DECIDES))


def _is_none(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=0 as number):
            return number is not False
        case ast.List(elts=[]):
            return True
        case _:
            return False


RULE = Rule(
    id="AUD241",
    name="nothing-compared",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what is reported as without differences compared at all?",
    why="The nightly reconciliation counts its rows and answers `mismatches: 0`: money can be missing for a year before somebody else notices.",
    limits="Judged are functions named for comparing, scanning and the like with one return, a table in which a kind of trouble is 0 or an empty list beside something that is worked out, and no condition outside of a query.",
    fix="Compare with the other side and count what differs; raise NotImplementedError until then.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a count of what was read, and none of what differs",
            files={
                "jobs/stock.py": (
                    "def reconcile_stock(session):\n    rows = session.scalars(select(Item).where(Item.kept == 1)).all()\n    return {'rows': len(rows), 'differences': 0}\n\n\n"
                    "async def detect_drift(client):\n    state = await client.state()\n    return {'resources': len(state), 'drifted': []}\n"
                )
            },
            found=("jobs/stock.py:3", "jobs/stock.py:8"),
        ),
        Example(
            title="differences that are counted, and a report without a comparison",
            files={
                "jobs/stock.py": (
                    "def reconcile_stock(rows, other):\n    wrong = [one for one in rows if one not in other]\n    return {'rows': len(rows), 'differences': len(wrong), 'duplicates': 0}\n\n\n"
                    "def count_stock(rows):\n    return {'rows': len(rows), 'missing': 0}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
