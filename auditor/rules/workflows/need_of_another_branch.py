"""AUD495: a job needs another that runs only for other branches or events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.ref_conditions import ANYTHING, never_together, passage
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MOST = 500
_ALL_THE_SAME = pattern(r"\b(?:always|cancelled|failure)\s*\(\)")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    jobs = {job.id: job for job in workflow.jobs} if workflow is not None else {}
    asked = cache(passage)
    for job in jobs.values():
        own = asked(job.condition.text)
        if own == ANYTHING or _ALL_THE_SAME.search(job.condition.text):
            continue
        for need in islice(_needed(job, jobs), _MOST):
            if never_together(own, asked(need.condition.text)):
                message = f"The job {job.id!r} needs {need.id!r}, which runs for other branches or events only: it is always skipped."
                yield Hit(source.path, job.condition.line, job.condition.line, message, job.id)
                break


def _needed(job: Job, jobs: dict[str, Job]) -> Iterator[Job]:
    """What must have run before, itself or by way of others that do not run all the same."""
    seen, waiting = {job.id}, [job]
    while waiting:
        for need in waiting.pop().needs:
            other = jobs.get(need.job)
            if other is None or other.id in seen:
                continue
            seen.add(other.id)
            yield other
            if not _ALL_THE_SAME.search(other.condition.text):
                waiting.append(other)


def _job(name: str, condition: str, needs: str = "") -> str:
    return f"  {name}:\n    if: {condition}\n{needs}    runs-on: ubuntu-latest\n    steps:\n      - run: make {name}\n"


_HEAD = "on: [push, release]\njobs:\n"

RULE = Rule(
    id="AUD495",
    name="need-of-another-branch",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do jobs run for the branches and events for which the jobs that need them run?",
    why="A deployment of the branch for staging that needs the image of main is skipped every time, in green.",
    limits="Equal signs on the ref, its name and the event, and `startsWith` on the ref, joined by `&&` and `||`; jobs with a status function run all the same.",
    fix="Let the needed job run for the branch, too.",
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
