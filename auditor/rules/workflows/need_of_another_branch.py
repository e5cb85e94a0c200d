"""AUD495: a job is meant for a start at which a job that it needs is skipped."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_expression import Context, walk
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.facts.workflow_runs import Outcome, Plan, allows, outcomes, plan_of
from auditor.facts.workflow_starts import Start, starts_of, without
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MOST = 100_000  # jobs times starts
_SKIPS = pattern(r"(?i)^(?:skip|no|without|bypass|omit)[_-]")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or not any(job.needs for job in workflow.jobs):
        return
    plan = plan_of(workflow)
    starts = starts_of(workflow, tuple(one for one in plan.conditions.values() if one is not None))
    if len(plan.order) * len(starts) > _MOST:
        return
    states = [(start, outcomes(plan, start)) for start in starts]
    place = {job: number for number, job in enumerate(plan.order)}
    told: set[tuple[str, Start]] = set()
    for job in sorted(workflow.jobs, key=lambda one: place.get(one.id, 0)):
        for start, state in states:
            if job.id not in plan.asking and _is_skipped(plan, job, start, state):
                behind = state[job.id].behind
                if (behind, start) not in told:
                    yield _hit(source.path, job, start, behind)
                told.add((behind, start))
                break


def _hit(path: str, job: Job, start: Start, behind: str) -> Hit:
    line = job.condition.line or job.needs[0].line
    message = f"The job {job.id!r} is meant to run at {start.text}, but {behind!r}, which it needs, is skipped then, and skips it, too."
    return Hit(path, line, line, message, job.id)


def _is_skipped(plan: Plan, job: Job, start: Start, state: dict[str, Outcome]) -> bool:
    """Whether what the job itself asks of the start keeps away what it needs; or an input that is to leave out another job does."""
    if job.id not in state or not state[job.id].behind or state[job.id].own is False:
        return False
    need = plan.conditions.get(state[job.id].behind)
    names = ("event", "ref", *(name for name, _ in start.inputs))
    for name in names:
        others = [one for one in names if one != name]
        by_it = allows(need, without(start, [name]), state) is not False
        if not by_it and allows(need, without(start, others), state) is not False:
            continue  # the other job is skipped for another reason
        if _asks_for(plan, job, start, name, state) or (
            _SKIPS.search(name) and dict(start.inputs)[name] is True and not _reads(plan, job, name)
        ):
            return True
    return False


def _asks_for(plan: Plan, job: Job, start: Start, name: str, state: dict[str, Outcome]) -> bool:
    """Whether the condition of the job is met because of what the start tells under this name."""
    condition = plan.conditions.get(job.id)
    return state[job.id].own is True and condition is not None and not allows(condition, without(start, [name]), state)


def _reads(plan: Plan, job: Job, name: str) -> bool:
    """Whether the condition of the job speaks of an input."""
    condition = plan.conditions.get(job.id)
    parts = walk(condition) if condition is not None else ()
    return any(isinstance(one, Context) and one.path[-1] == name for one in parts)


def _job(name: str, condition: str, needs: str = "") -> str:
    return f"  {name}:\n    if: {condition}\n{needs}    runs-on: ubuntu-latest\n    steps:\n      - run: make {name}\n"


_HEAD = "on: [push, release]\njobs:\n"

RULE = Rule(
    id="AUD495",
    name="need-of-another-branch",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every job run at the starts for which the jobs that need it are meant?",
    why="A deployment of tags that needs the job for staging, which runs for main alone, is skipped every time, in green; so is the deployment of an emergency that is to skip the tests.",
    limits="Conditions are evaluated for the events, branches, tags and inputs that start the workflow; what depends on more than these (outputs, variables) is left open. Jobs with a status function run all the same. Of several that one start keeps behind one job, the first is told.",
    fix="Let the needed job run then, too, or ask for what it came to: `!cancelled() && needs.build.result == 'success'`.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("needs",),
    check_file=_check,
    examples=(
        Example(
            title="staging that waits for what only main builds, and a release behind a push",
            files={
                ".github/workflows/ci.yml": _HEAD
                + _job(
                    "build",
                    "github.event_name == 'push' && (github.ref == 'refs/heads/main' || github.ref == 'refs/heads/master')",
                )
                + _job("scan", "success()", "    needs: build\n")
                + _job("staging", "github.ref == 'refs/heads/develop'", "    needs: [scan]\n")
                + _job("publish", "${{ github.event_name == 'release' }}", "    needs: build\n")
                + _job("tagged", "startsWith(github.ref, 'refs/tags/v')", "    needs: build\n"),
            },
            found=(".github/workflows/ci.yml:15", ".github/workflows/ci.yml:21", ".github/workflows/ci.yml:27"),
        ),
        Example(
            title="tags that wait for staging, and an emergency that is to skip the tests",
            files={
                ".github/workflows/ship.yml": "on:\n  push:\n    branches: [main]\n    tags: ['v*']\n  workflow_dispatch:\n    inputs:\n      skip_tests: {type: boolean}\n      where: {type: choice, options: [staging, live]}\njobs:\n"
                + _job("test", "${{ !inputs.skip_tests }}")
                + _job("build", "always()", "    needs: test\n")
                + _job("staging", "github.ref == 'refs/heads/main' || inputs.where == 'staging'", "    needs: build\n")
                + _job("live", "startsWith(github.ref, 'refs/tags/') || inputs.where == 'live'", "    needs: staging\n")
                + _job("tell", "${{ !cancelled() && inputs.where == 'live' }}", "    needs: live\n"),
            },
            found=(".github/workflows/ship.yml:22", ".github/workflows/ship.yml:28"),
        ),
        Example(
            title="a job for starts by hand alone, and one after tests that only proposals skip",
            files={
                ".github/workflows/ci.yml": "on:\n  push:\n  pull_request:\n  workflow_dispatch:\n    inputs:\n      bench: {type: boolean}\njobs:\n"
                + _job("test", "github.event_name != 'pull_request'")
                + _job("bench", "inputs.bench", "    needs: test\n")
                + _job("ship", "github.ref == 'refs/heads/main'", "    needs: [test, bench]\n")
                + _job("report", "vars.REPORT == 'on'", "    needs: test\n"),
            },
        ),
        Example(
            title="the same branch, one of several, a tag, and a report that comes all the same",
            files={
                ".github/workflows/ci.yml": _HEAD
                + _job("build", "github.ref_name == 'main' || github.ref == 'refs/heads/develop'")
                + _job("any", "github.actor != 'bot' || github.ref == 'refs/heads/main'")
                + _job("tags", "startsWith(github.ref, 'refs/tags/')")
                + _job(
                    "staging",
                    "github.ref == 'refs/heads/develop' && github.event_name == 'push'",
                    "    needs: [build, any]\n",
                )
                + _job("ship", "github.ref == 'refs/tags/v1'", "    needs: tags\n")
                + _job("tell", "always() && github.ref == 'refs/heads/x'", "    needs: build\n"),
            },
        ),
    ),
)
