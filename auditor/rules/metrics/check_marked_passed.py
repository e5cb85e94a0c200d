"""AUD218: a check that writes down that it passed, without having looked."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim
from auditor.facts.effects import Effect
from auditor.facts.marked_checks import MarkedChecks
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(MarkedChecks):
        module = graph.by_path.get(file.path)
        for mark in fact.items if module else ():
            function = module.functions.get(mark.function) if module else None
            if module is not None and function is not None and _looks_at_nothing(graph, module, function):
                message = f"{function.short_name} notes that {mark.name!r} passed, and has looked at nothing."
                yield Hit(file.path, mark.line, mark.end_line, message, mark.function)


def _looks_at_nothing(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    effects = graph.effects(module, function) - {Effect.STATE}
    return Claim.CHECK in function.claims and not any(effect.is_real for effect in effects)


RULE = Rule(
    id="AUD218",
    name="check-marked-passed",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check look before it notes that it passed?",
    why="'5/5 checks passed' is the sum of five literals: the report was written before anything was validated.",
    limits="Judged are functions named for a check that have no parameters and reach nothing, and that keep a literal True under a name.",
    fix="Keep what the check found out.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"marked-checks"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a validation that counts literals",
            files={
                "setup_alerts.py": (
                    "class Setup:\n    def __init__(self):\n        self.done = []\n\n    def validate(self):\n"
                    '        self.done.append(("receivers reachable", True))\n        passed = sum(1 for _, ok in self.done if ok)\n'
                    "        return passed == len(self.done)\n\n    def check_rollback(self):\n"
                    '        self.results["rollback_tested"] = True\n        return True\n'
                )
            },
            found=("setup_alerts.py:11", "setup_alerts.py:6"),
        ),
        Example(
            title="a note of what was looked at",
            files={
                "setup_alerts.py": (
                    "import os\n\n\nclass Setup:\n    def validate(self):\n"
                    '        if os.path.exists("a"):\n            self.done.append(("a", True))\n\n    def check_type(self, value):\n'
                    '        self.seen["value"] = True\n'
                )
            },
        ),
    ),
    check_repository=_check,
)
