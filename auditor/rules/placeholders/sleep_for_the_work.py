"""AUD139: a sleep stands where the work should."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_graph import code_graph
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shortlists import shortlist
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WAITS = pattern(
    r"(?i)wait|sleep|delay|backoff|poll|throttl|retry|tick|pause|idle|loop|animat|spin|countdown|keep_?alive"
)
_SIMULATES = pattern(
    r"(?i)simulat|dry_?run|mock|fake|demo|example|sandbox|benchmark|emulat|synthetic|playground|experiment"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_python(facts)
    yield from _in_code(facts)


def _in_code(facts: RepositoryFacts) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go, where a helper may sleep."""
    for work in facts.derive(code_graph).works():
        function, path = work.function, work.module.path
        if _SIMULATES.search(path) or not work.claims or _SIMULATES.search(function.name):
            continue
        sleeps = function.sleep_line is not None or Effect.SLEEP in work.effects
        if sleeps and work.only_waits and not _WAITS.search(function.name):
            message = f"{function.short_name} sleeps in place of the work that it claims."
            line, end_line = function.sleep_line or function.line, function.sleep_line or function.end_line
            yield Hit(path, line, end_line, message, function.name)


def _in_python(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, _ in facts.listed(_sleepers):
        module = graph.by_path[file.path]
        for function in module.functions.values():
            if _claims_and_sleeps(function) and _is_idle(graph, module, function):
                message = f"{function.short_name} sleeps in place of the work that it claims."
                line = function.sleep_line or function.line
                yield Hit(module.path, line, line, message, function.name)


@shortlist(PythonModule)
def _sleepers(file: SourceFile, module: PythonModule) -> bool:
    return any(map(_claims_and_sleeps, module.functions)) and not _SIMULATES.search(file.path)


def _claims_and_sleeps(function: PythonFunction) -> bool:
    if function.sleep_line is None or not function.claims or function.is_generator:
        return False
    return not _SIMULATES.search(function.name) and not _WAITS.search(function.name)


def _is_idle(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    effects = graph.effects(module, function) - {Effect.STATE}
    return not any(effect.is_real for effect in effects)


RULE = Rule(
    id="AUD139",
    name="sleep-for-the-work",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is the work done for which a function takes its time?",
    why="A restoration that logs its phases and sleeps half a second after each looks exactly like one that worked.",
    limits="Judged are functions named for some work that do nothing but talk, wait and note their own state; that one reports success as well is another statement, and AUD201 makes it. The beat of a service, backoffs, giving way to others, and simulations are left alone.",
    fix="Do the work, or raise NotImplementedError until it can be done.",
    since="0.6.0",
    effort=180,
    reads=frozenset({"python-module", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a deployment that sleeps",
            files={
                "deploy.py": 'import time\n\n\ndef deploy_service(name):\n    print(f"deploying {name}")\n    time.sleep(2)\n    print("done")\n'
            },
            found=("deploy.py:6",),
        ),
        Example(
            title="a clock that was handed in, and a wait by it between looks",
            files={
                "drain.py": (
                    "class Pool:\n    async def drain(self, seconds):\n        await self._clock.sleep(seconds)\n        logger.info('drained')\n\n"
                    "    async def drain_slowly(self, seconds):\n        while self._api.busy():\n            await self._clock.sleep(seconds)\n"
                )
            },
            found=("drain.py:3",),
        ),
        Example(
            title="waiting between polls",
            files={
                "deploy.py": 'import subprocess\nimport time\n\n\ndef deploy_service(name):\n    subprocess.run(["kubectl", "apply", "-f", name], check=True)\n    time.sleep(2)\n'
            },
            found=(),
        ),
        Example(
            title="phases of a restoration, and a stand-in that notes its state",
            files={
                "restore.py": (
                    "import asyncio\n\n\nclass Restorer:\n"
                    "    async def restore_archive(self, name):\n"
                    '        for phase in ("fetch", "unpack", "load"):\n'
                    '            logger.info("%s %s", phase, name)\n'
                    "            await asyncio.sleep(0.2)\n"
                    "        return {}\n\n"
                    "    async def deploy(self, version):\n"
                    "        self.version = version\n"
                    "        await asyncio.sleep(1.0)\n"
                )
            },
            found=("restore.py:8", "restore.py:13"),
        ),
        Example(
            title="the beat of a service, a backoff, and giving way to others",
            files={
                "beat.py": (
                    "import asyncio\n\n\nclass Keeper:\n"
                    "    async def _cleanup_expired(self):\n"
                    "        while True:\n"
                    "            await asyncio.sleep(60)\n"
                    "            self.entries = {k: v for k, v in self.entries.items() if v}\n\n"
                    "    async def recover(self):\n"
                    "        self.attempts += 1\n"
                    "        await asyncio.sleep(self.base)\n\n"
                    "    async def publish_batch(self, rows):\n"
                    "        await asyncio.sleep(0)\n"
                    "        return [str(row) for row in rows]\n"
                )
            },
            found=(),
        ),
        Example(
            title="a check in TypeScript that reads a setting and sleeps",
            files={
                "src/health.ts": "async function checkRedis(): Promise<boolean> {\n  if (process.env.REDIS_URL) {\n    await new Promise((resolve) => setTimeout(resolve, 10));\n    return true;\n  }\n  return false;\n}\n"
            },
            found=("src/health.ts:3",),
        ),
        Example(
            title="a deployment in Go that sleeps",
            files={
                "deploy.go": 'package deploy\n\nimport (\n\t"fmt"\n\t"time"\n)\n\nfunc DeployService(name string) {\n\tfmt.Println("deploying", name)\n\ttime.Sleep(2 * time.Second)\n\tfmt.Println("done")\n}\n'
            },
            found=("deploy.go:10",),
        ),
        Example(
            title="a drain that a helper sleeps for",
            files={
                "src/pause.ts": "export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));\n",
                "src/drain.ts": "import { pause } from './pause';\n\nexport async function drain(track: string) {\n  console.info(track);\n  await pause(15000);\n}\n",
            },
            found=("src/drain.ts:3",),
        ),
        Example(
            title="a sleep that is handed in, and a drain that waits for a time or the end of interest",
            files={
                "src/fill.py": (
                    "import asyncio\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Filler:\n    sleep: object = asyncio.sleep\n\n"
                    "    async def warm_caches(self, release):\n        logger.info('warming %s', release)\n        await self.sleep(3.0)\n"
                ),
                "pool/drain.go": (
                    'package pool\n\nimport (\n\t"context"\n\t"time"\n)\n\nfunc (p *Pool) Drain(ctx context.Context) error {\n\tselect {\n\tcase <-ctx.Done():\n'
                    "\t\treturn ctx.Err()\n\tcase <-time.After(5 * time.Second):\n\t}\n\tp.empty = true\n\treturn nil\n}\n"
                ),
                "pool/wait.go": (
                    'package pool\n\nimport "context"\n\nfunc (p *Pool) Drain(ctx context.Context) error {\n\tselect {\n\tcase <-ctx.Done():\n'
                    "\t\treturn ctx.Err()\n\tcase <-p.empty:\n\t}\n\treturn nil\n}\n"
                ),
            },
            found=("pool/drain.go:12", "src/fill.py:11"),
        ),
        Example(
            title="pauses between work, and work that is put off",
            files={
                "src/deploy.ts": "export async function deploy(run, name) {\n  await run('kubectl', ['apply', '-f', name]);\n  await new Promise((resolve) => setTimeout(resolve, 10));\n}\n\nexport function sendAlert(deliver) {\n  setTimeout(deliver, 100);\n}\n"
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
