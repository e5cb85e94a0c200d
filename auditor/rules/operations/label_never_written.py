"""AUD624: an alert, panel or query selects by a label that the metric does not have, or by a value that no code gives it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.label_values import Labelled, LabelValues
from auditor.facts.metric_objects import MetricObject, MetricObjects
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.monitor_labels import MonitorLabels
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import Matcher, selectors
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.operations.watched_series import watches

__all__ = ["RULE"]

_SUFFIXES = {
    "Counter": ("_total", "_created"),
    "Gauge": ("",),
    "Histogram": ("_bucket", "_count", "_sum", "_created"),
    "Summary": ("", "_count", "_sum", "_created"),
}
"""What the client appends to the name of a metric; those of other kinds have labels that it adds itself."""
_BY_PROMETHEUS = frozenset({"__name__", "instance", "job", "le", "quantile"})
_BY_DISCOVERY = pattern(
    r"^(?:exported_|__|meta_|app|application|az|chart|cluster|color|component|container|datacenter|dc|deployment|endpoint|env|environment|group|helm|host|hostname"
    r"|image|kubernetes_|label_|name|namespace|node|partition|pod|prometheus|project|region|release|replica|role|service|shard|slot|stack|stage|team|tenant|tier|track|version|workload|zone)"
)
"""Labels that a discovery or the configuration of a Prometheus elsewhere puts on targets."""
_ALTERNATIVES = pattern(r"^\(?([\w.-]+(?:\|[\w.-]+)*)\)?$")


@dataclass(frozen=True, slots=True)
class _Written:
    """The labels of a metric; for each of them the values that code gives it, where all are told."""

    labels: tuple[str, ...]
    values: Mapping[str, frozenset[str]]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    written = _series(facts)
    if not written:
        return
    given = _given_elsewhere(facts)
    for watch in watches(facts):
        for selector in selectors(watch.expression):
            found = written.get(selector.name) if not selector.partial else None
            for matcher in selector.matchers if found is not None else ():
                fault = _fault(matcher, found, given) if found is not None else ""
                if fault:
                    line = watch.line + selector.offset
                    message = f"{watch.what} selects `{selector.name}` by {fault}: it never matches."
                    yield Hit(watch.path, line, line, message, f"{selector.name}.{matcher.label}")
                    break


def _fault(matcher: Matcher, written: _Written, given: frozenset[str]) -> str:
    """What is wrong with one matcher that must match; empty where it may."""
    if matcher.operator not in ("=", "=~") or not matcher.value or "$" in matcher.value:
        return ""
    if matcher.label not in written.labels:
        is_given = "*" in given or matcher.label in given or _BY_DISCOVERY.search(matcher.label)
        may_be_empty = matcher.operator == "=~" and matcher.value in (".*", "^.*$")
        return "" if is_given or may_be_empty else f"the label `{matcher.label}`, which it does not have"
    values = written.values.get(matcher.label)
    match = _ALTERNATIVES.search(matcher.value)
    plain = matcher.operator == "=" or (match is not None and "." not in matcher.value)
    if not values or not plain:
        return ""
    wanted = {matcher.value} if matcher.operator == "=" or match is None else set(match.group(1).split("|"))
    return "" if wanted & values else f'`{matcher.label}="{matcher.value}"`, which no code gives it'


def _given_elsewhere(facts: RepositoryFacts) -> frozenset[str]:
    """The labels that Prometheus and its configurations put on what is scraped; ``*`` where they may be any."""
    configured = {label for _, fact in facts.of(PrometheusFile) for label in fact.labels}
    return _BY_PROMETHEUS | configured | {label for _, fact in facts.of(MonitorLabels) for label in fact.labels}


def _series(facts: RepositoryFacts) -> dict[str, _Written]:
    """The series of metrics that one object of the repository alone makes."""
    made: defaultdict[str, list[tuple[str, MetricObject]]] = defaultdict(list)
    holders: defaultdict[str, int] = defaultdict(int)
    for file, fact in facts.of(MetricObjects):
        for one in fact.objects:
            holders[one.holder] += 1
            for series in _series_of(one):
                made[series].append((file.path, one))
    emitting: defaultdict[str, set[str]] = defaultdict(set)
    for file, emitted in facts.of(MetricsEmitted):
        for name in emitted.names:
            emitting[name].add(file.path)
    calls = _calls(facts)
    values: dict[tuple[str, str], Mapping[str, frozenset[str]]] = {}
    found: dict[str, _Written] = {}
    for series, objects in made.items():
        path, one = objects[0]
        if len(objects) > 1 or one.kind not in _SUFFIXES or not one.labels or (emitting[one.name] - {path}):
            continue
        if (path, one.name) not in values:
            values[path, one.name] = _values(one, calls[one.holder]) if holders[one.holder] == 1 else {}
        found[series] = _Written(one.labels, values[path, one.name])
    return found


def _series_of(one: MetricObject) -> list[str]:
    """The names under which Prometheus knows a metric (https://prometheus.github.io/client_python/instrumenting/)."""
    stem = one.name.removesuffix("_total") if one.kind == "Counter" else one.name
    return [f"{stem}{suffix}" for suffix in _SUFFIXES.get(one.kind, ("", "_info"))]


def _calls(facts: RepositoryFacts) -> defaultdict[str, list[Labelled]]:
    found: defaultdict[str, list[Labelled]] = defaultdict(list)
    for _, fact in facts.of(LabelValues):
        for one in fact.calls:
            found[one.holder].append(one)
    return found


def _values(made: MetricObject, calls: list[Labelled]) -> dict[str, frozenset[str]]:
    """For each label of a metric the values that calls give it, where each of them says so by a text."""
    every = [dict(one.given) if one.whole else {} for one in calls]
    found: dict[str, frozenset[str]] = {}
    for place, label in enumerate(made.labels or ()):
        texts = [given.get(label) or given.get(str(place)) or () for given in every]
        if texts and all(texts):
            found[label] = frozenset(text for one in texts for text in one)
    return found


_METRICS = (
    'from prometheus_client import Counter, Histogram\n\nPARCELS_SENT = Counter("depot_parcels_sent_total", "n", ["carrier", "outcome"])\n'
    'REQUEST_TIME = Histogram("depot_request_seconds", "n", ["route", "status_code"])\n'
)
_SEND = (
    "from depot.metrics import PARCELS_SENT, REQUEST_TIME\n\n\ndef send(carrier, parcel):\n    outcome = 'sent'\n    if not carrier.take(parcel):\n        outcome = 'refused'\n"
    "    PARCELS_SENT.labels(carrier=carrier.name, outcome=outcome).inc()\n\n\ndef lose(carrier):\n    PARCELS_SENT.labels(carrier.name, 'lost').inc()\n\n\n"
    "def measure(route, code, seconds):\n    REQUEST_TIME.labels(route, str(code)).observe(seconds)\n"
)

RULE = Rule(
    id="AUD624",
    name="label-never-written",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every metric have the labels, and the values of them, that alerts, panels and queries select it by?",
    why='`{code=~"5.."}` on a metric whose label is called `status` selects nothing: the ratio is empty and the alert never fires.',
    limits=(
        "Judged are metrics that exactly one object of the Prometheus client for Python makes, with its labels written out. Values are judged where every "
        "call gives the label by a text; labels that discovery, monitors or the configuration of Prometheus may add are passed over."
    ),
    fix="Select by a label and a value that the code gives.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"metric-objects", "label-values", "prometheus", "monitor-labels"}),
    check_repository=_check,
    examples=(
        Example(
            title="a label of another name, and an outcome that the code calls otherwise",
            files={
                "depot/metrics.py": _METRICS,
                "depot/send.py": _SEND,
                "alerts.yml": (
                    'groups:\n  - name: depot\n    rules:\n      - alert: Errors\n        expr: rate(depot_request_seconds_count{code=~"5.."}[5m]) > 1\n'
                    '      - alert: Failures\n        expr: rate(depot_parcels_sent_total{outcome="failed"}[5m]) > 1\n'
                    '      - alert: Troubles\n        expr: rate(depot_parcels_sent_total{outcome=~"error|failure"}[5m]) > 1\n'
                ),
                "dashboard.json": (
                    '{"title": "Depot", "schemaVersion": 39, "panels": [\n{"title": "Slow", "type": "timeseries", "targets": [\n'
                    '{"expr": "histogram_quantile(0.9, rate(depot_request_seconds_bucket{path=\\"/v1\\"}[5m]))"}]}]}\n'
                ),
            },
            found=("alerts.yml:5", "alerts.yml:7", "alerts.yml:9", "dashboard.json:3"),
        ),
        Example(
            title="labels of targets, values that the code gives, values that cannot be told, and what must not match",
            files={
                "depot/metrics.py": _METRICS,
                "depot/send.py": _SEND,
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: depot\n    static_configs:\n      - targets: ['depot:8000']\n        labels:\n          floor: ground\n"
                ),
                "alerts.yml": (
                    'groups:\n  - name: depot\n    rules:\n      - alert: Errors\n        expr: rate(depot_request_seconds_count{status_code=~"5..", job="depot", floor="ground"}[5m]) > 1\n'
                    '      - alert: Failures\n        expr: rate(depot_parcels_sent_total{outcome=~"lost|failed", cluster="west"}[5m]) > 1\n'
                    '      - alert: Others\n        expr: rate(depot_parcels_sent_total{carrier="post", outcome!="failed"}[5m]) > 1\n'
                ),
            },
        ),
        Example(
            title="metrics whose names differ by an ending, and labels that a monitor gives",
            files={
                "depot/metrics.py": (
                    'from prometheus_client import Counter, Gauge\n\nLINES = Gauge("depot_lines", "n", ["pool"])\nALL_LINES = Gauge("depot_lines_total", "n", ["kind"])\n'
                    'LOST = Counter("depot_lost", "n", ["carrier"])\nALL_LOST = Counter("depot_lost_total", "n", ["reason"])\n'
                ),
                "k8s/monitor.yaml": (
                    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: depot\nspec:\n  podTargetLabels:\n    - floor.depot\n  endpoints:\n    - port: metrics\n      relabelings:\n"
                    "        - sourceLabels: [__meta_kubernetes_pod_label_aisle]\n          targetLabel: aisle\n"
                ),
                "alerts.yml": (
                    'groups:\n  - name: depot\n    rules:\n      - alert: Full\n        expr: depot_lines{pool="west", aisle="4", floor_depot="ground"} > 1\n'
                    '      - alert: Many\n        expr: depot_lines_total{kind="van"} > 1\n      - alert: Lost\n        expr: depot_lost_total{carrier="post"} > 1\n'
                    '      - alert: Wrong\n        expr: depot_lines_total{pool="west"} > 1\n      - alert: Gauges\n        expr: depot_lines{corner="4"} > 1\n'
                ),
            },
            found=("alerts.yml:11", "alerts.yml:13"),
        ),
        Example(
            title="a metric that two modules declare, each in its own way",
            files={
                "depot/metrics.py": _METRICS,
                "depot/other.py": _METRICS.replace("status_code", "code"),
                "depot/send.py": _SEND,
                "alerts.yml": (
                    'groups:\n  - name: depot\n    rules:\n      - alert: Errors\n        expr: rate(depot_request_seconds_count{code=~"5.."}[5m]) > 1\n'
                ),
            },
        ),
    ),
)
