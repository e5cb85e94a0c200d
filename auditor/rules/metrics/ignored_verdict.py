"""AUD243: a check is made, and its verdict decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_dropped import DroppedResult, DroppedResults
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"^_*(?:is_|verify|validate|health_?check|check_(?:health|ready|readiness)|smoke|run_(?:pre|post|health|smoke|validation))"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(DroppedResults):
        module = graph.by_path.get(file.path)
        for dropped in fact.items if module else ():
            if module is not None and _is_verdict(graph, module, dropped):
                name = dropped.function.rpartition(".")[2]
                what = dropped.call.rpartition(".")[2]
                message = f"{name} calls {what}, which reports failure by what it returns, and decides nothing on it."
                yield Hit(file.path, dropped.line, dropped.end_line, message, dropped.function)


def _is_verdict(graph: PythonGraph, module: Module, dropped: DroppedResult) -> bool:
    """Whether what is dropped is the verdict of a check that cannot fail in any other way."""
    function = module.functions.get(dropped.function)
    if function is None or function.is_test or not _CHECKS.search(dropped.call.rpartition(".")[2]):
        return False
    target = graph.target(module, function, dropped.call)
    if target is None or Claim.CHECK not in target[1].claims or (dropped.kept and not dropped.declares):
        return False
    effects = graph.effects(*target)
    returns = target[1].verdicts
    return Verdict.FAILURE in returns and Verdict.NOTHING not in returns and not effects & {Effect.RAISE, Effect.EXIT}


RULE = Rule(
    id="AUD243",
    name="ignored-verdict",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does something depend on the verdict of every check that is made?",
    why="A deployment that verifies readiness, notes the answer and reports COMPLETED is green with every check red.",
    limits="Follows calls to functions of the repository that return failure and do not raise, by names that claim a check. A verdict that is passed on or compared anywhere counts as looked at.",
    fix="Stop, or report failure, when the check does not pass.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"dropped-results"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="dropped, and only written down",
            files={
                "deploy.py": 'class Release:\n    def validate_settings(self, settings):\n        if not settings.url:\n            return False\n        return True\n\n    async def verify_readiness(self, target):\n        if target.pending():\n            return {"ready": False}\n        return {"ready": True}\n\n    async def run(self, settings, result):\n        self.validate_settings(settings)\n        readiness = await self.verify_readiness(settings.target)\n        result.details["readiness"] = readiness\n        result.success = True\n        return result\n'
            },
            found=("deploy.py:13", "deploy.py:14"),
        ),
        Example(
            title="verdicts that are looked at, and a check that raises",
            files={
                "deploy.py": 'class Release:\n    def validate_settings(self, settings):\n        if not settings.url:\n            raise ValueError("no address")\n        return True\n\n    def verify_readiness(self, target):\n        if target.pending():\n            return False\n        return True\n\n    def run(self, settings):\n        self.validate_settings(settings)\n        ready = self.verify_readiness(settings.target)\n        return {"ready": ready}\n'
            },
        ),
    ),
    check_repository=_check,
)
