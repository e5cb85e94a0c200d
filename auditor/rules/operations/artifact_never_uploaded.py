"""AUD627: a job downloads an artifact of a name under which no job uploads one."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOWNLOAD = "actions/download-artifact"
_UPLOAD = "actions/upload-artifact"
_ELSEWHERE = ("run-id", "github-token", "repository", "artifact-ids")
"""Inputs by which artifacts of another run are meant, or those that a computed number names."""
_QUIET = pattern(
    r"^(?:actions/(?:checkout|setup-|cache|upload-artifact|download-artifact|github-script|stale|labeler)|docker/|aws-actions/|azure/|google-github-actions/|hashicorp/|codecov/|astral-sh/|helm/|github/codeql)"
)
"""Actions that upload nothing by themselves."""
_EXPRESSION = pattern(r"\$\{\{.*?\}\}")
_DEFAULT = "artifact"
_MOST_COMPUTED = 100


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    workflows = [(file.path, workflow) for file, workflow in facts.of(GithubWorkflow)]
    every = [name for _, workflow in workflows for job in workflow.jobs for name in _uploaded(job)]
    every += [name for _, action in facts.of(GithubAction) for name in _uploaded(action.job)]
    for path, workflow in workflows:
        if any(_may_upload(job) for job in workflow.jobs):
            continue
        shared = workflow.triggered_by("workflow_call").is_set or any(job.uses.is_set for job in workflow.jobs)
        local = any(step.uses.text.startswith(".") for job in workflow.jobs for step in job.steps)
        own = [name for job in workflow.jobs for name in _uploaded(job)]
        names = frozenset(every if shared or local else own)
        computed = [one for one in sorted(names) if "*" in one]
        for job in workflow.jobs if len(computed) <= _MOST_COMPUTED else ():
            for name, line in _downloaded(job):
                if name not in names and not any(fnmatchcase(name, one) for one in computed):
                    beside = f"; there is `{own[0]}`" if len(own) == 1 and "*" not in own[0] else ""
                    yield Hit(path, line, line, f"No job uploads an artifact `{name}`{beside}.", job.id)


def _may_upload(job: Job) -> bool:
    """Whether something that cannot be seen may upload: an action of others, or a workflow of another repository."""
    foreign = job.uses.is_set and not job.uses.text.startswith("./")
    return foreign or any(
        step.uses.is_set and not step.uses.text.startswith(".") and not _QUIET.search(step.action) for step in job.steps
    )


def _uploaded(job: Job) -> Iterator[str]:
    """The names under which a job uploads; with a star for what is computed."""
    for step in job.steps:
        if step.action == _UPLOAD:
            yield _EXPRESSION.sub("*", step.given("name") or _DEFAULT)


def _downloaded(job: Job) -> Iterator[tuple[str, int]]:
    """The plain names that a job downloads from its own run, with their lines."""
    for step in job.steps:
        if step.action == _DOWNLOAD and not any(step.given(one) for one in _ELSEWHERE):
            yield from _named(step)


def _named(step: Step) -> Iterator[tuple[str, int]]:
    for one in step.inputs:
        if one.name == "name" and one.text and "$" not in one.text:
            yield one.text, one.line


_STEPS = "    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="AUD627",
    name="artifact-never-uploaded",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every artifact that a job downloads uploaded under that name?",
    why="The job ends with `Artifact not found`, or, where that is tolerated, decides on reports that are not there.",
    limits=(
        "Names that are written out, of artifacts of the same run. Workflows that use actions which may upload by themselves are passed over; where workflows call "
        "one another, an upload anywhere in the repository counts."
    ),
    fix="Download what is uploaded, under its name.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"github-workflow", "github-action"}),
    check_repository=_check,
    examples=(
        Example(
            title="a name that was changed at one end only",
            files={
                ".github/workflows/gate.yml": (
                    f"on: push\njobs:\n  measure:\n{_STEPS}      - uses: actions/checkout@v4\n      - run: ./measure\n      - uses: actions/upload-artifact@v4\n        with:\n          name: gate-figures\n          path: out/\n"
                    f"  decide:\n    needs: measure\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: figures\n      - uses: actions/download-artifact@v4\n        with:\n          name: gate-figures\n"
                ),
            },
            found=(".github/workflows/gate.yml:18",),
        ),
        Example(
            title="computed names, all artifacts, another run, and an action that may upload",
            files={
                ".github/workflows/gate.yml": (
                    f"on: push\njobs:\n  measure:\n{_STEPS}      - uses: actions/upload-artifact@v4\n        with:\n          name: figures-${{{{ matrix.system }}}}\n          path: out/\n"
                    f"  decide:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: figures-west\n      - uses: actions/download-artifact@v4\n      - uses: actions/download-artifact@v4\n"
                    "        with:\n          name: wheels\n          run-id: ${{ inputs.run }}\n          github-token: ${{ github.token }}\n"
                ),
                ".github/workflows/build.yml": (
                    f"on: push\njobs:\n  build:\n{_STEPS}      - uses: hynek/build-and-inspect-python-package@v2\n  publish:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: Packages\n"
                ),
            },
        ),
    ),
)
