"""AUD919: what never happened is taken to have happened just now."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.absent_data import is_zero
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_parts import found_missing
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WHEN = pattern(
    r"(?i)(?:^|_)(?:last|latest|newest|recent|updated|modified|seen|synced|refreshed|renewed|rotated|backed|backup|heartbeat|success|run|ran|trained|checked|verified|finished|completed|ingested|materiali[sz]ed|moment)(?:_|$)"
)
_AGE = pattern(
    r"(?i)(?:^|_)(?:age|stale|staleness|fresh|freshness|lag|since|behind|old|overdue|idle|silence|quiet)(?:_|$)"
)
_AGES = pattern(r"(?i)(?:^|_)(?:age|staleness|seconds_since|minutes_since|hours_since|days_since|time_since)(?:_|$)")
_BEGINS = pattern(r"(?i)start|begin|began|created|opened|born|epoch|^t0$|tick|throttl|debounc|rate")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for zero in _no_age(view):
            message = f"{view.name} gives 0, the freshest there is, for what never happened."
            yield Hit(source.path, zero.lineno, zero.end_lineno or zero.lineno, message, view.qualified)
        ages = [one for one in view.of(ast.BinOp) if isinstance(one.op, ast.Sub)] if not view.is_test else []
        if not ages or _BEGINS.search(view.name):
            continue
        clocks = _clocks(view, syntax)
        for age in ages:
            name = _stands_in(age.right, view, clocks, syntax) if _is_now(age.left, clocks, syntax) else ""
            if name and not _BEGINS.search(name) and (_WHEN.search(name) or _tells_age(age, view)):
                message = f"{view.name} takes {name[:40]} for now where there is none: what never happened is of age 0."
                yield Hit(source.path, age.lineno, age.end_lineno or age.lineno, message, view.qualified)


def _no_age(view: FunctionView) -> Iterator[ast.Return]:
    """``if self.last is None: return 0.0`` of an age."""
    for branch in view.of(ast.If) if not view.is_test and _AGES.search(view.name) else ():
        last = branch.body[-1]
        missing = found_missing(branch.test)
        if isinstance(last, ast.Return) and is_zero(last.value) and _WHEN.search(last_name(missing)):
            yield last


def _clocks(view: FunctionView, syntax: PythonSyntax) -> frozenset[str]:
    """The names that hold the time."""
    bound = ((last_name(one.targets[0]), one.value) for one in view.of(ast.Assign))
    return frozenset(name for name, value in bound if _reads_clock(value, syntax))


def _reads_clock(value: ast.expr, syntax: PythonSyntax) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = syntax.name_of(value.func)
    plain = last_name(value.func) in ("now", "utcnow", "_now", "utc_now", "now_utc", "timezone_now", "current_time")
    return plain or (last_name(value.func) in ("time", "monotonic") and effect_of_call(name, value) is Effect.CLOCK)


def _is_now(value: ast.expr, clocks: frozenset[str], syntax: PythonSyntax) -> bool:
    return (isinstance(value, ast.Name) and value.id in clocks) or _reads_clock(value, syntax)


def _stands_in(then: ast.expr, view: FunctionView, clocks: frozenset[str], syntax: PythonSyntax) -> str:
    """What the time of something is called, where that is now for want of one; empty for others."""
    while isinstance(then, ast.Call) and last_name(then.func) in ("float", "int", "fromtimestamp") and then.args:
        then = then.args[0]
    if not isinstance(then, ast.Name):
        return ast.unparse(then) if _falls_back(then, clocks, syntax) else ""
    values = Bindings.of(view).assigned.get(then.id, [])
    stands = any(_falls_back(one, clocks, syntax) for one in values)
    return then.id if stands or then.id in _set_where_missing(view, clocks, syntax) else ""


def _falls_back(value: ast.expr, clocks: frozenset[str], syntax: PythonSyntax) -> bool:
    """``last_run() or now``, ``state.get("last", now)``, and ``last if last else now``."""
    match value:
        case ast.BoolOp(op=ast.Or(), values=[_, *_, last]):
            return _is_now(last, clocks, syntax)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_now(orelse, clocks, syntax) or _is_now(body, clocks, syntax)
        case (
            ast.Call(func=ast.Attribute(attr="get"), args=[_, default])
            | ast.Call(func=ast.Name(id="getattr"), args=[_, _, default])
        ):
            return _is_now(default, clocks, syntax)
        case ast.Call(args=[inner]):
            return _falls_back(inner, clocks, syntax)
        case _:
            return False


@lru_cache(maxsize=2)
def _set_where_missing(view: FunctionView, clocks: frozenset[str], syntax: PythonSyntax) -> frozenset[str]:
    """The names that get the time in a branch that found them None: ``if last is None: last = now``."""
    found: set[str] = set()
    for branch in view.of(ast.If):
        asked = {one.id for one in own_nodes([branch.test]) if isinstance(one, ast.Name)}
        absent = isinstance(branch.test, ast.UnaryOp) or (
            isinstance(branch.test, ast.Compare) and isinstance(branch.test.ops[0], ast.Is)
        )
        for one in branch.body if absent else ():
            if isinstance(one, ast.Assign) and _is_now(one.value, clocks, syntax):
                found.update(asked & {last_name(one.targets[0])})
    return frozenset(found)


def _tells_age(age: ast.BinOp, view: FunctionView) -> bool:
    """Whether the function, or what the difference is given to, is named for an age."""
    return _AGE.search(view.name) is not None or id(age) in _ages(view)


@lru_cache(maxsize=2)
def _ages(view: FunctionView) -> frozenset[int]:
    """The differences that are given to what is named for an age."""
    given = [one for one in view.of(ast.Assign) if _AGE.search(last_name(one.targets[0]))]
    return frozenset(id(part) for one in given for part in own_nodes([one.value]) if isinstance(part, ast.BinOp))


RULE = Rule(
    id="AUD919",
    name="never-taken-for-now",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what never happened told from what happened just now?",
    why="`last = last_backup() or now` makes the age of a backup that was never taken 0: the freshest there can be.",
    limits="Judged are differences between now and a time for which now stands in where there is none (`or now`, a default of `get`, a branch on None), of names of past events and in what is named for an age; times at which something began are left alone.",
    fix="Return None or infinity where it never happened, and treat that as stale.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("now", "time"),
    check_file=_check,
    examples=(
        Example(
            title="the age of what was never done",
            files={
                "till/age.py": (
                    "import time\nfrom datetime import datetime, timezone\n\n\nclass Monitor:\n    def check(self, view):\n        now = utcnow()\n        last = self.last_run(view) or now\n        age = (now - last).total_seconds()\n        return age < 60\n\n\n"
                    "def backup_age(state):\n    return time.time() - state.get('backup', time.time())\n\n\n"
                    "def lag(store):\n    seen = store.seen()\n    if seen is None:\n        seen = datetime.now(timezone.utc)\n    return datetime.now(timezone.utc) - seen\n\n\n"
                    "def is_stale(row):\n    stamp = row.stamp if row.stamp else time.time()\n    age = time.time() - float(stamp)\n    return age > 60\n"
                )
            },
            found=("till/age.py:14", "till/age.py:21", "till/age.py:26", "till/age.py:9"),
        ),
        Example(
            title="an age of nought",
            files={
                "till/age.py": "import time\n\n\nclass Backups:\n    def age_seconds(self):\n        if self.last_success is None:\n            return 0.0\n        return time.time() - self.last_success\n\n    def wait_seconds(self):\n        if self.last_success is None:\n            return 0.0\n        return 5.0\n"
            },
            found=("till/age.py:7",),
        ),
        Example(
            title="times of beginning, and what is told as unknown",
            files={
                "till/age.py": (
                    "import time\n\n\ndef run(started=None):\n    started = started or time.time()\n    return time.time() - started\n\n\n"
                    "def backup_age(state):\n    last = state.get('backup')\n    if last is None:\n        return None\n    return time.time() - last\n\n\n"
                    "def old_backup(state):\n    last = state.get('backup') or 0\n    return time.time() - last > 60\n"
                )
            },
        ),
    ),
)
