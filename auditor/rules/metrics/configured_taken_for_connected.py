"""AUD269: a connection counts as up because there is an object for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import call_target
from auditor.facts.python_inside import kept_parameters
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = pattern(r"(?i)health|status|readiness|liveness|diagnos|probe|check|monitor")
_UP = frozenset({"connected", "healthy", "online", "reachable", "up", "operational", "ok"})
_SAYS_UP = pattern(r"(?i)\b(?:connected|reachable|online|responding|alive|healthy)\b")
_HELD = pattern(
    r"(?i)(?:^|_)(?:client|clients|conn|connection|connections|pool|session|engine|redis|db|database|cache|broker|provider|providers|backends|"
    r"producer|consumer|channel|service|services|gateway|gateways|exchange|exchanges|nodes|peers|integrations|connectors)$"
)
_SWITCH = pattern(
    r"(?i)enabled|running|active|ready|healthy|connected|started|open|alive|up$|ok$|flag|mode|status|state"
)
_RESULT = pattern(r"(?:Result|Status|Health|Check|Probe|Gate|Outcome)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _REPORTS.search(view.qualified):
            continue
        for node in (*_chosen(view), *_counted(view, syntax)):
            message = f"{view.name} takes what it holds for a connection that is up, and asks nobody."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _chosen(view: FunctionView) -> Iterator[ast.expr]:
    """``"connected" if self.client else "disconnected"``."""
    for node in view.of(ast.IfExp):
        word = node.body.value if isinstance(node.body, ast.Constant) else None
        if isinstance(word, str) and word.lower() in _UP and (_is_held(node.test) or _is_given(node.test, view)):
            yield node


def _is_given(test: ast.expr, view: FunctionView) -> bool:
    """Whether a condition is that the constructor was given something, which no method that asks could tell more of."""
    left = test.left if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot) else test
    kept = kept_parameters(view.owner) if view.owner is not None else frozenset()
    return (
        isinstance(left, ast.Attribute)
        and last_name(left.value) == "self"
        and left.attr in kept
        and not _SWITCH.search(left.attr)
    )


def _is_held(test: ast.expr) -> bool:
    """Whether a condition is that there is an object for a connection, in an attribute of self."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _is_held(left)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[inner]), ops=[ast.Gt()], comparators=[ast.Constant(value=0)]
        ):
            return _is_held(inner)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return _HELD.search(name) is not None
        case _:
            return False


def _counted(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.expr]:
    """``ProbeResult("providers", len(names) > 0, f"{len(names)} connected")`` in a function that calls nothing else."""
    for call in view.calls:
        maker = last_name(call.func)
        if not maker[:1].isupper() or not _RESULT.search(maker) or not _SAYS_UP.search(strings_in(call)):
            continue
        counts = any(_is_count(one) for one in (*call.args, *(keyword.value for keyword in call.keywords)))
        if counts and not view.of(ast.Await) and not _calls_more(view, call, syntax):
            yield call


def _is_count(value: ast.expr) -> bool:
    match value:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len")), ops=[ast.Gt() | ast.GtE()], comparators=[ast.Constant()]
        ):
            return True
        case ast.Call(func=ast.Name(id="bool"), args=[_]):
            return True
        case _:
            return _is_held(value)


def _calls_more(view: FunctionView, made: ast.Call, syntax: PythonSyntax) -> bool:
    """Whether a function calls anything that could have asked."""
    bindings = Bindings.of(view)
    return any(call is not made and call_target(call, view, syntax, bindings) is not None for call in view.calls)


RULE = Rule(
    id="AUD269",
    name="configured-taken-for-connected",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are connections asked before they are reported as up?",
    why="A client object is there from the start of the process to its end, whether or not the other side is.",
    limits="Judged are reports of health and status: a word for 'up' that depends on an attribute named for a connection, and results on counts of such that say 'connected' in functions that call nothing.",
    fix="Ping the other side, with a timeout, and report what came of it.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=tuple(sorted({*_UP, "responding", "alive"})),
    examples=(
        Example(
            title="something that the constructor was given",
            files={
                "ops/health.py": "class HealthBoard:\n    def __init__(self, cdn, enabled):\n        self._cdn = cdn\n        self._enabled = enabled\n\n    async def cdn(self):\n        return 'up' if self._cdn else 'down'\n\n    async def switch(self):\n        return 'up' if self._enabled else 'down'\n",
                "ops/mirror.py": "class MirrorHealth:\n    def __init__(self, mirror: Mirror):\n        self._mirror: Mirror = mirror\n\n    async def mirror(self):\n        return 'up' if self._mirror else 'down'\n",
            },
            found=("ops/health.py:7", "ops/mirror.py:6"),
        ),
        Example(
            title="an object, and a count of objects",
            files={
                "health.py": (
                    "class Health:\n    async def status(self):\n        return {\n            'cache': 'connected' if self.redis else 'disconnected',\n            'queue': 'healthy' if self._broker is not None else 'down',\n        }\n\n"
                    "    async def providers(self):\n        names = [one.name for one in self._providers]\n        return ProbeResult('providers', len(names) > 0, f'{len(names)} providers connected')\n"
                )
            },
            found=("health.py:10", "health.py:4", "health.py:5"),
        ),
        Example(
            title="answers of the other side, and settings",
            files={
                "health.py": (
                    "class Health:\n    async def status(self):\n        up = await self.redis.ping()\n        return {'cache': 'connected' if up else 'disconnected', 'mode': 'online' if self.enabled else 'offline'}\n\n"
                    "    async def providers(self):\n        up = [one for one in self._providers if await one.reachable()]\n        return ProbeResult('providers', len(up) > 0, f'{len(up)} providers connected')\n"
                )
            },
        ),
    ),
    check_file=_check,
)
