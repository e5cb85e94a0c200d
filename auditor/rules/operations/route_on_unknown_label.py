"""AUD649: a route waits for alerts with a label that no rule sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.loaded_rules import loaded_files
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VALUE = r"\^?\(?([\w|-]+)\)?\$?"
_MATCHER = pattern(rf"[\"']?([A-Za-z_]\w*)[\"']?\s*(=~|=)\s*(?:\"{_VALUE}\"|'{_VALUE}'|{_VALUE})")
_BETWEEN = pattern(r"[,{}]")
_ROUTING = frozenset(
    {
        "audience",
        "channel",
        "escalation",
        "notify",
        "oncall",
        "owner",
        "page",
        "priority",
        "severity",
        "squad",
        "team",
        "urgency",
    }
)
"""Labels that rules set so that alerts find their way: no exporter gives them. A configuration of Prometheus may: see `_values`."""
_USUAL = frozenset({"critical", "warning", "info", "none"})
"""What people provide for before a rule says it, and rules of monitoring that comes ready-made say
(https://github.com/prometheus-operator/kube-prometheus)."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    values = facts.derive(_values)
    if not values:
        return
    for file, fact in facts.of(AlertmanagerFile):
        for route in fact.routes:
            for label, wanted in _wanted(route.matchers):
                if wanted & (values[label] | _usual(label, values)) or "" in values[label]:
                    continue
                shown = " or ".join(f"`{label}={one}`" for one in sorted(wanted))
                message = f"No rule that is loaded sets {shown}: no alert ever goes to `{route.receiver}` here."
                yield Hit(file.path, route.line, route.line, message, f"{route.receiver}/{label}")


def _usual(label: str, values: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What may be provided for before a rule says it: nothing, where several rules go by words of their own instead."""
    own = values[label]
    return frozenset() if len(own) > 1 and not own & _USUAL and "" not in own else _USUAL


def _wanted(matchers: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The routing labels that a route asks for, each with the values of which one must be there."""
    for part in _BETWEEN.sub("\n", matchers).split("\n"):
        match = _MATCHER.fullmatch(part.strip())
        if match is None or match.group(1) not in _ROUTING:
            continue
        value = match.group(3) or match.group(4) or match.group(5)
        if match.group(2) == "=~" or "|" not in value:
            yield match.group(1), frozenset(value.split("|"))


def _values(facts: RepositoryFacts) -> Mapping[str, frozenset[str]]:
    """The values of routing labels that loaded rules set; with an empty one where they cannot all be told. For `RepositoryFacts.derive`."""
    loaded = facts.derive(loaded_files)
    found: defaultdict[str, set[str]] = defaultdict(set)
    files = [fact.rules for file, fact in facts.of(PrometheusFile) if fact.rules and file.path in loaded]
    rules = [rule for one in files for rule in one.rules if not rule.records]
    for rule in rules:
        for label, value in rule.labels:
            found[label].add("" if "{" in value or "$" in value else value)
        for label in _ROUTING:
            if label in rule.expression and label not in dict(rule.labels):
                found[label].add("")  # the series may bring it along
    for label in _given(facts):
        found[label].add("")
    return {label: frozenset(found[label]) for label in _ROUTING} if rules else {}


def _given(facts: RepositoryFacts) -> frozenset[str]:
    """The routing labels that a configuration of Prometheus gives; all but the severity where it takes over whatever targets have."""
    given = frozenset(label for _, fact in facts.of(PrometheusFile) for label in fact.labels)
    return given | (_ROUTING - {"severity"}) if "*" in given else given


_RULES = (
    "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n        labels: {severity: critical}\n"
    "      - alert: ShopSlow\n        expr: shop_seconds > 2\n        labels: {severity: warning}\n"
)


def _config(matchers: str) -> str:
    return f"route:\n  receiver: mail\n  routes:\n    - matchers: [{matchers}]\n      receiver: pager\nreceivers:\n  - name: mail\n  - name: pager\n"


RULE = Rule(
    id="AUD649",
    name="route-on-unknown-label",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does some rule set every label by which alerts are sent to their receivers?",
    why="Whoever is to be paged for `severity=page` sleeps through every incident: the rules say `critical`.",
    limits=(
        "Judged are labels that only rules set (severity, priority, team, owner and the like), with values that are written out, where the repository holds "
        "alert rules whose labels are no templates and whose expressions do not name the label, and no configuration of Prometheus there gives it "
        "(`external_labels`, labels of targets, relabelling). The usual severities (critical, warning, info, none) pass."
    ),
    fix="Name a value that rules set, or set it.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"alertmanager"}),
    check_repository=_check,
    examples=(
        Example(
            title="rules with words of their own for how urgent an alert is, one of which counts what a label of that name tells apart",
            files={
                "alertmanager.yml": _config("'severity=\"critical\"'"),
                "rules.yml": (
                    "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: sum by (severity) (shop_faults) > 3\n        labels: {severity: page}\n"
                    "      - alert: ShopSlow\n        expr: shop_seconds > 2\n        labels: {severity: ticket}\n"
                ),
            },
            found=("alertmanager.yml:4",),
        ),
        Example(
            title="labels that Prometheus gives to all that it sends, to its targets, and by relabelling",
            files={
                "alertmanager.yml": _config(
                    "'team=\"data\"', 'squad=\"till\"', 'owner=\"desk\"', 'channel=\"shop\"', 'audience=\"all hands\"'"
                ),
                "prometheus.yml": (
                    "global:\n  external_labels: {team: data}\nalerting:\n  alert_relabel_configs:\n    - {target_label: channel, replacement: shop}\nscrape_configs:\n"
                    "  - job_name: shop\n    static_configs:\n      - targets: ['shop:80']\n        labels: {squad: till}\n    relabel_configs:\n      - {target_label: owner, replacement: desk}\n"
                ),
                "rules.yml": _RULES,
            },
        ),
        Example(
            title="labels of pods that Prometheus takes over, among which there is no severity",
            files={
                "alertmanager.yml": _config('\'{team="data",severity="page"}\''),
                "b/alertmanager.yml": _config("'{team=\"data\"}'"),
                "prometheus.yml": "scrape_configs:\n  - job_name: pods\n    kubernetes_sd_configs: [{role: pod}]\n    relabel_configs:\n      - {action: labelmap, regex: __meta_kubernetes_pod_label_(.+)}\n",
                "rules.yml": _RULES,
            },
            found=("alertmanager.yml:4",),
        ),
        Example(
            title="the second of two matchers",
            files={
                "alertmanager.yml": _config('\'{severity="critical",team="data"}\''),
                "b/alertmanager.yml": _config("severity = critical, team = data"),
                "rules.yml": _RULES,
            },
            found=("alertmanager.yml:4", "b/alertmanager.yml:4"),
        ),
        Example(
            title="a severity and a team of nobody",
            files={
                "alertmanager.yml": _config("'severity=\"page\"'"),
                "rules.yml": _RULES,
                "other/alertmanager.yml": "route:\n  receiver: mail\n  routes:\n    - match:\n        team: data\n      receiver: data\nreceivers:\n  - name: mail\n  - name: data\n",
            },
            found=("alertmanager.yml:4", "other/alertmanager.yml:4"),
        ),
        Example(
            title="values that are set, one of several, and labels of series",
            files={
                "a/alertmanager.yml": _config("'severity=\"critical\"'"),
                "b/alertmanager.yml": _config("'severity=~\"page|warning\"', 'namespace=\"shop\"'"),
                "c/alertmanager.yml": _config("'severity!=\"page\"'"),
                "rules.yml": _RULES,
            },
        ),
        Example(title="rules that are kept elsewhere", files={"alertmanager.yml": _config("'severity=\"page\"'")}),
        Example(
            title="labels that series give, and a usual severity",
            files={
                "a/alertmanager.yml": _config("'team=\"data\"'"),
                "b/alertmanager.yml": _config("'severity=\"info\"'"),
                "rules.yml": (
                    "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: shop\nspec:\n  groups:\n    - name: shop\n      rules:\n        - alert: Slow\n"
                    "          expr: max by (team) (shop_seconds) > 2\n          labels: {severity: page}\n"
                ),
            },
        ),
    ),
)
