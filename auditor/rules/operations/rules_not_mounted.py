"""AUD613: Prometheus runs in a container into which its rule files are not mounted."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.paths import joined_path
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    configs = {file.path: fact for file, fact in facts.of(PrometheusFile) if fact.is_config and fact.rule_files}
    for file, fact in facts.of(ComposeFile):
        folder = file.path.rpartition("/")[0]
        for service in fact.services:
            mounts = {_seen(folder, one.path): one.line for one in service.sources if one.use in ("mount", "config")}
            for path in sorted(mounts.keys() & configs.keys()):
                missing = _missing(path, configs[path], mounts, service, facts)
                if missing:
                    message = f"{path} is mounted, and the rules that it loads ({missing}) are not: no alert is ever evaluated."
                    yield Hit(file.path, mounts[path], mounts[path], message, service.name)


def _seen(folder: str, path: str) -> str:
    """A path of a compose file from the root of the repository; an absolute one as it is."""
    return path if path.startswith("/") else joined_path(folder, path)


def _missing(
    path: str, config: PrometheusFile, mounts: dict[str, int], service: ComposeService, facts: RepositoryFacts
) -> str:
    """The first entry whose files are in the repository and in no mount of the service; empty where any is mounted or built in."""
    if any(one.use in ("build", "dockerfile") for one in service.sources):
        return ""
    folder = path.rpartition("/")[0]
    others = [one for one in mounts if one != path]
    absent = ""
    for entry in config.rule_files:
        name = entry.text.rpartition("/")[2]
        known = [one for one in facts.all_paths if fnmatchcase(one.rpartition("/")[2], name)]
        if any(_covers(mount, one, name) for mount in others for one in (*known, f"{folder}/{name}".lstrip("/"))):
            return ""
        absent = absent or (entry.text if known else "")
    return absent


def _covers(mount: str, path: str, name: str) -> bool:
    return path == mount or path.startswith(f"{mount}/") or fnmatchcase(mount.rpartition("/")[2], name)


def _files(volumes: str) -> dict[str, str]:
    return {
        "compose.yml": f"services:\n  prometheus:\n    image: prom/prometheus\n    volumes:\n      - ./monitoring/prometheus.yml:/etc/prometheus/prometheus.yml\n{volumes}",
        "monitoring/prometheus.yml": "rule_files:\n  - alerts.yml\nscrape_configs:\n  - job_name: shop\n",
        "monitoring/alerts.yml": "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n",
    }


RULE = Rule(
    id="AUD613",
    name="rules-not-mounted",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the rules mounted into the container of Prometheus?",
    why="Prometheus starts without its rules where only the configuration is mounted: there are no alerts, and no error.",
    limits="Judged are services of compose files that mount a configuration of the repository as a file; where any of its rules, or their folder, is mounted, or the image is built here, nothing is reported.",
    fix="Mount the folder, or each of the rule files.",
    since="0.2.0",
    effort=10,
    reads=frozenset({"compose", "prometheus"}),
    check_repository=_check,
    examples=(
        Example(title="only the configuration", files=_files(""), found=("compose.yml:5",)),
        Example(title="the rules too", files=_files("      - ./monitoring/alerts.yml:/etc/prometheus/alerts.yml\n")),
    ),
)
