"""AUD663: a document lists a server of monitoring that the repository's own stack does not run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.deployed_objects import DeployedFile
from auditor.facts.helm_chart import HelmChart
from auditor.facts.named_images import named_images
from auditor.facts.repository import RepositoryFacts
from auditor.facts.told_servers import ToldServers
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_OF_A_STACK = ("prometheus", "grafana")
_WHOLE = (
    "kube-prometheus",
    "prometheus-operator",
    "lgtm",
    "signoz",
    "netdata",
    "alloy",
    "agent",
    "otel",
    "victoria",
    "all-in-one",
    "monitoring-stack",
    "telegraf",
)
"""What brings several of them under another name."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(_run)
    if not any(one in run for one in _OF_A_STACK) or any(one in run for one in _WHOLE):
        return
    for file, fact in facts.of(ToldServers):
        for one in () if about_other_times(file.path) else fact.items:
            first = one.name.partition("-")[0]
            exporter = "exporter" in one.name
            if one.name.replace("-", "") in run.replace("-", "").replace("_", "") or (not exporter and first in run):
                continue
            message = f"This lists `{one.name}`, and the stack that the repository sets up runs no such thing."
            yield Hit(file.path, one.line, one.line, message, one.name)


def _run(facts: RepositoryFacts) -> str:
    """The names of all that is composed, deployed or brought by charts, in one text; for `RepositoryFacts.derive`."""
    names = [*facts.derive(named_images)]
    names += [f"{one.name} {one.image}" for _, fact in facts.of(ComposeFile) for one in fact.services]
    names += [one.name for _, fact in facts.of(DeployedFile) for one in fact.objects]
    names += [one.name for _, fact in facts.of(HelmChart) for one in fact.dependencies]
    return " ".join(names).lower()


_COMPOSE = "services:\n  prometheus:\n    image: prom/prometheus\n  shop:\n    build: .\n"

RULE = Rule(
    id="AUD663",
    name="told-server-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Does the repository's stack run every server of monitoring that documents list?",
    why="Its dashboard stays empty, and its alerts reach nobody.",
    limits="Well-known servers of monitoring at the head of items and rows under titles on monitoring, dashboards and services, where the repository sets up Prometheus or Grafana by itself and nothing that brings several of them.",
    fix="Run it, or strike it from the document.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"told-servers", "compose"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="exporters and an Alertmanager that nobody runs",
            files={
                "compose.yml": _COMPOSE,
                "docs/monitoring.md": "# Monitoring\n\n- **Prometheus**: figures\n- **Alertmanager**: alerts\n- Loki, if it is installed\n\n## Grafana Dashboards\n\n- Node Exporter Full (ID: 1860)\n- Redis Dashboard (ID: 11835)\n\n## Optional services\n\n- Jaeger\n",
            },
            found=("docs/monitoring.md:10", "docs/monitoring.md:4", "docs/monitoring.md:9"),
        ),
        Example(
            title="a stack that brings several, and a repository that runs none",
            files={
                "k8s/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: kube-prometheus-stack\n    version: 1.0.0\n    repository: https://charts.test\n",
                "docs/monitoring.md": "# Monitoring\n\n- **Alertmanager**: alerts\n",
            },
        ),
    ),
)
