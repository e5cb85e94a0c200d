"""AUD645: a document counts on an alert that no rule of the repository raises."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.facts.told_alerts import ToldAlerts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times, closest
from auditor.rules.references.told_files import is_of_operations

__all__ = ["RULE"]

_OF_OTHERS = pattern(
    r"^(?:Kube|Node|Prometheus|Alertmanager|Etcd|Watchdog|CPUThrottling|TargetDown|Info[Ii]nhibitor|Loki|Grafana|Config[Rr]eloader|Thanos|Mimir|Coredns|CoreDNS|KSM)"
)
"""How the alerts of well-known sets of rules begin."""
_PLACES = pattern(r"(?i)alert.*\.(?:ya?ml|json|tf)$|\.libsonnet$|\.jsonnet$|(?:^|/)(?:sloth|pyrra)/")
"""Files that may bring alerts which cannot be read."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = [(file.path, fact) for file, fact in facts.of(PrometheusFile)]
    known = {rule.name for _, fact in files if fact.rules for rule in fact.rules.rules if not rule.records}
    read = {path for path, _ in files}
    if not files or any(file.path not in read and _PLACES.search(file.path) for file in facts.files):
        return
    configured = any(fact.is_config for _, fact in files)
    for file, fact in facts.of(ToldAlerts):
        if about_other_times(file.path):
            continue
        for one in fact.items:
            if one.name and known and one.name not in known and not _OF_OTHERS.search(one.name):
                message = f"No rule of the repository raises the alert `{one.name}`{closest(one.name, known, 0.7)}."
                yield Hit(file.path, one.line, one.line, message, one.name)
            elif not one.name and not known and configured and is_of_operations(file.path):
                yield Hit(
                    file.path,
                    one.line,
                    one.line,
                    "This counts on an alert, and no file of the repository has a rule that raises one.",
                    "",
                )


_RULES = "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n      - alert: QueueTooLong\n        expr: shop_queue > 5\n"

RULE = Rule(
    id="AUD645",
    name="told-alert-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a rule raise every alert that documents count on?",
    why="The procedure begins with an alert that never comes.",
    limits=(
        "Names in capitals and small letters that are said to be alerts, in repositories with rules for Prometheus that can all be read; and lists in documents of operations that count on an alert of Prometheus or "
        "Grafana where Prometheus is configured and nothing has a rule. Alerts of well-known sets of rules are passed over."
    ),
    fix="Write the rule, or name the alert that there is.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"told-alerts", "prometheus"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="names of another spelling, and alerts that nobody wrote",
            files={
                "prometheus/shop.yml": _RULES,
                "docs/runbook.md": (
                    "# Runbook\n\n**Alert:** `ShopDown`\n\n**Alert:** `QueueLong`\n\n| Alert | Do |\n|---|---|\n| ShopDown | start it |\n| DiskFull | clean up |\n\nSilence with `amtool silence add alertname=StockLow`.\n\n"
                    "## Alerts\n\n- `QueueTooLong`: wait\n- **TillStuck**: hit it\n- `KubePodCrashLooping`\n\nThe alert `SafeOpen` pages.\n"
                ),
            },
            found=(
                "docs/runbook.md:10",
                "docs/runbook.md:12",
                "docs/runbook.md:17",
                "docs/runbook.md:20",
                "docs/runbook.md:5",
            ),
        ),
        Example(
            title="a symptom that cannot occur",
            files={
                "prometheus.yml": "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:80']\nrule_files: []\n",
                "docs/RUNBOOK.md": "# Runbook\n\n## Symptoms\n\n- Alert from Prometheus\n- Grafana alerts on the channel\n- Add an alert to Prometheus\n",
                "docs/tour.md": "# Tour\n\n- Alerts by Prometheus\n",
            },
            found=("docs/RUNBOOK.md:5", "docs/RUNBOOK.md:6"),
        ),
        Example(
            title="rules that cannot be read, and plans",
            files={
                "prometheus/shop.yml": _RULES,
                "mixin/alerts.libsonnet": "{}\n",
                "docs/runbook.md": "# Runbook\n\n**Alert:** `QueueLong`\n",
            },
        ),
        Example(
            title="alerts that are to be written",
            files={
                "prometheus/shop.yml": _RULES,
                "docs/runbook.md": "# Runbook\n\n## Planned alerts\n\n- `QueueLong`: wait\n\n## Alerting\n\nKey alerts to configure:\n\n1. **DiskFull**: wait\n",
            },
        ),
    ),
)
