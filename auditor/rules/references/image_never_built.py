"""AUD727: a deployment starts an image of the project's own that nothing builds."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.built_names import built_by_anyone
from auditor.facts.image_references import IMAGE
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.official_images import OFFICIAL_IMAGES
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.own_images import own_images

__all__ = ["RULE"]

_VALUED = frozenset({
    "-p", "--publish", "-v", "--volume", "-e", "--env", "--name", "--network", "--net", "-w", "--workdir", "-u", "--user", "--env-file", "--restart", "-m",
    "--memory", "--cpus", "-l", "--label", "--mount", "--entrypoint", "--health-cmd", "--platform", "--log-driver", "--log-opt", "--add-host", "-h", "--hostname",
    "--health-interval", "--health-timeout", "--health-retries", "--health-start-period", "--ulimit", "--cap-add", "--cap-drop", "--security-opt", "--tmpfs", "--gpus",
})  # fmt: skip
_OTHER_BUILDERS = pattern(
    r"(?i)(?:^|/)(?:skaffold\.ya?ml|\.?ko\.ya?ml|docker-bake\.\w+|flake\.nix|BUILD\.bazel|Tiltfile|werf\.ya?ml|project\.toml)$|(?:^|[/_.-])(?:kaniko|buildpacks?|jib|skaffold)(?:[/_.-]|$)"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    built = facts.derive(built_by_anyone)
    if built is None or any(_OTHER_BUILDERS.search(file.path) for file in facts.files):
        return
    seen: set[tuple[str, str]] = set()
    owned = ((path, line, name, "", severity) for path, line, name, severity in own_images(facts, built))
    for path, line, name, symbol, severity in (*((*one, None) for one in _of_commands(facts)), *owned):
        if built.has(name) or (path, name) in seen:
            continue
        seen.add((path, name))
        message = f"The image `{name}` is started here, and nothing in the repository builds or pushes it."
        yield Hit(path, line, line, message, symbol, severity)


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
        match = IMAGE.match(one.words[index]) if index else None
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


_PROJECT = '[project]\nname = "web-shop"\n'
_POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: web-shop/api:latest\n"

RULE = Rule(
    id="AUD727",
    name="image-never-built",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something build every image of the project's own that is deployed?",
    why="The first deployment ends with `pull access denied`: the image exists on the machine of its author, or nowhere.",
    limits=(
        "Images without an owner that commands pull or run, and images of manifests, kustomizations and compositions that are named after the Python project, "
        "after the secrets beside them, or belong to an owner for whom the repository builds others; another repository may build those of the owner, so they weigh less. "
        "Nothing is said where an image gets its name at run time, or other builders than docker are used."
    ),
    fix="Build and push it in the pipeline, under the name that is deployed.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"shell", "github-workflow", "kubernetes-references", "kustomization", "compose"}),
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
            title="one of several images of an owner, of which only the first is built, in a composition and a kustomization",
            files={
                ".github/workflows/build.yml": "on: push\njobs:\n  api:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker build -t ghcr.io/acme/shop-api:${{ github.sha }} . && docker push ghcr.io/acme/shop-api:${{ github.sha }}\n",
                "Dockerfile": "FROM scratch\n",
                "compose.prod.yml": "services:\n  api:\n    image: ghcr.io/acme/shop-api:v1\n  mailer:\n    image: ghcr.io/acme/shop-mailer:v1\n  cache:\n    image: ghcr.io/other/cache:v1\n",
                "k8s/kustomization.yaml": "resources:\n  - web.yaml\nimages:\n  - name: ghcr.io/acme/shop-edge\n    newTag: v2\n",
                "k8s/web.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: bazaar/web:latest\n"
                    "          envFrom:\n            - secretRef:\n                name: bazaar-secrets\n"
                ),
            },
            found=("compose.prod.yml:5", "k8s/kustomization.yaml:4", "k8s/web.yaml:10"),
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
            title="published equipment of a cluster beside secrets that are called after it",
            files={
                "Dockerfile": "FROM scratch\n",
                "k8s/logs.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: logs\nspec:\n  template:\n    spec:\n      containers:\n        - name: logs\n          image: grafana/loki:3.0\n"
                    "          envFrom:\n            - secretRef:\n                name: grafana-admin\n"
                ),
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
