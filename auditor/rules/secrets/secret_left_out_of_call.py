"""AUD325: a workflow that others call reads a secret that it does not ask its callers for."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.called_workflow import local_workflow
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SECRET = pattern(r"\bsecrets\.([A-Za-z_]\w*)")
_OWN = frozenset({"github_token"})


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        if not workflow.called_secrets or {one.name for one in workflow.triggers} != {"workflow_call"}:
            continue
        listing = _callers(repository, workflow)
        if listing is None:
            continue
        asked = {one.name.lower() for one in workflow.called_secrets} | _OWN
        for job in workflow.jobs:
            severity = Severity.LOW if job.environment.is_set else None
            seen: set[str] = set()
            for expression in job.expressions:
                for name in (match.group(1) for match in _SECRET.finditer(expression.text)):
                    if name.lower() not in asked and name.lower() not in seen and "||" not in expression.text:
                        seen.add(name.lower())
                        message = f"`{name}` is not among the secrets that this workflow asks its callers for, and {listing!r} passes only those that it lists: it is empty unless an environment holds it."
                        yield Hit(file.path, expression.line, expression.line, message, f"{job.id}/{name}", severity)


def _callers(repository: RepositoryFacts, workflow: GithubWorkflow) -> str | None:
    """A job that calls the workflow and does not pass on all its secrets."""
    for _, other in repository.of(GithubWorkflow):
        for job in other.jobs:
            inherits = any(one.name.lower() == "inherit" for one in job.secrets)
            if not inherits and job.uses.is_set and local_workflow(repository, job.uses.text) == workflow:
                return job.id
    return None


_CALLED = "on:\n  workflow_call:\n    secrets:\n      KUBE_CONFIG:\n        required: true\njobs:\n  migrate:\n    runs-on: ubuntu-24.04\n    steps:\n      - env:\n          URL: ${{ secrets.DATABASE_URL }}\n          KUBE: ${{ secrets.KUBE_CONFIG }}\n        run: ./migrate\n"
_CALLER = "on: push\njobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    secrets:"


RULE = Rule(
    id="AUD325",
    name="secret-left-out-of-call",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every workflow that others call ask them for all the secrets that it reads?",
    why="A caller that lists what it passes cannot pass what is not asked for: the step runs with an empty value, and nothing says so.",
    limits="Judged are workflows that are only started by calls and list secrets under `workflow_call`, where a job of the repository calls them without `secrets: inherit`. Where the job has an environment, that may hold the secret.",
    fix="List the secret under `workflow_call`, and pass it.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="an address of the database that nobody is asked for",
            files={
                ".github/workflows/deploy.yml": _CALLED,
                ".github/workflows/release.yml": f"{_CALLER}\n      KUBE_CONFIG: ${{{{ secrets.KUBE_CONFIG }}}}\n",
            },
            found=(".github/workflows/deploy.yml:11",),
        ),
        Example(
            title="a caller that passes all that it has",
            files={
                ".github/workflows/deploy.yml": _CALLED,
                ".github/workflows/release.yml": f"{_CALLER} inherit\n",
            },
        ),
    ),
)
