"""AUD759: a choice that a workflow offers names a file that only the other choices have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHOSEN = pattern(r"^(?:[\w-]+=)?(\.?[\w./-]*)\$\{\{\s*(?:github\.event\.)?inputs\.([\w-]+)\s*\}\}([\w./-]*)$")
_CALLED = "./.github/workflows/"


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    called = _given_by_callers(facts)
    for file, workflow in facts.of(GithubWorkflow):
        values = {one.name: set(one.options) for one in workflow.inputs if one.options}
        for name, given in called.get(file.path, {}).items():
            values.setdefault(name, set()).update(given)
        for job in workflow.jobs if values else ():
            yield from _in_job(file.path, job, values, facts)


def _given_by_callers(facts: RepositoryFacts) -> dict[str, dict[str, set[str]]]:
    """What the jobs of other workflows give literally to those that they call: by the path called, and the input."""
    found: dict[str, dict[str, set[str]]] = {}
    for _, workflow in facts.of(GithubWorkflow):
        for job in workflow.jobs:
            if not job.uses.text.startswith(_CALLED):
                continue
            inputs = found.setdefault(job.uses.text.removeprefix("./"), {})
            for one in job.inputs:
                if one.text and "$" not in one.text:
                    inputs.setdefault(one.name, set()).add(one.text)
    return found


def _in_job(path: str, job: Job, values: dict[str, set[str]], facts: RepositoryFacts) -> Iterator[Hit]:
    for step in job.steps:
        for command in all_commands(step.program.body) if step.program else ():
            for word in command.words[1:]:
                match = _CHOSEN.search(word.text)
                options = sorted(values.get(match.group(2), ())) if match else []
                if match is None or not match.group(1) + match.group(3):
                    continue
                named = {
                    one: f"{match.group(1)}{one}{match.group(3)}".removeprefix("./").rstrip("/") for one in options
                }
                missing = [one for one, place in named.items() if not facts.exists(place)]
                if missing and len(missing) < len(options):
                    message = f"For the choice {missing[0]!r} this is `{named[missing[0]]}`, which is not in the repository; other choices have theirs."
                    yield Hit(path, word.line, word.line, message, f"{job.id}/{step.name}")


_DEPLOY = (
    "on:\n  workflow_dispatch:\n    inputs:\n      stage:\n        type: choice\n        options: [staging, live]\n"
    "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    "      - run: helm upgrade shop ./chart -f chart/values-${{ inputs.stage }}.yaml\n"
)

RULE = Rule(
    id="AUD759",
    name="chosen-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every choice that a workflow offers have its files?",
    why="The deployment to the environment that nobody has tried ends at its first command.",
    limits="Judged are choices of a workflow that is started by hand, and what other workflows of the repository give to one that they call, where they complete a path that at least one of them leads to.",
    fix="Add the file, or take the choice away.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="values for one of two environments",
            files={".github/workflows/deploy.yml": _DEPLOY, "chart/values-live.yaml": "replicas: 3\n"},
            found=(".github/workflows/deploy.yml:12",),
        ),
        Example(
            title="a workflow that is called for two environments",
            files={
                ".github/workflows/deploy.yml": "on:\n  workflow_call:\n    inputs:\n      stage:\n        type: string\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl apply -k k8s/overlays/${{ inputs.stage }}\n",
                ".github/workflows/release.yml": "on: push\njobs:\n  staging:\n    uses: ./.github/workflows/deploy.yml\n    with:\n      stage: staging\n  live:\n    uses: ./.github/workflows/deploy.yml\n    with:\n      stage: production\n",
                "k8s/overlays/production/kustomization.yaml": "resources: []\n",
            },
            found=(".github/workflows/deploy.yml:10",),
        ),
        Example(
            title="all of them, or none: made elsewhere",
            files={
                ".github/workflows/deploy.yml": _DEPLOY + "      - run: cat made/${{ inputs.stage }}.json\n",
                "chart/values-live.yaml": "replicas: 3\n",
                "chart/values-staging.yaml": "replicas: 1\n",
            },
        ),
    ),
)
