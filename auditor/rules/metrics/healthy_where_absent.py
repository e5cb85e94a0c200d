"""AUD898: what is to say how something is says that it is well, because that thing is not there or switched off."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_flag, is_state_name
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_parts import GOOD, found_missing, word_of
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.passed_without_check import RULE as PASSED_WITHOUT_CHECK

__all__ = ["RULE"]

_ASKS = pattern(
    r"(?i)health|status|ready|readiness|alive|liveness|diagnos|probe|monitor|ping|(?:^|[._])checks?(?:_|$)|_check$"
)
_THINGS = pattern(
    r"(?i)(?:^|_)(?:enabled|available|configured|installed|initiali[sz]ed|client|monitor|monitoring|middleware|connection|conn|pool|engine|redis|cache|db|database|store|session|service|manager|broker|queue|"
    r"producer|consumer|scheduler|worker|kafka|rabbitmq|elasticsearch|search|index|bus|collector|exporter|registry|url|dsn|uri|host|endpoint|api_key|token|tracker|tracer|predictor|model|gateway|provider|backend|"
    r"vault|storage|bucket|watcher|agent|bridge|feed|exchange|handler|metrics)$"
)
_TROUBLE = pattern(
    r"(?i)error|exception|issue|problem|fail|violation|alert|missing|warning|bad|down|broken|degraded|stale|expired|pending|required|maintenance|shut|stopp|drain|block|conflict|duplicate"
)
_OPTIONAL = pattern(r"(?i)optional|disabled_ok|allow_missing")


def _check(source: Source) -> Iterator[Hit]:
    told: set[int] | None = None
    for view in syntax_of(source).functions:
        if view.is_test or not _ASKS.search(view.qualified) or _OPTIONAL.search(view.qualified):
            continue
        for node, asked, word in _passing(view):
            if told is None:
                told = _told_elsewhere(source)
            if node.lineno not in told:
                message = f"{view.name} says {word} where there is no {asked} to ask."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _told_elsewhere(source: Source) -> set[int]:
    """The lines of which AUD203 tells."""
    check = PASSED_WITHOUT_CHECK.check_file
    return {line for hit in check(source) for line in range(hit.start_line, hit.end_line + 1)} if check else set()


def _passing(view: FunctionView) -> Iterator[tuple[ast.stmt | ast.expr, str, str]]:
    """The answers and states that are good where the thing is missing: what says so, the thing, and the word."""
    for branch in view.of(ast.If):
        asked = _absent(branch.test)
        if asked and branch.body:
            yield from ((one, asked, word) for one, word in _good(branch.body[-1], view))
    for choice in view.of(ast.IfExp):
        asked, word = _absent(choice.test), word_of(choice.body)
        if asked and word in GOOD and not _is_verdict(choice.orelse):
            yield choice, asked, _shown(choice.body)


def _is_verdict(value: ast.expr) -> bool:
    """Whether the other branch of a choice is a word as well: then the thing is told apart, and nobody is asked."""
    return isinstance(value, ast.Constant)


def _absent(test: ast.expr) -> str:
    """The thing that a condition finds missing or switched off; empty for other conditions."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next((found for one in test.values if (found := _absent(one))), "")
    asked = found_missing(test)
    names = [last_name(one) for one in subtree(asked) if isinstance(one, ast.Name | ast.Attribute)] if asked else []
    if any(_TROUBLE.search(name) for name in names):
        return ""
    if isinstance(asked, ast.Call):
        called = last_name(asked.func)
        return called if called.startswith(("is_", "has_")) and _THINGS.search(called) else ""
    return last_name(asked) if asked is not None and _THINGS.search(last_name(asked)) else ""


def _good(last: ast.stmt, view: FunctionView) -> Iterator[tuple[ast.stmt, str]]:
    """The statement that ends a branch, where it gives or notes a good state."""
    match last:
        case ast.Return(value=ast.Dict() | ast.Call() as value):
            if verdict_of(value, Bindings.of(view)) is Verdict.SUCCESS:
                yield last, _word_in(value)
        case ast.Assign(targets=[target], value=value):
            name = stored_name(target)
            if (is_state_name(name) or is_good_flag(name)) and word_of(value) in GOOD:
                yield last, _shown(value)
            elif isinstance(value, ast.Dict) and verdict_of(value, Bindings.of(view)) is Verdict.SUCCESS:
                yield last, _word_in(value)
        case _:
            return


def _word_in(value: ast.expr) -> str:
    found = (one for one in subtree(value) if word_of(one) in GOOD)
    return next((_shown(one) for one in found), "that all is well")


def _shown(value: ast.AST) -> str:
    return ast.unparse(value)[:40]


RULE = Rule(
    id="AUD898",
    name="healthy-where-absent",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a health check say so where what it asks is switched off or not there?",
    why="`if monitoring is None: return healthy` is the answer in every outage, once somebody has forgotten to start the monitoring.",
    limits=(
        "Judged are functions named for health, status and checks, and in them good words that stand where a client, a connection, a setting or a part is missing or disabled. What AUD203 tells of is not told twice."
    ),
    fix="Answer with a state of its own, such as `disabled`, and let the whole be no better than its parts.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="no monitor, a cache that is off, and a choice",
            files={
                "shop/health.py": (
                    "def detailed_health():\n    monitor = get_monitor()\n    if monitor is None:\n        return {'status': 'healthy', 'monitoring': 'off'}\n    return {'status': monitor.worst()}\n\n\n"
                    "def parts_status(settings, cache, queue):\n    found = {}\n    if not settings.cache_enabled:\n        found['status'] = 'ok'\n    else:\n        found['status'] = cache.ping()\n"
                    "    found['queue'] = 'up' if queue is None else queue.ping()\n    return found\n"
                )
            },
            found=("shop/health.py:11", "shop/health.py:14", "shop/health.py:4"),
        ),
        Example(
            title="a state of its own, and no trouble",
            files={
                "shop/health.py": (
                    "def detailed_health():\n    monitor = get_monitor()\n    if monitor is None:\n        return {'status': 'disabled'}\n    failed_client = monitor.failed_client()\n    if not failed_client:\n        return {'status': 'healthy'}\n    return {'status': 'down'}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
