"""AUD288: the state of a check is good before anybody has looked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATES = frozenset(
    {
        "status",
        "last_status",
        "state",
        "health",
        "health_status",
        "current_status",
        "overall_status",
        "last_state",
        "healthy",
        "is_healthy",
        "last_result",
        "last_healthy",
    }
)
_GOOD = frozenset({"healthy", "ok", "up", "passed", "operational", "success", "pass", "good", "verified", "available"})
_BASES = frozenset({"BaseModel", "NamedTuple"})
_OF_CHECKS = pattern(
    r"(?:Check|Probe|Health|HealthCheck|Component|Dependency|Endpoint|Service|Node|Backend|Target|Monitor|Watchdog|Provider|Peer|Replica|Instance)(?:Status|State|Info|Entry|Record|Health|Result|Report)?$"
)
_UP = pattern(r"(?i)(?:^|_)(?:up|healthy|health|alive|available|reachable|connected|ready)(?:_gauge|_status)?$")
_ANSWERS = pattern(r"(?i)response|request|schema|payload|mock|fake|stub|config|settings|example|fixture")


def _check(source: Source) -> Iterator[Hit]:
    for call, name in _at_import(syntax_of(source)):
        message = f"{name} is set to 1 when the module is imported: so it is told until somebody has looked."
        yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, name)
    for node, qualified in syntax_of(source).classes:
        for started, name in () if _ANSWERS.search(f"{source.path} {node.name}") else _at_start(node):
            message = f"{node.name} starts with {name} as good: so it is told until somebody has looked."
            yield Hit(source.path, started.lineno, started.end_lineno or started.lineno, message, qualified)
        if not _OF_CHECKS.search(node.name) or _ANSWERS.search(node.name) or not is_record(node, _BASES):
            continue
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and last_name(one.target) in _STATES and _is_good(one.value):
                message = (
                    f"{node.name}.{last_name(one.target)} is good from the start: what was never looked at passes."
                )
                yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, qualified)


def _at_import(syntax: PythonSyntax) -> Iterator[tuple[ast.Call, str]]:
    """``COMPONENT_UP.labels("store").set(1)``, at the top of a module or in a loop there."""
    for top in syntax.tree.body:
        for node in own_nodes([top]) if isinstance(top, ast.Expr | ast.For) else ():
            match node:
                case ast.Call(func=ast.Attribute(value=gauge, attr="set"), args=[ast.Constant(value=1 | 1.0)]):
                    inner = gauge.func if isinstance(gauge, ast.Call) else None
                    held = inner.value if isinstance(inner, ast.Attribute) else gauge
                    if _UP.search(last_name(held)):
                        yield node, last_name(held)
                case _:
                    continue


def _at_start(owner: ast.ClassDef) -> Iterator[tuple[ast.expr, str]]:
    """States of health that ``__init__`` sets to good, alone, under a key, or for each of many."""
    for method in owner.body:
        if not isinstance(method, ast.FunctionDef) or method.name != "__init__":
            continue
        for node in own_nodes(method.body):
            target, value = _stored(node)
            if not target or value is None:
                continue
            if _is_health(target) and isinstance(value, ast.DictComp) and _is_good(value.value):
                yield value, target
            elif isinstance(value, ast.Dict):
                pairs = zip(value.keys, value.values, strict=True)
                yield from (
                    (one, str(key.value))
                    for key, one in pairs
                    if isinstance(key, ast.Constant) and _is_health(str(key.value)) and _is_good(one)
                )


def _stored(node: ast.AST) -> tuple[str, ast.expr | None]:
    """The attribute that a statement sets, with its value."""
    match node:
        case (
            ast.Assign(targets=[ast.Attribute(attr=name)], value=value)
            | ast.AnnAssign(target=ast.Attribute(attr=name), value=value)
        ):
            return name, value
        case _:
            return "", None


def _is_health(name: str) -> bool:
    return "health" in words_of(name) or words_of(name)[-1:] == ("healthy",)


def _is_good(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=bool(told)):
            return told
        case ast.Constant(value=str(word)):
            return word.lower() in _GOOD
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=member):
            return owner[:1].isupper() and member.lower() in _GOOD
        case _:
            return False


RULE = Rule(
    id="AUD288",
    name="healthy-before-asked",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the state of what was never looked at unknown?",
    why="A check that starts as HEALTHY is healthy when it never runs: a task that died at start leaves a green page.",
    limits="Judged are fields for a state of dataclasses and models that are named for checks, probes, components or services, states that an object sets at its start, and gauges that a module sets to 1 when it is imported.",
    fix="Start at UNKNOWN, and count that as not ready.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="gauges that are up when the module is imported",
            files={
                "shop/metrics.py": (
                    "from prometheus_client import Gauge\n\nCOMPONENT_UP = Gauge('up', 'answers', ['component'])\nfor _component in ('store', 'queue'):\n    COMPONENT_UP.labels(component=_component).set(1)\n"
                    "BUILD_INFO = Gauge('build', 'version')\nBUILD_INFO.set(1)\nDESK_HEALTHY = Gauge('desk', 'answers')\nDESK_HEALTHY.set(0)\n\n\ndef seen():\n    DESK_HEALTHY.set(1)\n"
                )
            },
            found=("shop/metrics.py:5",),
        ),
        Example(
            title="states that are good from the start",
            files={
                "watch.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class HealthCheck:\n"
                    "    name: str\n"
                    "    last_status: Health = Health.HEALTHY\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class BackendState:\n"
                    "    url: str\n"
                    "    healthy: bool = True\n"
                ),
            },
            found=("watch.py:13", "watch.py:7"),
        ),
        Example(
            title="states that a service starts with, and those that it leaves open",
            files={
                "watch.py": (
                    "class Fleet:\n    def __init__(self, regions):\n        self.region_health = {one: Health.HEALTHY for one in regions}\n        self.state = {'system_health': 'healthy', 'started': None}\n\n\n"
                    "class Yard:\n    def __init__(self, regions):\n        self.region_health = {one: Health.UNKNOWN for one in regions}\n        self.state = {'system_health': 'unknown'}\n        self.colours = {'ok': 'green'}\n"
                )
            },
            found=("watch.py:3", "watch.py:4"),
        ),
        Example(
            title="a state that is unknown, and one that must be given",
            files={
                "watch.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class HealthCheck:\n"
                    "    name: str\n"
                    "    status: Health\n"
                    "    last_status: Health = Health.UNKNOWN\n"
                    "    enabled: bool = True\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
