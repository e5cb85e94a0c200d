"""AUD458: a step uses an action that its owner does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OWNERS = {
    "docker": "build-push-action login-action metadata-action setup-buildx-action setup-qemu-action bake-action scout-action",
    "actions": (
        "checkout cache upload-artifact download-artifact setup-python setup-node setup-go setup-java setup-dotnet github-script "
        "configure-pages upload-pages-artifact deploy-pages dependency-review-action"
    ),
    "azure": "k8s-set-context k8s-deploy webapps-deploy aks-set-context",
    "aws-actions": "configure-aws-credentials amazon-ecr-login amazon-ecs-deploy-task-definition amazon-ecs-render-task-definition",
    "hashicorp": "setup-terraform vault-action",
    "github": "codeql-action",
}
"""Well-known actions by who has them."""
_OWNER_OF = {name: owner for owner, names in _OWNERS.items() for name in names.split()}
_INSIDE = {
    "actions/cache": ("save", "restore"),
    "actions/upload-artifact": ("merge",),
    "actions/attest-build-provenance": ("predicate",),
    "actions/attest-sbom": ("predicate",),
}
"""The actions of GitHub that hold further ones, by their folders."""


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        for step in job.steps:
            meant = _meant(step.action)
            if meant:
                message = f"There is no action {step.uses.text!r}: {meant}. The job fails before its first step."
                yield Hit(source.path, step.uses.line, step.uses.line, message, job.id)


def _meant(action: str) -> str:
    """What is wrong with an action of a well-known owner; empty for all others."""
    owner, _, rest = action.partition("/")
    name, _, folder = rest.partition("/")
    if owner not in _OWNERS or not name:
        return ""
    inner = folder.rpartition("/")[2]
    if inner in _OWNER_OF and f"{owner}/{name}" not in _INSIDE and owner == "actions":
        return f"{_OWNER_OF[inner]}/{inner} is meant"
    if not folder and _OWNER_OF.get(name, owner) != owner:
        return f"{_OWNER_OF[name]}/{name} is meant"
    return ""


def _workflow(uses: str) -> str:
    return f"on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {uses}\n"


RULE = Rule(
    id="AUD458",
    name="unknown-official-action",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the owner of each action have it?",
    why="A job with an action that does not exist fails while it is set up: nothing of it ever ran.",
    limits="Knows the usual actions of GitHub, Docker, Azure, AWS and HashiCorp by name; other owners may have an action of any name.",
    fix="Name the action by its owner.",
    since="0.2.0",
    effort=5,
    reads=frozenset({"github-action", "github-workflow"}),
    triggers=("uses",),
    check_file=_check,
    examples=(
        Example(
            title="actions of Docker under the name of GitHub",
            files={
                ".github/workflows/a.yml": _workflow("actions/docker/build-push-action@v5"),
                ".github/workflows/b.yml": _workflow("actions/login-action@v3"),
            },
            found=(".github/workflows/a.yml:6", ".github/workflows/b.yml:6"),
        ),
        Example(
            title="actions of their owners",
            files={
                ".github/workflows/a.yml": _workflow("actions/cache/restore@v4"),
                ".github/workflows/b.yml": _workflow("docker/login-action@v3"),
                ".github/workflows/c.yml": _workflow("somebody/login-action@v3"),
            },
        ),
    ),
)
