"""AUD122: a simulation in the place of the work."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim, words_of
from auditor.facts.code_graph import CodeGraph, Work, code_graph
from auditor.facts.code_stubs import Saying
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction
from auditor.facts.python_stubs import PythonStubs
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_INPUTS = pattern(
    r"(?i)input|event|click|key|mouse|touch|drag|scroll|user|request|response|network|latency|error$|failure$"
)
"""What tests and tools of development simulate to see how the real code takes it."""
_SIMULATES = pattern(
    r"(?i)simulat|dry_?run|mock|fake|demo|example|sandbox|benchmark|emulat|synthetic|playground|experiment"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_python(facts)
    yield from _in_code(facts)


def _in_python(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    said = {file.path: fact.simulations for file, fact in facts.of(PythonStubs)}
    for module in graph.all:
        if _SIMULATES.search(module.path):
            continue
        for function in module.functions.values():
            if not function.claims or _SIMULATES.search(function.name):
                continue
            yield from _simulating_calls(graph, module, function)
        yield from _said(module, said.get(module.path, ()))


def _in_code(facts: RepositoryFacts) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    graph = facts.derive(code_graph)
    for work in graph.works():
        function, path = work.function, work.module.path
        if _SIMULATES.search(path) or not work.claims or _SIMULATES.search(function.name):
            continue
        yield from _simulating_helpers(graph, work)
        for line, saying in function.sayings:
            if saying is Saying.SIMULATED:
                message = f"{function.short_name} says itself that it simulates what it claims."
                yield Hit(path, line, line, message, function.name)


def _simulating_helpers(graph: CodeGraph, work: Work) -> Iterator[Hit]:
    """Helpers called ``simulate...`` that stand in for the claimed work, and do nothing real."""
    for call in work.function.calls:
        target = graph.target(work.module, work.function, call)
        if target is None or words_of(target[1].short_name)[:1] != ("simulate",):
            continue
        done = graph.work(*target).effects - {Effect.STATE, Effect.RAISE, Effect.ENVIRONMENT}
        if not any(effect.is_real for effect in done) and not _INPUTS.search(target[1].short_name):
            message = f"{target[1].short_name} simulates work that {work.function.short_name} claims to do."
            yield Hit(target[0].path, target[1].line, target[1].line, message, target[1].name)


def _simulating_calls(graph: PythonGraph, module: Module, function: PythonFunction) -> Iterator[Hit]:
    """Helpers called ``_simulate_...`` that do the claimed work, and do nothing real."""
    for call in function.calls:
        target = graph.target(module, function, call)
        if target is None or not target[1].short_name.lstrip("_").startswith("simulate_"):
            continue
        if not any(effect.is_real for effect in graph.effects(*target) - {Effect.STATE}):
            message = f"{target[1].short_name} simulates work that {function.short_name} claims to do."
            yield Hit(target[0].path, target[1].line, target[1].line, message, target[1].name)


def _said(module: Module, simulations: tuple[tuple[int, str], ...]) -> Iterator[Hit]:
    for line, symbol in simulations:
        function = module.functions.get(symbol)
        if function is None or not function.claims & set(Claim) or _SIMULATES.search(symbol):
            continue
        yield Hit(
            module.path, line, line, f"{function.short_name} says itself that it simulates what it claims.", symbol
        )


RULE = Rule(
    id="AUD122",
    name="simulated-work",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Is the work done rather than simulated?",
    why="A deployment that sleeps two seconds and reports success looks exactly like one that worked.",
    limits="What is named or called a simulation; AUD139 sees the sleeps. Modules and functions that call themselves simulations, demos, fakes or dry runs are left alone.",
    fix="Do the work, or name the function for what it is and keep it off the shipped path.",
    since="0.1.0",
    effort=180,
    reads=frozenset({"python-module", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    lifecycle=Lifecycle.PREVIEW,
    examples=(
        Example(
            title="a simulation behind a claim",
            files={
                "deploy.py": 'class Deployer:\n    def deploy(self, version):\n        return self._simulate_rollout(version)\n\n    def _simulate_rollout(self, version):\n        return {"version": version, "status": "ok"}\n'
            },
            found=("deploy.py:5",),
        ),
        Example(
            title="a simulator",
            files={"simulator.py": "import time\n\n\ndef process_orders(n):\n    time.sleep(n)\n"},
            found=(),
        ),
        Example(
            title="a restart in Go that a helper simulates",
            files={
                "heal.go": 'package heal\n\nimport "time"\n\nfunc RestartService(name string) error {\n\treturn simulateRestart(name)\n}\n\nfunc simulateRestart(name string) error {\n\ttime.Sleep(time.Second)\n\treturn nil\n}\n'
            },
            found=("heal.go:9",),
        ),
        Example(
            title="a recovery that a helper simulates",
            files={
                "src/heal.ts": (
                    "export class Healer {\n  async executeAction(action: Action) {\n    return this.simulateAction(action);\n  }\n\n"
                    "  private async simulateAction(action: Action) {\n    await new Promise((resolve) => setTimeout(resolve, 1000));\n    if (Math.random() < 0.1) throw new Error('failed');\n    return { success: true };\n  }\n}\n"
                )
            },
            found=("src/heal.ts:6",),
        ),
    ),
    check_repository=_check,
)
