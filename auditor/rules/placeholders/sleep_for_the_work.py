"""AUD139: a sleep stands where the work should."""

from __future__ import annotations

from collections.abc import Iterator

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
    confidence=Confidence.MEDIUM,
    question="Is the work done for which a function takes its time?",
    why="A restoration that logs its phases and sleeps half a second after each looks exactly like one that worked.",
    limits="Judged are functions of Python named for some work that do nothing but talk, wait and note their own state; that one reports success as well is another statement, and AUD201 makes it. The beat of a service, backoffs, giving way to others, and simulations are left alone.",
    fix="Do the work, or raise NotImplementedError until it can be done.",
    since="0.6.0",
    effort=180,
    reads=frozenset({"python-module"}),
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
    ),
    check_repository=_check,
)
