"""AUD879: a run that was only simulated is noted as done, passed or tested."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ONLY_TRIED = pattern(
    r"(?i)^_?(?:is_)?(?:dry_?run|simulate|simulated|simulation|simulation_mode|simulate_only|what_?if|no_op|noop)$"
)
_TESTED = pattern(
    r"(?i)(?:^|_)last_(?:\w+_)?(?:test|tested|drill|drilled|rehearsal|rehearsed|verified|exercise|recovery|backup)(?:_at|_time|_date)?$|^(?:tested|drilled|verified|restored)_at$"
)
_ENDED = pattern(r"(?i)^(?:status|state|phase|result|outcome)$")
_DOUBTED = pattern(r"(?i)simul|dry|skip|noop|preview|plan|mock|fake|sandbox|test_mode")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for one in view.of(ast.If):
            for noted in _noted(one, view) if _is_only_tried(one.test) else ():
                message = f"{view.name} notes {ast.unparse(noted.targets[0])[:40]} for a run that was only simulated."
                yield Hit(source.path, noted.lineno, noted.end_lineno or noted.lineno, message, view.qualified)


def _is_only_tried(test: ast.expr) -> bool:
    return isinstance(test, ast.Name | ast.Attribute) and _ONLY_TRIED.search(last_name(test)) is not None


def _noted(branch: ast.If, view: FunctionView) -> Iterator[ast.Assign]:
    """The statements of a branch that note an end in success, or the time of a test."""
    for one in branch.body:
        if not isinstance(one, ast.Assign) or len(one.targets) != 1:
            continue
        target = one.targets[0]
        if not isinstance(target, ast.Attribute | ast.Subscript):
            continue
        name = stored_name(target)
        value = one.value.value if isinstance(one.value, ast.Attribute) and one.value.attr == "value" else one.value
        ended = _ENDED.search(name) is not None and not _DOUBTED.search(ast.unparse(value)[:80])
        if _TESTED.search(name) or (ended and verdict_of(value, Bindings.of(view)) is Verdict.SUCCESS):
            yield one


RULE = Rule(
    id="AUD879",
    name="dry-run-noted-as-done",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can a simulated run be told from a real one in what is recorded?",
    why="`if simulate: plan.last_tested = now()`: the plan counts as tested this quarter, and nothing has been restored.",
    limits="Branches on a flag for a dry run or a simulation that set a status to a word of success, or the time of the last test, drill or backup. Statuses that say themselves that it was a simulation are left alone.",
    fix="Record a status of its own for simulations, and no time of a test.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a plan that was tested by printing it, and a deployment that was not made",
            files={
                "shop/plans.py": (
                    "class Plans:\n    def execute(self, plan, simulate):\n        self.print(plan)\n        if simulate:\n            plan.last_tested = self.clock()\n        return plan\n\n"
                    "    def deploy(self, tenant, result):\n        if self.dry_run:\n            result.status = Status.DEPLOYED\n            return result\n        return self.apply(tenant, result)\n"
                ),
            },
            found=("shop/plans.py:10", "shop/plans.py:5"),
        ),
        Example(
            title="a status of its own, and a real run",
            files={
                "shop/plans.py": (
                    "class Plans:\n    def deploy(self, tenant, result):\n        if self.dry_run:\n            result.status = 'simulated'\n            return result\n        if not self.dry_run:\n            result.status = Status.DEPLOYED\n        return result\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
