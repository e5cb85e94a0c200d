"""AUD630: an alert, panel or query watches a metric with labels into which nothing ever records."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.operations.watched_series import unrecorded_watches

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for watch, line, name, dead in unrecorded_watches(facts):
        if dead.object.labels != ():
            message = f"{watch.what} watches `{name}`, {dead.reason}: the series does not exist."
            yield Hit(watch.path, line, line, message, name)


_METRICS = (
    'from prometheus_client import Counter, Histogram\n\nORDERS_DONE = Counter("shop_orders_total", "n", ["state"])\n'
    'ORDER_TIME = Histogram("shop_order_seconds", "n", ["state"])\n\n\ndef record_order(state):\n    ORDERS_DONE.labels(state).inc()\n\n\n'
    "def record_time(state, seconds):\n    ORDER_TIME.labels(state).observe(seconds)\n"
)
_ALERTS = (
    "groups:\n  - name: shop\n    rules:\n      - alert: NoOrders\n        expr: rate(shop_orders_total[5m]) == 0\n"
    "      - alert: SlowOrders\n        expr: histogram_quantile(0.95, rate(shop_order_seconds_bucket[5m])) > 2\n"
)

RULE = Rule(
    id="AUD630",
    name="series-never-recorded",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does code record into every metric that alerts, panels and queries watch?",
    why="A metric with labels has no series until something is recorded: the panel stays empty, and the alert never fires.",
    limits=(
        "Judged are objects of the Prometheus client for Python that are kept in variables or attributes with a name of several words. A metric counts as "
        "recorded where any other shipped module names it or a function that does, however unlikely it is that this one runs."
    ),
    fix="Call the function that records where the event happens.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"metric-objects"}),
    check_repository=_check,
    examples=(
        Example(
            title="recorders that nothing calls",
            files={
                "shop/metrics.py": _METRICS,
                "shop/orders.py": "from shop.metrics import record_order\n\n\ndef order():\n    record_order('new')\n",
                "alerts.yml": _ALERTS,
                "shop/objectives.py": 'OBJECTIVES = ["sum(increase(shop_order_seconds_count[30d]))"]\n',
            },
            found=("alerts.yml:7", "shop/objectives.py:1"),
        ),
        Example(
            title="definitions of a client of one's own, of which one is recorded by no call",
            files={
                "shop/metrics.py": (
                    'class Names:\n    SOLD = MetricDefinition(name="shop_sold_total", labels=["shop"])\n    LATE = MetricDefinition(name="shop_late_total", labels=["shop"])\n'
                    '    HELD = MetricDefinition(name="shop_held_orders", labels=["shop"])\n\n\n'
                    'def sold(exporter, late):\n    exporter.inc_counter("shop_sold_total")\n    if late:\n        exporter.inc_counter("shop_late_total")\n'
                ),
                "alerts.yml": (
                    "groups:\n  - name: shop\n    rules:\n      - alert: Held\n        expr: sum(shop_held_orders) > 3\n"
                    "      - alert: Late\n        expr: rate(shop_late_total[5m]) > 2\n"
                ),
            },
            found=("alerts.yml:5",),
        ),
        Example(
            title="recorded through one another, by a decorator or elsewhere",
            files={
                "shop/metrics.py": f"{_METRICS}\n\ndef finish_order(state, seconds):\n    record_order(state)\n    record_time(state, seconds)\n",
                "shop/orders.py": "from shop import metrics\n\n\ndef order():\n    metrics.finish_order('new', 1)\n",
                "alerts.yml": _ALERTS,
            },
        ),
        Example(
            title="requests that a library counts under the same name",
            files={
                "shop/metrics.py": _METRICS.replace("shop_order_seconds", "http_request_seconds"),
                "shop/app.py": "from prometheus_fastapi_instrumentator import Instrumentator\n\n\ndef watch(app):\n    Instrumentator().instrument(app).expose(app)\n",
                "alerts.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Slow\n        expr: rate(http_request_seconds_count[5m]) > 2\n",
            },
        ),
    ),
)
