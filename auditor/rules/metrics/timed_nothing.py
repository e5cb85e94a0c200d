"""AUD244: a benchmark that takes the time of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_timing import PythonTimings, Timing
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEASURES = pattern(
    r"(?i)bench|perf|latency|measure|load_?(?:test|gen|run|drive)|stress|throughput|speed|response_time|profile|rollback|deploy|recover|failover|test|check|simulat|request|query|"
    r"drill|exercise|rehears|restor|switch_?over|cut_?over|migrat|backup|fire|shoot|attack|drive|virtual_user|worker|probe|ping|health|rto|soak|canary|chaos|step|execut|process|invoke|fetch|send"
)
_WAITS = pattern(r"(?i)sleep|wait|timer|clock|throttl|rate_?limit|pace|poll|backoff|tick|delay")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(PythonTimings):
        module = graph.by_path.get(file.path)
        for timing in fact.items if module else ():
            if module is not None and _times_a_sleep(graph, module, timing):
                name = timing.function.rpartition(".")[2]
                message = f"{name} takes the time of a sleep: what it reports as measured is what it chose to wait."
                yield Hit(file.path, timing.line, timing.end_line, message, timing.function)


def _times_a_sleep(graph: PythonGraph, module: Module, timing: Timing) -> bool:
    function = module.functions.get(timing.function)
    if function is None or timing.opaque or _WAITS.search(function.short_name):
        return False
    claimed = function.claims & {Claim.MEASURE, Claim.CHECK, Claim.ACT} or _MEASURES.search(
        f"{module.path.rpartition('/')[2]}:{timing.function}"
    )
    if not claimed:
        return False
    effects = set(timing.effects)
    for call in timing.calls:
        target = graph.target(module, function, call)
        if target is None:
            made = graph.makes_instance(module, call)
            if made is None or made[1] is not None:
                return False
            continue  # an object with fields, and no code of its own
        effects |= graph.effects(*target)
    return Effect.SLEEP in effects and not any(effect.is_real for effect in effects - {Effect.STATE})


RULE = Rule(
    id="AUD244",
    name="timed-nothing",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what is timed do the work whose time is reported?",
    why="A response time, a rollback time or a spawn time that is the length of a sleep meets every target, on every machine.",
    limits="Sees a clock that is read into a name and subtracted in the same block. Any call between that is not known to be harmless counts as work; waiting functions are left alone.",
    fix="Call what is to be measured between the two readings of the clock.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"python-timings"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="an interface that is never called",
            files={
                "bench.py": 'import time\n\n\ndef run_api_benchmark(count=50):\n    times = []\n    for number in range(count):\n        began = time.perf_counter()\n        request = {"id": number}\n        time.sleep(0.001)\n        response = {"id": request["id"], "status": "success"}\n        times.append(time.perf_counter() - began)\n    return {"p95_ms": sorted(times)[int(0.95 * count)] * 1000}\n'
            },
            found=("bench.py:8",),
        ),
        Example(
            title="through a helper that only sleeps",
            files={
                "drill.py": "import asyncio\nimport time\n\n\nclass Drill:\n    async def _restore(self):\n        await asyncio.sleep(2)\n\n    async def measure_recovery(self):\n        start = time.monotonic()\n        await self._restore()\n        return time.monotonic() - start\n"
            },
            found=("drill.py:11",),
        ),
        Example(
            title="steps that note what they did not do",
            files={
                "recover.py": (
                    "import asyncio\n"
                    "import time\n"
                    "from dataclasses import dataclass, field\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class Log:\n"
                    "    steps: list[str] = field(default_factory=list)\n"
                    "\n"
                    "\n"
                    "class Recovery:\n"
                    "    async def _switch(self, log):\n"
                    "        await asyncio.sleep(1)\n"
                    '        log.steps.append("switched")\n'
                    "\n"
                    "    async def rollback(self):\n"
                    "        began = time.monotonic()\n"
                    "        log = Log()\n"
                    "        await self._switch(log)\n"
                    "        return time.monotonic() - began\n"
                ),
            },
            found=("recover.py:18",),
        ),
        Example(
            title="work that is timed, and a clock for waiting",
            files={
                "bench.py": "import time\n\nimport requests\n\n\ndef run_api_benchmark(url):\n    began = time.perf_counter()\n    requests.get(url, timeout=5)\n    time.sleep(0.01)\n    return time.perf_counter() - began\n\n\ndef wait_until(deadline):\n    start = time.monotonic()\n    time.sleep(1)\n    return time.monotonic() - start\n"
            },
        ),
    ),
    check_repository=_check,
)
