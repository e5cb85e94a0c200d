"""AUD159: a sleep stands between two states, two times or a check and an empty answer, where the work should be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, subtree, syntax_of
from auditor.facts.python_talk import is_sleep, is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WORKS = frozenset(
    {
        "drain",
        "rehearse",
        "restore",
        "failover",
        "switchover",
        "migrate",
        "deploy",
        "rollback",
        "replicate",
        "backup",
        "evacuate",
        "rebalance",
        "rotate",
        "provision",
        "promote",
        "drill",
        "quiesce",
        "reroute",
        "resync",
        "reindex",
        "rebuild",
        "scale",
    }
)
_WAITS = pattern(
    r"(?i)wait|sleep|delay|backoff|poll|retry|tick|pause|idle|loop|cooldown|settle|grace|simulat|mock|fake|demo|bench|throttl|debounce|rate|stub|dummy"
)
_STATE = pattern(r"(?i)(?:^|_)(?:state|status|phase|stage)$")
_CLOCK = pattern(r"^(?:time|monotonic|perf_counter|now|utcnow|perf_counter_ns|monotonic_ns)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _WAITS.search(view.qualified) or not _works(view):
            continue
        for block in blocks_of(view):
            acts = [one for one in block if not is_talk(one, syntax)] if len(block) > 1 else []
            for at, one in enumerate(acts[:-1]):
                if at and is_sleep(one, syntax) and _stands_for_work(acts, at, syntax, whole=block is view.body):
                    message = f"{view.name} sleeps where the work should be, and goes on as if it were done."
                    yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _works(view: FunctionView) -> bool:
    return not _WORKS.isdisjoint(words_of(view.name)) or Claim.ACT in claims_of(view.name)


def _stands_for_work(acts: list[ast.stmt], at: int, syntax: PythonSyntax, *, whole: bool) -> bool:
    """Whether the sleep at this place is all there is; acts are the statements of a block, or of a whole function, that print and log nothing."""
    before, after = acts[at - 1], acts[at + 1]
    return (
        _changes_state(before, after)
        or _is_timed(before, after, syntax)
        or (whole and at + 2 == len(acts) and _answers_with_nothing(acts[:at], after))
    )


def _changes_state(before: ast.stmt, after: ast.stmt) -> bool:
    """``x.state = DRAINING``, a sleep, ``x.state = INACTIVE``; other things may be set on the way to it."""
    first, second = (_state(one) for one in (before, after))
    return first is not None and second is not None and first[0] == second[0] and first[1] != second[1]


def _state(statement: ast.stmt) -> tuple[str, str] | None:
    """What holds a state, with its owner, and the state that it is given."""
    match statement:
        case ast.Assign(
            targets=[ast.Attribute(attr=name) as target], value=ast.Attribute() | ast.Constant() as value
        ) if _STATE.search(name):
            return ast.dump(target), ast.dump(value)
        case _:
            return None


def _is_timed(before: ast.stmt, after: ast.stmt, syntax: PythonSyntax) -> bool:
    """``started = clock()``, a sleep, and the time since."""
    value = before.value if isinstance(before, ast.Assign) else None
    if not isinstance(value, ast.Call) or not _is_clock(value, syntax) or not isinstance(before, ast.Assign):
        return False
    started = last_name(before.targets[0])
    return any(
        isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub) and last_name(one.right) == started
        for one in subtree(after)
    )


def _is_clock(call: ast.Call, syntax: PythonSyntax) -> bool:
    return (
        _CLOCK.search(last_name(call.func)) is not None
        or effect_of_call(syntax.name_of(call.func), call) is Effect.CLOCK
    )


def _answers_with_nothing(before: list[ast.stmt], last: ast.stmt) -> bool:
    """Whether guards, the sleep and an empty or literal answer are all there is."""
    guards = all(isinstance(one, ast.If) and isinstance(one.body[-1], ast.Raise | ast.Return) for one in before)
    given = last.value if isinstance(last, ast.Return) else None
    return guards and isinstance(given, ast.Constant) and given.value is not None


RULE = Rule(
    id="AUD159",
    name="sleep-between-states",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is anything done between the state before an operation and the state after it?",
    why="`state = DRAINING`, thirty seconds of sleep, `state = INACTIVE`: nobody has looked whether a request is still open.",
    limits="Functions named for an operation in which a sleep is all there is between two values of one state, between taking the time and taking it again, or between checks of the arguments and a literal answer. Waits, retries and simulations are left alone.",
    fix="Do the work, and wait until something says that it is done.",
    since="0.7.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("sleep",),
    examples=(
        Example(
            title="a drain that counts nothing, one that looks at nothing, and a restore of a moment",
            files={
                "shop/regions.py": (
                    "import asyncio\nimport time\n\n\nclass Regions:\n    async def drain(self, region):\n        if region not in self.all:\n            raise ValueError(region)\n        await asyncio.sleep(0)\n        return 0\n\n"
                    "    async def drain_old(self, old):\n        for one in old:\n            one.state = State.DRAINING\n            # let the requests end\n            await asyncio.sleep(30)\n            one.state = State.INACTIVE\n            self.router.forget(one)\n\n"
                    "    async def rehearse(self, name):\n        newest = self.catalog()[-1]\n        started = time.monotonic()\n        await asyncio.sleep(0.05)\n        return Report(newest, seconds=time.monotonic() - started)\n"
                ),
            },
            found=("shop/regions.py:16", "shop/regions.py:23", "shop/regions.py:9"),
        ),
        Example(
            title="waits around work",
            files={
                "shop/regions.py": (
                    "import asyncio\nimport time\n\n\nclass Regions:\n    async def drain(self, region):\n        region.state = State.DRAINING\n        while await self.client.open_requests(region):\n            await asyncio.sleep(1)\n        region.state = State.INACTIVE\n\n"
                    "    async def wait_drained(self, region):\n        started = time.monotonic()\n        await asyncio.sleep(30)\n        return time.monotonic() - started\n\n"
                    "    async def restore(self, name):\n        started = time.monotonic()\n        await self.client.restore(name)\n        await asyncio.sleep(1)\n        return time.monotonic() - started\n"
                ),
                "shop/lines.py": (
                    "import time\n\n\nclass Lines:\n    def rotate(self):\n        self.pin.value = 1\n        time.sleep(0.01)\n        self.pin.value = 0\n\n"
                    "    def rebuild(self, part):\n        part.state = State.OPEN\n        time.sleep(1)\n        part.stage = Stage.FIRST\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
