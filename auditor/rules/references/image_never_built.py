"""AUD727: a deployment starts an image of the project's own that nothing builds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.compose_file import ComposeFile
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.image_references import built_images
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.kubernetes_references import KubernetesReferences
from auditor.facts.official_images import OFFICIAL_IMAGES
from auditor.facts.pattern import pattern
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_IMAGE = pattern(r"^((?:[a-z0-9.-]+(?::\d+)?/)*[a-z0-9][a-z0-9._-]*)(?::[\w.${}-]+)?$")
_LONG_ENOUGH = 4
_VALUED = frozenset({
    "-p", "--publish", "-v", "--volume", "-e", "--env", "--name", "--network", "--net", "-w", "--workdir", "-u", "--user", "--env-file", "--restart", "-m",
    "--memory", "--cpus", "-l", "--label", "--mount", "--entrypoint", "--health-cmd", "--platform", "--log-driver", "--log-opt", "--add-host", "-h", "--hostname",
    "--health-interval", "--health-timeout", "--health-retries", "--health-start-period", "--ulimit", "--cap-add", "--cap-drop", "--security-opt", "--tmpfs", "--gpus",
})  # fmt: skip
_OTHER_BUILDERS = (
    "skaffold",
    "kaniko",
    "buildpacks",
    "ko.yaml",
    ".ko.yaml",
    "docker-bake",
    "jib",
    "flake.nix",
    "BUILD.bazel",
    "Tiltfile",
    "werf",
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    built = facts.derive(_built)
    if built is None:
        return
    seen: set[tuple[str, str]] = set()
    for path, line, name, symbol in (*_of_commands(facts), *_of_manifests(facts)):
        if name in built or name.rpartition("/")[2] in built or (path, name) in seen:
            continue
        seen.add((path, name))
        message = f"The image `{name}` is started here, and nothing in the repository builds or pushes it."
        yield Hit(path, line, line, message, symbol)


def _built(facts: RepositoryFacts) -> frozenset[str] | None:
    """The names of all images that are built, with and without their owner; None where some cannot be told. For `RepositoryFacts.derive`."""
    if any(word in path.lower() for path in facts.all_paths for word in _OTHER_BUILDERS):
        return None
    names: set[str] = set()
    for _, workflow in facts.of(GithubWorkflow):
        images = built_images(workflow)
        names |= {*images.bases, *(one.rpartition(":")[0] or one for one in images.references)}
        if images.open or any("docker/bake-action" in step.action for job in workflow.jobs for step in job.steps):
            return None
    for one in facts.derive(invocations):
        names |= set(_tagged(one))
    for _, fact in facts.of(ComposeFile):
        names |= {
            service.image.rpartition(":")[0] or service.image
            for service in fact.services
            if service.image and any(one.use == "build" for one in service.sources)
        }
    if any("$" in name for name in names):
        return None
    return frozenset({*names, *(name.rpartition("/")[2] for name in names)})


def _tagged(one: Invocation) -> Iterator[str]:
    if one.name not in ("docker", "podman", "buildah", "nerdctl", "gcloud", "az") or not {
        "build",
        "tag",
        "push",
        "submit",
        "import",
        "load",
    } & set(one.words[1:4]):
        return
    for option, value in pairwise(one.words):
        if option in ("-t", "--tag"):
            yield _bare(value)
    yield from (_bare(word.partition("=")[2]) for word in one.words if word.startswith("--tag="))
    if {"tag", "push"} & set(one.words[1:2]):
        yield _bare(one.words[-1])


def _bare(reference: str) -> str:
    head, slash, last = reference.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0].partition('@')[0]}"


def _of_commands(facts: RepositoryFacts) -> Iterator[tuple[str, int, str, str]]:
    """Images without an owner, which only the machine itself can have, unless they are official."""
    for one in facts.derive(invocations):
        file = facts.by_path.get(one.path)
        if (
            one.origin is Origin.DOCUMENT
            or file is None
            or file.role is not Role.SHIPPED
            or one.name not in ("docker", "podman")
        ):
            continue
        index = _image_at(one)
        match = _IMAGE.match(one.words[index]) if index else None
        if match and "/" not in match.group(1) and match.group(1) not in OFFICIAL_IMAGES and "-" in match.group(1):
            yield one.path, one.lines[index], match.group(1), one.symbol


def _image_at(one: Invocation) -> int:
    """Where in the words of a command the image stands that it pulls or runs; 0 where it does neither."""
    if len(one.words) < 3 or one.words[1] not in ("pull", "run"):  # noqa: PLR2004 - docker, verb, image
        return 0
    at = 2
    while at < len(one.words) and one.words[at].startswith("-"):
        at += 2 if one.words[at] in _VALUED else 1
    return at if at < len(one.words) else 0


def _of_manifests(facts: RepositoryFacts) -> Iterator[tuple[str, int, str, str]]:
    """Images of workloads that are named after the project, in no registry that could have them from elsewhere."""
    projects = {project.name.lower().replace("_", "-") for _, project in facts.of(PythonProject)}
    projects = {name for name in projects if len(name) >= _LONG_ENOUGH}
    for file, references in facts.of(KubernetesReferences):
        for one in references.items if file.role is Role.SHIPPED else ():
            match = _IMAGE.match(one.name) if one.kind == "image" else None
            if match and projects & set(match.group(1).split("/")) and "." not in match.group(1).partition("/")[0]:
                yield file.path, one.line, match.group(1), ""


_PROJECT = '[project]\nname = "web-shop"\n'
_POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: web-shop/api:latest\n"

RULE = Rule(
    id="AUD727",
    name="image-never-built",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does something build every image of the project's own that is deployed?",
    why="The first deployment ends with `pull access denied`: the image exists on the machine of its author, or nowhere.",
    limits=(
        "Images without an owner that commands pull or run, and images of manifests that are named after the Python project. Nothing is said where "
        "an image gets its name at run time, or other builders than docker are used."
    ),
    fix="Build and push it in the pipeline, under the name that is deployed.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"shell", "github-workflow", "kubernetes-references"}),
    check_repository=_check,
    examples=(
        Example(
            title="a deployment that pulls what is not there",
            files={
                "pyproject.toml": _PROJECT,
                "deploy.sh": "#!/bin/sh\ndocker pull web-shop:$VERSION\ndocker run -d --name web -p 80:80 web-shop:$VERSION\ndocker run --rm hello-world\n",
                "k8s/web.yaml": _POD,
            },
            found=("deploy.sh:2", "k8s/web.yaml:10"),
        ),
        Example(
            title="built by a script and by a composition",
            files={
                "pyproject.toml": _PROJECT,
                "deploy.sh": "#!/bin/sh\ndocker build -t web-shop .\ndocker run -d -p 80:80 web-shop\n",
                "k8s/web.yaml": _POD,
                "compose.yml": "services:\n  api:\n    build: .\n    image: web-shop/api:latest\n",
            },
        ),
        Example(
            title="a name that is told at run time",
            files={
                "pyproject.toml": _PROJECT,
                "build.sh": '#!/bin/sh\ndocker build -t "$IMAGE" .\n',
                "k8s/web.yaml": _POD,
            },
        ),
    ),
)
