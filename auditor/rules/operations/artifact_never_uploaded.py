"""AUD627: a job downloads an artifact of a name under which no job uploads one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.called_workflow import local_action
from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOWNLOAD = "actions/download-artifact"
_UPLOADS = {"actions/upload-artifact": "artifact", "actions/upload-artifact/merge": "merged-artifacts"}
"""What uploads, each with the name under which it does so where it is given none."""
_ELSEWHERE = ("run-id", "github-token", "repository", "artifact-ids")
"""Inputs by which artifacts of another run are meant, or those that a computed number names."""
_QUIET = pattern(
    r"^(?:actions/(?:checkout|setup-|cache|upload-artifact|download-artifact|github-script|stale|labeler)|docker/|aws-actions/|azure/|google-github-actions/|hashicorp/|codecov/|astral-sh/|helm/|github/codeql)"
)
"""Actions that upload nothing by themselves."""
_EXPRESSION = pattern(r"\$\{\{.*?\}\}")
_MOST_COMPUTED = 100


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    workflows = [(file.path, workflow) for file, workflow in facts.of(GithubWorkflow)]
    open_ones = {path for path, workflow in workflows if any(_may_upload(job, facts) for job in workflow.jobs)}
    shared_may = any(path in open_ones and _is_shared(workflow) for path, workflow in workflows)
    every = [name for _, workflow in workflows for job in workflow.jobs for name in _uploaded(job)]
    every += [name for _, action in facts.of(GithubAction) for name in _uploaded(action.job)]
    for path, workflow in workflows:
        shared = _is_shared(workflow)
        if path in open_ones or (shared and shared_may):
            continue
        local = any(_is_local(step) for job in workflow.jobs for step in job.steps)
        yield from _missing(path, workflow, every if shared or local else [])


def _missing(path: str, workflow: GithubWorkflow, elsewhere: list[str]) -> Iterator[Hit]:
    """What a workflow downloads that neither itself uploads, nor what it belongs together with."""
    own = [name for job in workflow.jobs for name in _uploaded(job)]
    names = frozenset((*own, *elsewhere))
    computed = [one for one in sorted(names) if "*" in one]
    for job in workflow.jobs if len(computed) <= _MOST_COMPUTED else ():
        for name, line in _downloaded(job):
            if name not in names and not any(_fits(name, one) for one in computed):
                beside = f"; there is `{own[0]}`" if len(own) == 1 and "*" not in own[0] else ""
                yield Hit(path, line, line, f"No job uploads an artifact `{name}`{beside}.", job.id)


def _fits(name: str, computed: str) -> bool:
    """Whether a name may be what a computed one becomes; each star stands for any text, and everything else for itself."""
    first, *middle, last = computed.split("*")
    rest = name.removeprefix(first)
    if not name.startswith(first) or not rest.endswith(last):
        return False
    rest = rest.removesuffix(last)
    for part in filter(None, middle):
        _, found, rest = rest.partition(part)
        if not found:
            return False
    return True


def _is_shared(workflow: GithubWorkflow) -> bool:
    """Whether a workflow may run in one run with others: it is called, or calls some."""
    return workflow.triggered_by("workflow_call").is_set or any(job.uses.is_set for job in workflow.jobs)


def _is_local(step: Step) -> bool:
    return step.uses.text.startswith(".")


def _may_upload(job: Job, facts: RepositoryFacts) -> bool:
    """Whether something that cannot be seen may upload: an action of others or of no steps, or a workflow of another repository."""
    foreign = job.uses.is_set and not job.uses.text.startswith("./")
    return foreign or any(_step_may_upload(step, facts) for step in job.steps)


def _step_may_upload(step: Step, facts: RepositoryFacts) -> bool:
    if not step.uses.is_set:
        return False
    if not _is_local(step):
        return not _QUIET.search(step.action)
    action = local_action(facts, step.uses.text)
    if action is None or not action.is_composite:
        return True
    inner = [one for one in action.job.steps if one.uses.is_set]
    return any(not _is_local(one) and not _QUIET.search(one.action) for one in inner) or (
        any(_is_local(one) for one in inner) and facts.derive(_any_action_may_upload)
    )


def _any_action_may_upload(facts: RepositoryFacts) -> bool:
    """Whether some action of the repository may upload what cannot be seen; for `RepositoryFacts.derive`."""
    return any(
        not action.is_composite
        or any(one.uses.is_set and not _is_local(one) and not _QUIET.search(one.action) for one in action.job.steps)
        for _, action in facts.of(GithubAction)
    )


def _uploaded(job: Job) -> Iterator[str]:
    """The names under which a job uploads; with a star for what is computed."""
    for step in job.steps:
        if step.action in _UPLOADS:
            yield _EXPRESSION.sub("*", step.given("name") or _UPLOADS[step.action])


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
    severity=Severity.MEDIUM,
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
            title="a computed name with brackets, and a workflow that calls one which uploads another name",
            files={
                ".github/workflows/wheels.yml": (
                    f"on: push\njobs:\n  build:\n{_STEPS}      - uses: actions/upload-artifact@v4\n        with:\n          name: wheels[${{{{ matrix.system }}}}]\n          path: out/\n"
                    f"  check:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: wheels[west]\n"
                    "      - uses: actions/download-artifact@v4\n        with:\n          name: wheelsw\n"
                ),
                ".github/workflows/release.yml": (
                    f"on: push\njobs:\n  build:\n    uses: ./.github/workflows/build.yml\n  publish:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: dist\n"
                ),
                ".github/workflows/build.yml": (
                    f"on: workflow_call\njobs:\n  build:\n{_STEPS}      - uses: actions/upload-artifact@v4\n        with:\n          name: packages\n          path: out/\n"
                ),
            },
            found=(".github/workflows/release.yml:10", ".github/workflows/wheels.yml:18"),
        ),
        Example(
            title="artifacts that are merged, and a called workflow and actions of the repository that may upload",
            files={
                ".github/workflows/merge.yml": (
                    f"on: push\njobs:\n  gather:\n{_STEPS}      - uses: actions/upload-artifact/merge@v4\n"
                    f"  decide:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: merged-artifacts\n"
                ),
                ".github/workflows/build.yml": f"on: workflow_call\njobs:\n  build:\n{_STEPS}      - uses: hynek/build-and-inspect-python-package@v2\n",
                ".github/workflows/release.yml": (
                    f"on: push\njobs:\n  build:\n    uses: ./.github/workflows/build.yml\n  publish:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: Packages\n"
                ),
                ".github/actions/keep/action.yml": "name: keep\ndescription: Keeps reports.\nruns:\n  using: node20\n  main: index.js\n",
                ".github/actions/all/action.yml": "name: all\ndescription: Keeps all.\nruns:\n  using: composite\n  steps:\n    - uses: ./.github/actions/keep\n",
                ".github/workflows/reports.yml": (
                    f"on: push\njobs:\n  build:\n{_STEPS}      - uses: ./.github/actions/all\n  publish:\n{_STEPS}      - uses: actions/download-artifact@v4\n        with:\n          name: reports\n"
                ),
            },
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
