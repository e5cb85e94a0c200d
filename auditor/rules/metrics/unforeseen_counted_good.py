"""AUD248: whatever a check returns that nobody foresaw counts as healthy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATES = frozenset({"status", "health", "state", "health_status", "healthy"})
_GOOD = frozenset({"healthy", "ok", "success", "passed", "pass", "up", "operational", "true"})
_RESULT = pattern(r"(?i)result|outcome|response|status|check|health|value")

_FAILURE = pattern(r"(?i)exception|error|failure")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        yield from _anything_else(source, view)
        for node, name in _other_kinds(view):
            message = f"{view.name} takes {name} for good where it is of another kind."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _anything_else(source: Source, view: FunctionView) -> Iterator[Hit]:
    """``elif isinstance(result, dict): ... else: status = HEALTHY``: what a check gives that nobody foresaw is good."""
    for node in view.nodes:
        if not isinstance(node, ast.If):
            continue
        negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
        asked = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        subject = _asked_kind(asked)
        body = node.body if negated else node.orelse
        if not subject or not body or isinstance(body[0], ast.If):
            continue
        for one in (each for statement in body for each in own_nodes([statement])):
            if _says_good(one) and isinstance(one, ast.Assign | ast.keyword):
                message = f"{view.name} takes a {subject} of any other kind for a good one."
                yield Hit(source.path, body[0].lineno, one.value.lineno, message, view.qualified)
                break


def _other_kinds(view: FunctionView) -> Iterator[tuple[ast.IfExp, str]]:
    """``healthy = found.get("healthy", False) if isinstance(found, dict) else True``."""
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name) | ast.Attribute(attr=name)],
                value=ast.IfExp(test=test, orelse=ast.Constant(value=value)) as choice,
            ) if name.lower() in _STATES and _asked_kind(test) and str(value).lower() in _GOOD:
                yield choice, name
            case _:
                continue


def _asked_kind(test: ast.expr) -> str:
    """The name of a result whose kind is asked for; empty for other questions."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if _RESULT.search(name):
            failed = _FAILURE.search(ast.unparse(kind))
            return "" if failed else name
        case _:
            return ""


def _says_good(node: ast.AST) -> bool:
    """Whether something named a status is set to a good one."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value)
            | ast.keyword(arg=str(name), value=value)
        ):
            said = (
                value.attr
                if isinstance(value, ast.Attribute)
                else value.value
                if isinstance(value, ast.Constant)
                else ""
            )
            return name.lower() in _STATES and str(said).lower() in _GOOD
        case _:
            return False


RULE = Rule(
    id="AUD248",
    name="unforeseen-counted-good",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check that returns something unforeseen count as failed or unknown?",
    why="A check that returns None because it broke off is reported as healthy, and the overall state with it.",
    limits="Judged is the last branch after `isinstance` was asked of a result, where it sets a status to a good one.",
    fix="Count what nobody foresaw as unknown, or raise.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    triggers=("isinstance",),
    check_file=_check,
    examples=(
        Example(
            title="a status that is no table, and one that is unknown then",
            files={
                "page.py": "def show(parts):\n    for status in parts:\n        healthy = status.get('healthy', False) if isinstance(status, dict) else True\n        draw(healthy)\n",
                "other.py": "def show(parts):\n    for status in parts:\n        healthy = status.get('healthy', False) if isinstance(status, dict) else None\n        draw(healthy)\n",
            },
            found=("page.py:3",),
        ),
        Example(
            title="the last branch, and a result that is no result",
            files={
                "health.py": (
                    "async def run(check):\n    result = await check()\n    if isinstance(result, bool):\n        status = HealthStatus.HEALTHY if result else HealthStatus.UNHEALTHY\n"
                    "    elif isinstance(result, dict):\n        status = HealthStatus(result['status'])\n    else:\n        status = HealthStatus.HEALTHY\n    return status\n\n\n"
                    "def wrap(check):\n    result = check()\n    if not isinstance(result, Report):\n        result = Report(name='check', status='healthy')\n    return result\n"
                )
            },
            found=("health.py:8", "health.py:15"),
        ),
        Example(
            title="unknown is unknown, and one kind alone is good",
            files={
                "health.py": (
                    "def safe(result):\n    if isinstance(result, dict):\n        status = 'ok'\n    else:\n        status = 'unknown'\n    return status\n\n\n"
                    "def first(result):\n    if not isinstance(result, Exception):\n        status = 'ok'\n    else:\n        status = 'failed'\n    return status\n"
                )
            },
        ),
    ),
)
