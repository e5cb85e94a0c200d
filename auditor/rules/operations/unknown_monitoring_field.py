"""AUD608: a field that Prometheus or Alertmanager does not know, for which it refuses the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.base import ParseFailure
from auditor.facts.monitoring_fields import Stray, alertmanager_strays, prometheus_strays, rule_strays
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Sequence, read_yaml
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MOST = 20
_NAMED = 4
_OTHER_TOOLS = frozenset(
    {"clients", "positions", "server", "metrics", "logs", "exporters", "processors", "service", "wal_directory"}
)
"""Promtail, the Grafana agent and the OpenTelemetry collector scrape with a configuration of their own."""


def _check(source: Source) -> Iterator[Hit]:
    try:
        roots = [root for root in read_yaml(source.text) if isinstance(root, Mapping)]
    except ParseFailure:
        return
    by_place: dict[str, list[Stray]] = {}
    for stray in sorted({stray for root in roots for stray in _strays(source, root)}):
        by_place.setdefault(stray.place, []).append(stray)
    for place, strays in list(by_place.items())[:_MOST]:
        names = ", ".join(f"`{stray.name[:60]}`" for stray in strays[:_NAMED])
        message = f"There is no field {names} in {place[:120]}: the file is refused as a whole."
        yield Hit(source.path, strays[0].line, strays[0].line, message, place[:60])


def _strays(source: Source, root: Mapping) -> Iterator[Stray]:
    prometheus = source.fact(PrometheusFile)
    if prometheus is not None and prometheus.is_config and isinstance(root.get("scrape_configs"), Sequence):
        if _OTHER_TOOLS.intersection(key.text for key, _ in root.pairs):
            return
        yield from prometheus_strays(root)
    elif prometheus is not None and prometheus.rules is not None:
        is_resource = root.text("kind") == "PrometheusRule"
        if is_resource or root.get("kind") is None:
            yield from rule_strays(root.mapping("spec") if is_resource else root)
    elif source.fact(AlertmanagerFile) is not None and isinstance(root.get("route"), Mapping):
        yield from alertmanager_strays(root)


_ROUTED = "route:\n  receiver: mail\nreceivers:\n  - name: mail\n    email_configs:\n      - to: ops@shop.de\n"

RULE = Rule(
    id="AUD608",
    name="unknown-monitoring-field",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do Prometheus and Alertmanager know every field of their configuration?",
    why=(
        "Both read their files strictly: one field that they do not know, and the server does not start, or goes on with "
        "what it had. Nobody who ever loaded the file could have missed it."
    ),
    limits=(
        "Known are the published fields of the newest versions: one that only an old version refuses is not told. Sections "
        "of service discovery, remote storage and receivers of rarer kinds are not looked into."
    ),
    fix="Name the field as the manual does; `promtool check config` and `amtool check-config` tell the rest.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"prometheus", "alertmanager"}),
    check_file=_check,
    examples=(
        Example(
            title="flags of the command line in the configuration",
            files={
                "prometheus.yml": "storage:\n  tsdb:\n    path: /data\n    retention.time: 30d\nscrape_configs:\n  - job_name: shop\n    interval: 5s\n"
            },
            found=("prometheus.yml:3", "prometheus.yml:7"),
        ),
        Example(
            title="a mail with a subject, a rule with a severity",
            files={
                "alertmanager.yml": _ROUTED + "        subject: Shop is down\n",
                "rules.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Down\n        expr: up == 0\n        severity: critical\n",
            },
            found=("alertmanager.yml:7", "rules.yml:6"),
        ),
        Example(
            title="fields as published, and another tool's file",
            files={
                "promtail.yml": "clients:\n  - url: http://loki:3100\nscrape_configs:\n  - job_name: shop\n    pipeline_stages: []\n",
                "alertmanager.yml": _ROUTED + "        headers:\n          subject: Shop is down\n",
                "prometheus.yml": "global:\n  scrape_interval: 15s\nscrape_configs:\n  - job_name: shop\n    ec2_sd_configs: []\n",
                "rules.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: critical\n",
            },
        ),
    ),
)
