"""AUD621: dashboards are put where Grafana looks for providers, and no provider is there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile, ComposeService, NamedSource
from auditor.facts.paths import joined_path
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROOT = "/etc/grafana/provisioning"
_PROVIDERS = f"{_ROOT}/dashboards"
_YAML = (".yml", ".yaml")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(ComposeFile):
        folder = file.path.rpartition("/")[0]
        for service in fact.services if file.role is Role.SHIPPED else ():
            mounts = [one for one in service.sources if one.use == "mount" and one.target.startswith(_ROOT)]
            if _is_built(service) or any(_provides(one, folder, facts) for one in mounts):
                continue
            shown = next((one for one in mounts if _shows(one, folder, facts)), None)
            if shown is not None:
                message = f"Grafana reads only YAML in `{_PROVIDERS}`: no file there names a provider, so it shows none of these dashboards."
                yield Hit(file.path, shown.line, shown.line, message, service.name)


def _is_built(service: ComposeService) -> bool:
    """Whether the image is the repository's own and may hold the provider."""
    return any(one.use == "build" for one in service.sources)


def _provides(mount: NamedSource, folder: str, facts: RepositoryFacts) -> bool:
    """Whether a mount brings a provider, or cannot be seen into."""
    path = joined_path(folder, mount.path)
    target = mount.target.rstrip("/")
    if path in facts.all_paths:
        return path.endswith(_YAML)
    if path not in facts.folders:
        return target in (_ROOT, _PROVIDERS)
    if target not in (_ROOT, _PROVIDERS):
        return False
    inner = path if target == _PROVIDERS else f"{path}/dashboards"
    return any(one.startswith(f"{inner}/") and one.endswith(_YAML) for one in facts.all_paths)


def _shows(mount: NamedSource, folder: str, facts: RepositoryFacts) -> bool:
    path = joined_path(folder, mount.path)
    if not mount.target.startswith(_PROVIDERS):
        return False
    return path.endswith(".json") or any(
        one.startswith(f"{path}/") and one.endswith(".json") for one in facts.all_paths
    )


_COMPOSE = "services:\n  grafana:\n    image: grafana/grafana:11.3.0\n    volumes:\n      - ./shop.json:/etc/grafana/provisioning/dashboards/shop.json\n"
_PROVIDER = (
    "apiVersion: 1\nproviders:\n  - name: shop\n    type: file\n    options:\n      path: /var/lib/grafana/dashboards\n"
)

RULE = Rule(
    id="AUD621",
    name="dashboards-without-provider",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is there a provider for the dashboards that Grafana is given?",
    why="A dashboard that lies among the providers is ignored without a word. On the day of an incident Grafana is empty.",
    limits="Judges what compose files mount into the folder of providers; services whose image is built here, and folders that are not in the repository, are left alone.",
    fix="Add a provider in YAML, and mount the dashboards where it looks for them.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"compose"}),
    check_repository=_check,
    examples=(
        Example(
            title="a dashboard among the providers, of which there is none",
            files={
                "monitoring/docker-compose.yml": _COMPOSE,
                "monitoring/shop.json": "{}\n",
                "docker-compose.yml": "services:\n  grafana:\n    image: grafana/grafana:11.3.0\n    volumes:\n      - ./boards:/etc/grafana/provisioning/dashboards:ro\n",
                "boards/shop.json": "{}\n",
            },
            found=("docker-compose.yml:5", "monitoring/docker-compose.yml:5"),
        ),
        Example(
            title="a provider beside it",
            files={
                "docker-compose.yml": _COMPOSE
                + "      - ./provider.yml:/etc/grafana/provisioning/dashboards/provider.yml\n",
                "shop.json": "{}\n",
                "provider.yml": _PROVIDER,
                "other/docker-compose.yml": "services:\n  grafana:\n    image: grafana/grafana:11.3.0\n    volumes:\n      - ./provisioning:/etc/grafana/provisioning\n      - ./shop.json:/etc/grafana/provisioning/dashboards/shop.json\n",
                "other/provisioning/dashboards/all.yaml": _PROVIDER,
                "other/shop.json": "{}\n",
            },
        ),
    ),
)
