"""AUD407: a gate waits for a job and never looks at how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_effects import always_leaves
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"always\(\)|!\s*cancelled\(\)")
_RESULT = pattern(r"needs\.([\w-]+)\.result|needs\['([\w-]+)'\]\.result")
_ALL = pattern(r"needs\.\*|toJSON\(needs\)|toJson\(needs\)")


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        if not _ALWAYS.search(job.condition.text) or not _is_gate(job):
            continue
        examined: dict[str, int] = {}
        for expression in job.expressions:
            if expression.line == job.condition.line:
                continue
            for match in _RESULT.finditer(expression.text):
                examined[match.group(1) or match.group(2)] = expression.line
        if not examined or any(_ALL.search(expression.text) for expression in job.expressions):
            continue
        for need in job.needs:
            if need.job not in examined and not _is_source(job, need.job):
                first, last = min(examined.values()), max(examined.values())
                message = f"The gate {job.name or job.id!r} needs {need.job!r}, and passes however that job ends."
                yield Hit(source.path, first, last, message, job.id)


def _is_source(job: Job, needed: str) -> bool:
    """Whether the job is needed for what it gives."""
    return any(f"needs.{needed}.outputs" in expression.text for expression in job.expressions)


def _is_gate(job: Job) -> bool:
    return any(step.program is not None and always_leaves(step.program.body) for step in job.steps)


RULE = Rule(
    id="AUD407",
    name="ungated-need",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every gate look at the result of every job that it needs?",
    why="With always(), a job runs whatever happened before; a result that it does not examine cannot stop anything.",
    limits="Only jobs that examine the results of some of their needs, and may fail, are taken for gates.",
    fix="Examine the result of every needed job, for instance with contains(needs.*.result, 'failure').",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("always()", "cancelled()"),
    check_file=_check,
    examples=(
        Example(
            title="A gate that forgets one job",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  scan:\n    runs-on: ubuntu-latest\n    steps: [{run: make scan}]\n"
                    "  gate:\n    needs: [unit, scan]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - run: |\n          if [ "${{ needs.unit.result }}" != success ]; then exit 1; fi\n'
                )
            },
            found=(".github/workflows/ci.yml:15",),
        ),
        Example(
            title="A gate that looks at all",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  gate:\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: |\n          if [ \"${{ contains(needs.*.result, 'failure') }}\" = true ]; then exit 1; fi\n"
                )
            },
        ),
    ),
)
