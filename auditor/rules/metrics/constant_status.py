"""AUD242: a health report with a status that never changes."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.literal_verdicts import HEALTHY, follows_work, keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = pattern(r"(?i)health|status|readiness|liveness|metrics|monitor|diagnos|dashboard|overview|system_info|check")
_KEYS = pattern(
    r"(?i)^(?:(?:\w+_)?(?:health|status|state)|database|db|redis|cache|queue|api|storage|broker|is_healthy|healthy|connected|operational)$"
)
_VAGUE = frozenset({"ok", "ready", "pass", "passed"})
"""Words that answer a request as often as they judge a system."""
_COMPONENT = pattern(r"(?i)^\w+_(?:status|state|health)$")
_BUSY = frozenset({"active", "running", "working", "available", "up", "good", "stable", "normal", "optimal"})
_CLASSES = pattern(r"(?:Health|Status|Check)\w*$")
_RUNNING = (ast.If, ast.Match, ast.ExceptHandler, ast.IfExp, ast.For, ast.While)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _REPORTS.search(view.name):
            continue
        for key, places in _given(view, syntax).items():
            if len({ast.dump(value) for value, _, _ in places}) > 1 and not all(made for _, _, made in places):
                continue  # it takes different values: something decides
            for value, certain, made in places:
                if certain and (_is_well(value, vague=not made) or _is_busy(key, value)) and not _is_bare(view, value):
                    message = f"{view.name} reports {key} as {_text(value)!r} whatever the state is."
                    yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _given(view: FunctionView, syntax: PythonSyntax) -> dict[str, list[tuple[ast.expr, bool, bool]]]:
    """What each key of a report is given: the value, whether that always happens, and whether an object is made of it."""
    found: dict[str, list[tuple[ast.expr, bool, bool]]] = defaultdict(list)
    conditional = {id(one) for node in view.nodes if isinstance(node, _RUNNING) for one in own_nodes([node])}
    for node in view.nodes:
        for key, value, made in _entries(node):
            later = isinstance(node, ast.Assign)
            certain = not later and id(node) not in conditional and not _after_work(view, node, syntax)
            found[key].append((value, certain, made))
    return found


def _entries(node: ast.AST) -> Iterator[tuple[str, ast.expr, bool]]:
    """The entries of a dictionary, an object or an assignment whose keys speak of a state."""
    pairs: list[tuple[str | None, ast.expr]] = []
    made = False
    match node:
        case ast.Dict():
            pairs = [*keyed(node)]
        case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker), keywords=keywords):
            made = maker[:1].isupper() and _CLASSES.search(maker) is not None
            pairs = [(one.arg, one.value) for one in keywords if made]
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))], value=value):
            pairs = [(key, value)]
        case _:
            pass
    yield from ((key, value, made) for key, value in pairs if key and _KEYS.search(key))


def _after_work(view: FunctionView, node: ast.AST, syntax: PythonSyntax) -> bool:
    """Whether the statement that holds the node, or its neighbour before it, does work that could raise."""
    for block in [view.body, *(one.body for one in view.nodes if isinstance(one, ast.Try))]:
        for index, statement in enumerate(block):
            if not isinstance(statement, ast.Try) and any(one is node for one in own_nodes([statement])):
                return follows_work(block, index, syntax) and isinstance(block[index - 1], ast.Expr)
    return False


def _is_well(value: ast.expr, *, vague: bool) -> bool:
    if not isinstance(value, ast.Constant):
        return False
    if value.value is True:
        return not vague
    word = str(value.value).lower()
    return isinstance(value.value, str) and word in HEALTHY and not (vague and word in _VAGUE)


def _is_busy(key: str, value: ast.expr) -> bool:
    """``scheduler_status: "active"``: a named component of which it is said that it works."""
    word = str(value.value).lower() if isinstance(value, ast.Constant) else ""
    return _COMPONENT.search(key) is not None and word in _BUSY


def _text(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else ""


def _is_bare(view: FunctionView, value: ast.expr) -> bool:
    """Whether the report holds nothing but literals: then it is a sign of life, and AUD201's matter."""
    for node in view.nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict) and value in node.value.values:
            return len(view.body) == 1 and not any(isinstance(one, ast.Call | ast.Name) for one in node.value.values)
    return False


RULE = Rule(
    id="AUD242",
    name="constant-status",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can the status in a health report change?",
    why="Among figures that are measured, a status that is written as 'healthy' is the one that people and monitors read.",
    limits="Judges functions named for health, status, metrics or checks, and a status that has one value and no condition around it. A status after a call that would raise is left alone; so is a bare sign of life.",
    fix="Derive the status from the checks and figures beside it.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="measured figures under a written status",
            files={
                "monitor.py": 'def get_metrics_health(collector):\n    snapshot = collector.snapshot()\n    return {\n        "status": "healthy",\n        "cpu": snapshot.cpu,\n        "limits": {"cpu": 80},\n    }\n'
            },
            found=("monitor.py:4",),
        ),
        Example(
            title="objects for services that nobody asked",
            files={
                "services.py": 'from datetime import datetime\n\n\ndef services_health():\n    services = []\n    services.append(ServiceHealth(service="search", status="healthy", checked=datetime.now()))\n    services.append(ServiceHealth(service="models", status="degraded", checked=datetime.now()))\n    return services\n'
            },
            found=("services.py:6",),
        ),
        Example(
            title="a component that is always active",
            files={
                "jobs.py": 'async def get_schedule_status(session):\n    latest = await session.scalar(LATEST)\n    return {"latest": latest.id if latest else None, "scheduler_status": "active"}\n'
            },
            found=("jobs.py:3",),
        ),
        Example(
            title="a status that depends on something",
            files={
                "monitor.py": 'def check_health(database, queue):\n    report = {"status": "healthy", "queue": queue.depth()}\n    if queue.depth() > 100:\n        report["status"] = "degraded"\n    return report\n\n\ndef database_status(database):\n    try:\n        database.ping()\n        return {"status": "healthy", "size": database.size()}\n    except OSError as error:\n        return {"status": "unhealthy", "error": str(error)}\n\n\ndef health():\n    return {"status": "healthy"}\n'
            },
        ),
    ),
    check_file=_check,
)
