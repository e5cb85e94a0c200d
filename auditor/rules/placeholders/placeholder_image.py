"""AUD176: a shipped manifest or command names an image in a registry that stands for one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.placeholder_hosts import PlaceholderHosts
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template, is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OWNER = r"(?:registry|org|organi[sz]ation|user|username|company|account|dockerhub|docker[-_]?hub[-_]?user(?:name)?|docker[-_]?(?:id|user(?:name)?|registry)|namespace|github[-_]?user(?:name)?)"
_STAND_IN = pattern(
    rf"(?i)(?:\bimage:|\brepository:|\b(?:docker|podman|buildah|crane|skopeo)\b.*\s|^FROM)\s*[\"']?(?:[\w.-]+(?:\.\w+|:\d+)/)?((?:<?your[-_]?{_OWNER}>?|my[-_]?registry|1234567890?12\.dkr|x{{6,12}}\.dkr)[\w.-]*/[\w./-]+)"
)
_COMMENT = ("#", "//")


def _check(source: Source) -> Iterator[Hit]:
    if is_template(source.path) or is_env_template(source.path):
        return
    hosts = source.fact(PlaceholderHosts)
    told = {one.line for one in hosts.items} if hosts is not None else set()
    for number, line in enumerate(source.lines, 1):
        found = _STAND_IN.search(line[:500]) if "/" in line and not line.lstrip().startswith(_COMMENT) else None
        if found and number not in told:  # of hosts speaks AUD104
            message = (
                f"The image `{found.group(1)}` lies in a registry that stands for one: it cannot be pulled or pushed."
            )
            yield Hit(source.path, number, number, message)


_POD = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: {image}\n"
)

RULE = Rule(
    id="AUD176",
    name="placeholder-image",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the images that are deployed lie in a registry that there is?",
    why="A manifest with `your-registry/shop:latest` has never been applied: the cluster cannot pull it.",
    limits="Images of manifests, compositions, Dockerfiles and commands of docker and the like whose owner or registry says that it is yours to fill in. Templates are left out.",
    fix="Name the registry that the pipeline pushes to.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"yaml", "shell", "dockerfile"}),
    triggers=("your", "registry", ".dkr"),
    check_file=_check,
    examples=(
        Example(
            title="a manifest and a push that were never filled in",
            files={
                "k8s/web.yaml": _POD.format(image="your-registry/shop:latest"),
                "scripts/push.sh": "docker push your-registry/shop:1.0\n",
            },
            found=("k8s/web.yaml:8", "scripts/push.sh:1"),
        ),
        Example(
            title="registries that there are, a sentence about one, and a host, of which AUD104 speaks",
            files={
                "k8s/web.yaml": _POD.format(image="registry.shop.de/shop:1.0"),
                "scripts/push.sh": '# docker push your-registry/shop\ndocker push "$REGISTRY/shop:1.0"\necho "see your-registry/shop"\ndocker push ghcr.io/your-org/shop:1.0\n',
            },
        ),
    ),
)
