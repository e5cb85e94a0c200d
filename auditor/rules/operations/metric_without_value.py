"""AUD631: an alert, panel or query watches a metric that keeps the value it was born with."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.operations.watched_series import unrecorded_watches

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for watch, line, name, dead in unrecorded_watches(facts):
        if dead.object.labels == ():
            message = f"{watch.what} watches `{name}`, {dead.reason}: it is 0 for ever."
            yield Hit(watch.path, line, line, message, name)


_METRICS = (
    'from prometheus_client import Gauge\n\n\nclass Metrics:\n    def __init__(self):\n        self.open_orders = Gauge("shop_open_orders", "n")\n'
    '        self.open_carts = Gauge("shop_open_carts", "n")\n\n    def set_open_orders(self, count):\n        self.open_orders.set(count)\n\n'
    "    def set_open_carts(self, count):\n        self.open_carts.set(count)\n"
)

RULE = Rule(
    id="AUD631",
    name="metric-without-value",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every gauge and counter that alerts, panels and queries watch ever set?",
    why="A metric without labels is served as 0 from the start: a panel shows a measurement that nobody took.",
    limits=(
        "Judged are objects of the Prometheus client for Python that are kept in variables or attributes with a name of several words. A metric counts as "
        "set where any other shipped module names it or a function that does."
    ),
    fix="Set it where the value is known, or take it from the panel.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"metric-objects"}),
    check_repository=_check,
    examples=(
        Example(
            title="a gauge that nobody sets",
            files={
                "shop/metrics.py": _METRICS,
                "shop/carts.py": "def fill(metrics, carts):\n    metrics.set_open_carts(len(carts))\n",
                "alerts.yml": (
                    "groups:\n  - name: shop\n    rules:\n      - alert: Backlog\n        expr: shop_open_orders > 100\n"
                    "      - alert: Carts\n        expr: shop_open_carts > 100\n"
                ),
            },
            found=("alerts.yml:5",),
        ),
        Example(
            title="set through the object",
            files={
                "shop/metrics.py": _METRICS,
                "shop/orders.py": "def fill(metrics, orders):\n    metrics.open_orders.set(len(orders))\n",
                "alerts.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Backlog\n        expr: shop_open_orders > 100\n",
            },
        ),
    ),
)
