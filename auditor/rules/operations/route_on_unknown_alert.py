"""AUD610: a route or inhibition chooses an alert that no loaded rule defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.loaded_rules import loaded_files
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_EVERYWHERE = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor", "HeartBeat", "Heartbeat"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    defined = facts.derive(_alerts)
    if not defined:
        return
    for file, fact in facts.of(AlertmanagerFile):
        seen: set[str] = set()
        for alert in fact.alerts:
            if alert.text in defined or alert.text in _EVERYWHERE or alert.text in seen:
                continue
            seen.add(alert.text)
            message = f"No rule that is loaded defines the alert `{alert.text[:80]}`: this never applies."
            yield Hit(file.path, alert.line, alert.line, message, alert.text)


def _alerts(facts: RepositoryFacts) -> frozenset[str]:
    """The names of all alerts that Prometheus is given; of all that there are, where nothing says what it is given."""
    loaded = facts.derive(loaded_files)
    return frozenset(
        rule.name
        for file, fact in facts.of(PrometheusFile)
        if fact.rules and file.path in loaded
        for rule in fact.rules.rules
        if not rule.records
    )


_RULES = "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n"


def _config(alert: str) -> str:
    return (
        "route:\n  receiver: mail\nreceivers:\n  - name: mail\ninhibit_rules:\n"
        f"  - source_match:\n      alertname: {alert}\n    target_match:\n      severity: warning\n"
    )


RULE = Rule(
    id="AUD610",
    name="route-on-unknown-alert",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every alert that a route or inhibition names defined by a rule that is loaded?",
    why="A route for an alert that nobody raises delivers nothing, and an inhibition by it holds nothing back.",
    limits=(
        "Only names that are written out, alone or as a choice, and only where the repository holds alert rules. Alerts "
        "that platforms bring along under well-known names are passed over."
    ),
    fix="Name an alert that is defined, or load the file that defines it.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"alertmanager"}),
    check_repository=_check,
    examples=(
        Example(
            title="an inhibition by an alert that is called otherwise",
            files={"alertmanager.yml": _config("ServiceDown"), "rules.yml": _RULES},
            found=("alertmanager.yml:7",),
        ),
        Example(
            title="defined in a file that is not loaded",
            files={
                "prometheus.yml": "rule_files: ['rules/*.yml']\nscrape_configs:\n  - job_name: shop\n",
                "rules/shop.yml": _RULES,
                "old.yml": _RULES.replace("ShopDown", "CartDown"),
                "alertmanager.yml": _config("CartDown"),
            },
            found=("alertmanager.yml:7",),
        ),
        Example(
            title="defined, or no rules to judge by",
            files={"a/alertmanager.yml": _config("ShopDown"), "rules.yml": _RULES},
        ),
        Example(title="rules that are kept elsewhere", files={"alertmanager.yml": _config("ServiceDown")}),
    ),
)
