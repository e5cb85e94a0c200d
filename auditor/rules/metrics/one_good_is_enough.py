"""AUD856: the state of the whole is good as soon as one of its parts is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_flag, is_good_word
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PARTS = pattern(
    r"(?i)(?:^|_)(?:checks?|reports?|probes?|dependenc\w+|components?|gates?|criteria|validations?|verifications?|controls?)(?:_\w+)?$"
)
_ENOUGH = pattern(
    r"(?i)(?:^|_)(?:any|one|some|either|replicas?|nodes?|instances?|backends?|mirrors?|partial|fallback|providers?|endpoints?|channels?|members?|peers?|upstreams?)(?:_|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _ENOUGH.search(view.name):
            continue
        for choice in view.of(ast.IfExp):
            if _says(choice.body, Verdict.SUCCESS) and _says(choice.orelse, Verdict.FAILURE):
                yield from _enough(choice, choice.test, view, source)


def _enough(node: ast.expr, test: ast.expr, view: FunctionView, source: Source) -> Iterator[Hit]:
    """``"ok" if any(one.healthy for one in reports) else "degraded"``."""
    match test:
        case ast.Call(
            func=ast.Name(id="any"),
            args=[ast.GeneratorExp(elt=asked, generators=[ast.comprehension(iter=parts, ifs=[])])],
        ):
            over = (
                last_name(parts.func.value)
                if isinstance(parts, ast.Call) and isinstance(parts.func, ast.Attribute)
                else last_name(parts)
            )
            if _is_good_question(asked) and _PARTS.search(over) and not _ENOUGH.search(over):
                message = f"{view.name} calls the whole good as soon as one of {over} is."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
        case _:
            return


def _is_good_question(asked: ast.expr) -> bool:
    """``one.healthy``, ``one["ok"]``, ``one.status == "healthy"``."""
    match asked:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return is_good_flag(name)
        case ast.Compare(
            ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant(value=str(word)) | ast.Attribute(attr=word)]
        ):
            return is_good_word(word)
        case _:
            return False


def _says(value: ast.expr, verdict: Verdict) -> bool:
    match value:
        case ast.Constant(value=str(word)) | ast.Attribute(attr=word):
            found = verdict_of_word(word)
            return found is verdict or (verdict is Verdict.FAILURE and word.lower() in ("failing", "not_ready"))
        case _:
            return False


RULE = Rule(
    id="AUD856",
    name="one-good-is-enough",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the whole only called good where all that it needs is?",
    why="With `any` in the place of `all`, a service whose database is gone is ready because the disk has room.",
    limits="Judged are choices between a good and a bad word by `any` over checks, probes, dependencies and their reports; replicas, mirrors and others of which one will do are left alone.",
    fix="Ask with `all`, and say which parts may be missing.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("any(",),
    examples=(
        Example(
            title="ready because of one, by flag and by word",
            files={
                "health.py": (
                    "async def fold(probe):\n    reports = await probe.all()\n    return {'status': 'ok' if any(one.healthy for one in reports) else 'degraded'}\n\n\n"
                    "def overall(checks):\n    return State.HEALTHY if any(one['state'] == 'healthy' for one in checks.values()) else State.UNHEALTHY\n"
                )
            },
            found=("health.py:3", "health.py:7"),
        ),
        Example(
            title="all of them, and replicas of which one will do",
            files={
                "health.py": (
                    "async def fold(probe):\n    reports = await probe.all()\n    return {'status': 'ok' if all(one.healthy for one in reports) else 'degraded'}\n\n\n"
                    "def overall(replicas):\n    return 'healthy' if any(one.healthy for one in replicas) else 'unhealthy'\n\n\n"
                    "def worst(checks):\n    return 'degraded' if any(one.failed for one in checks) else 'ok'\n\n\n"
                    "def found(results):\n    return 'ok' if any(one.ok for one in results) else 'failed'\n"
                )
            },
        ),
    ),
    check_file=_check,
)
