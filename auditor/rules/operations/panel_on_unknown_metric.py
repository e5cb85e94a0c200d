"""AUD602: a dashboard's panel shows a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.grafana import GrafanaDashboard
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.operations.unknown_metrics import faults_of

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, board in facts.of(GrafanaDashboard):
        if board.imported:
            continue
        for query in board.queries:
            for _, fault in faults_of(query.expression, facts):
                message = f"The panel `{query.panel}` shows {fault}: it stays empty."
                yield Hit(file.path, query.line, query.line, message, query.panel)


def _board(expression: str) -> str:
    return (
        '{\n  "title": "Shop",\n  "panels": [\n    {\n      "title": "Errors",\n      "targets": [\n'
        f'        {{"expr": "{expression}"}}\n      ]\n    }}\n  ]\n}}\n'
    )


_CODE = 'from prometheus_client import Histogram\n\nPAY = Histogram("shop_payment_seconds", "Time of a payment")\n'

RULE = Rule(
    id="AUD602",
    name="panel-on-unknown-metric",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every metric that a dashboard shows emitted by code, an exporter or a recording rule?",
    why="A panel without data is overlooked in quiet times and misleads in an incident: empty reads as zero.",
    limits=(
        "Dashboards made for import (with `__inputs`), queries to other stores than Prometheus, and names that a "
        "dashboard variable completes are not judged. What counts as emitted is told under AUD601."
    ),
    fix="Emit the metric, or show one that is emitted.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"grafana-dashboard"}),
    examples=(
        Example(
            title="requests that nobody counts, beside code that makes names of others, and a city",
            files={
                "grafana/shop.json": _board("rate(http_request_duration_seconds_count[5m])"),
                "shop/pay.py": _CODE,
                "shop/timed.py": 'def timed(name, store):\n    store.gauge(f"{name}_seconds", 1.0)\n',
                "shop/cities.py": 'CITIES = ["Hong Kong"]\n',
            },
            found=("grafana/shop.json:7",),
        ),
        Example(
            title="what the library of a controller counts",
            files={
                "metrics.go": 'package shop\n\nimport "github.com/prometheus/client_golang/prometheus"\n\nvar orders = prometheus.NewCounter(prometheus.CounterOpts{Name: "shop_orders_total"})\n',
                "dashboards/shop.json": '{"title": "Shop", "panels": [{"id": 1, "title": "Errors", "type": "timeseries", "targets": [{"expr": "rate(controller_runtime_reconcile_total[5m])"}]}]}\n',
            },
        ),
        Example(
            title="a counter that no code has",
            files={"grafana/shop.json": _board("rate(shop_errors_total[5m])"), "shop/pay.py": _CODE},
            found=("grafana/shop.json:7",),
        ),
        Example(
            title="a collection of dashboards in one file",
            files={
                "grafana/all.json": (
                    '{\n  "dashboards": [\n    {"title": "A", "panels": [{"title": "Pay", "targets": [{"expr": "rate(shop_payment_seconds_count[5m])"}]}]},\n'
                    '    {"title": "B", "panels": [{"title": "Queue", "targets": [{"expr": "shop_queue_length_items"}]}]}\n  ]\n}\n'
                ),
                "shop/pay.py": _CODE,
            },
            found=("grafana/all.json:4",),
        ),
        Example(
            title="the buckets of a histogram",
            files={"grafana/shop.json": _board("rate(shop_payment_seconds_bucket[5m])"), "shop/pay.py": _CODE},
        ),
    ),
    check_repository=_check,
)
