"""AUD829: a harness waits and declares that things have recovered."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_waiting import only_waits, sleeps
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPAIRS = frozenset({
    "recover", "recovery", "restore", "heal", "failover", "failback", "repair", "remediate", "mitigate", "rollback", "reconnect", "restart", "reroute", "promote", "resolve", "drill",
    "switchover", "evacuate", "rebalance", "resync", "replicate", "rejoin", "reelect", "elect",
})  # fmt: skip
_STATES = pattern(
    r"(?i)^(?:is_|has_|was_)?(?:recovered|restored|healed|resolved|failed_over|remediated|mitigated|rolled_back|reconnected|promoted|resynced|rejoined|survived|replicated|healthy|recovery_(?:successful|succeeded|complete|completed)|failover_(?:successful|complete|completed)|data_(?:intact|consistent)|success|successful|completed)$"
)
_HONEST = pattern(r"(?i)fake|mock|stub|dummy|double|^wait|_wait|sleep|backoff|delay|timeout|mark|reset|set_|flag|clock")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified) or _REPAIRS.isdisjoint(words_of(view.name)):
            continue
        declared = _declared(view)
        waits = only_waits(view, syntax)
        if declared is not None and waits and _is_slow(view, syntax):
            message = f"{view.name} waits, and declares {ast.unparse(declared.targets[0])[:40]}: nothing has been brought back."
            yield Hit(source.path, declared.lineno, declared.end_lineno or declared.lineno, message, view.qualified)
        elif view.in_tests and waits and declared is None and _only_sleeps(view, syntax):
            message = f"{view.name} is a sleep: a test of what comes after it tests how long it is."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _declared(view: FunctionView) -> ast.Assign | None:
    """``event.recovered = True``, under no condition."""
    for one in view.body:
        match one:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Constant(value=True)) if _STATES.match(name):
                return one
            case ast.Assign(
                targets=[ast.Subscript(slice=ast.Constant(value=str() as name))], value=ast.Constant(value=True)
            ) if _STATES.match(name):
                return one
            case _:
                continue
    return None


def _is_slow(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether it lets time pass, as work would."""
    return sleeps(view, syntax) or any(
        sleeps(one, syntax)
        for one in syntax.functions
        if one.owner is view.owner and one.owner and _calls(view, one.name)
    )


def _calls(view: FunctionView, name: str) -> bool:
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == name for call in view.calls)


def _only_sleeps(view: FunctionView, syntax: PythonSyntax) -> bool:
    return len(view.body) == 1 and isinstance(view.body[0], ast.Expr) and sleeps(view, syntax)


RULE = Rule(
    id="AUD829",
    name="recovered-by-declaration",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a recovery that is reported bring anything back?",
    why="A drill that sleeps for a second and sets `recovered` to True recovers from everything, within every target.",
    limits=(
        "Judged are functions named for recoveries, failovers, repairs and the like that call nothing but sleeps, clocks, logs and such functions of their own, and set a flag for it "
        "to True under no condition; and those of tests that are one sleep."
    ),
    fix="Bring it back, ask whether it is there, and keep the answer.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("sleep",),
    examples=(
        Example(
            title="an outage that ends by itself",
            files={
                "tests/chaos/test_broker.py": (
                    "import asyncio\n"
                    "import time\n"
                    "\n"
                    "\n"
                    "class BrokerOutage:\n"
                    "    async def recover(self, event):\n"
                    "        began = time.monotonic()\n"
                    "        await self._promote_replica()\n"
                    "        event.took = time.monotonic() - began\n"
                    "        event.recovered = True\n"
                    "        event.notes.append('back')\n"
                    "\n"
                    "    async def _promote_replica(self):\n"
                    '        """Promote the replica."""\n'
                    "        await asyncio.sleep(1)\n"
                    "\n"
                    "\n"
                    "async def test_outage(event):\n"
                    "    await BrokerOutage().recover(event)\n"
                    "    assert event.recovered\n"
                ),
            },
            found=("tests/chaos/test_broker.py:10", "tests/chaos/test_broker.py:13"),
        ),
        Example(
            title="a recovery that is asked for, and one that is found out",
            files={
                "tests/chaos/test_broker.py": (
                    "import asyncio\n"
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "class BrokerOutage:\n"
                    "    async def recover(self, event):\n"
                    "        subprocess.run(['docker', 'start', 'broker'], check=True)\n"
                    "        await asyncio.sleep(1)\n"
                    "        event.recovered = True\n"
                    "\n"
                    "    async def restore(self, event):\n"
                    "        await asyncio.sleep(1)\n"
                    "        event.restored = self.broker.ping()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
