"""Which jobs of a GitHub workflow run, and which are skipped, at one way to start it, when all goes well.

A job without a status function in its condition is skipped with any job that comes before it, however far:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from auditor.facts.github_expression import Call, Context, Expression, read, walk
from auditor.facts.github_value import UNKNOWN, Value, evaluate, is_true
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.workflow_starts import Start

__all__ = ["Outcome", "Plan", "allows", "outcomes", "plan_of"]

_STATUS = frozenset({"always", "cancelled", "failure", "success"})
_RESULT = 3  # needs, the job, result


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The jobs of a workflow in an order in which they may run: their conditions (None: not understood) and needs.

    Jobs that `ask` have a status function in their conditions, and are not skipped with what they need.
    """

    order: tuple[str, ...]
    conditions: Mapping[str, Expression | None]
    needs: Mapping[str, tuple[str, ...]]
    asking: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a job: whether its `own` condition is met, whether it `runs`, and `behind` which skipped job it stands.

    None where that depends on more than the start.
    """

    own: bool | None
    runs: bool | None
    behind: str = ""


def plan_of(workflow: GithubWorkflow) -> Plan:
    """How the jobs of the workflow follow each other; empty where they need each other in a circle."""
    needs = {job.id: tuple(need.job for need in job.needs) for job in workflow.jobs}
    known = {one: tuple(need for need in before if need in needs) for one, before in needs.items()}
    conditions = {job.id: read(job.condition.text) for job in workflow.jobs if job.condition.is_set}
    try:
        order = tuple(TopologicalSorter(known).static_order())
    except CycleError:
        order = ()
    asking = frozenset(one for one, condition in conditions.items() if condition is None or _asks(condition))
    return Plan(order=order, conditions=conditions, needs=known, asking=asking)


def outcomes(plan: Plan, start: Start) -> dict[str, Outcome]:
    """What becomes of each job at this start."""
    found: dict[str, Outcome] = {}
    for job in plan.order:
        own = allows(plan.conditions[job], start, found) if job in plan.conditions else True
        behind = next((_behind(need, found) for need in plan.needs[job] if _behind(need, found)), "")
        if job in plan.asking:
            found[job] = Outcome(own=own, runs=own, behind=behind)
        else:
            found[job] = Outcome(own=own, runs=_runs(own, behind, plan.needs[job], found), behind=behind)
    return found


def allows(condition: Expression | None, start: Start, before: Mapping[str, Outcome]) -> bool | None:
    """Whether a condition is met at a start, given what became of the jobs before; None where nobody can say."""
    if condition is None:
        return None

    def answer(asked: Context | Call) -> Value:
        if isinstance(asked, Call):
            return True if asked.name in ("always", "success") and not asked.arguments else UNKNOWN
        if asked.path[0] == "needs" and len(asked.path) == _RESULT and asked.path[2] == "result":
            return _result(before.get(asked.path[1]))
        return start.value(asked)

    return is_true(evaluate(condition, answer))


def _asks(condition: Expression) -> bool:
    return any(isinstance(part, Call) and part.name in _STATUS for part in walk(condition))


def _behind(need: str, found: Mapping[str, Outcome]) -> str:
    """The skipped job behind which whoever needs this one stands: this itself, or one before it."""
    outcome = found[need]
    return need if outcome.runs is False and not outcome.behind else outcome.behind


def _runs(own: bool | None, behind: str, needs: tuple[str, ...], found: Mapping[str, Outcome]) -> bool | None:
    if own is False or behind:
        return False
    return True if own and all(found[need].runs for need in needs) else None


def _result(outcome: Outcome | None) -> Value:
    if outcome is None or outcome.runs is None:
        return UNKNOWN
    return "success" if outcome.runs else "skipped"
