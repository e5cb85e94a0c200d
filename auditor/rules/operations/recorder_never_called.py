"""AUD632: a module declares metrics and functions that record them, and nothing calls those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.metric_recorders import Unrecorded, unrecorded
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    groups: dict[tuple[str, int], dict[str, Unrecorded]] = defaultdict(dict)
    for one in facts.derive(unrecorded).values():
        if one.recorder is not None or not one.object.kind:
            owner = one.recorder.owner if one.recorder else -1
            groups[one.path, owner][one.object.name] = one
    for (path, _), found in sorted(groups.items()):
        line, first = min((_line(one), name) for name, one in found.items())
        recorder = found[first].recorder
        more = f" and {len(found) - 1} more of the metrics that this module declares" if len(found) > 1 else ""
        why = "" if recorder is None else f": {recorder.function.rpartition('.')[2]} would, and nothing calls it"
        message = f"Nothing ever records into `{first}`{more}{why}."
        yield Hit(path, line, line, message, recorder.function if recorder else first)


def _line(one: Unrecorded) -> int:
    if one.recorder is None:
        return one.object.line
    return one.recorder.owner if one.hollow else one.recorder.line


_METRICS = (
    'from prometheus_client import Counter, Gauge\n\nORDERS_DONE = Counter("shop_orders_total", "n", ["state"])\nOPEN_CARTS = Gauge("shop_open_carts", "n")\n\n\n'
    "def record_order(state):\n    ORDERS_DONE.labels(state).inc()\n"
)

RULE = Rule(
    id="AUD632",
    name="recorder-never-called",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does anything record into the metrics that the code declares?",
    why="Instrumentation that nothing calls looks like monitoring to whoever reads the code, and measures nothing.",
    limits=(
        "One finding for each class or module. Judged are objects of the Prometheus client for Python that are kept in variables or attributes with a "
        "name of several words; whatever another shipped module names counts as called."
    ),
    fix="Call the recorder where the event happens, or delete the metric.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"metric-objects"}),
    check_repository=_check,
    examples=(
        Example(
            title="a recorder for nobody; of the gauge AUD616 tells",
            files={"shop/metrics.py": _METRICS, "shop/main.py": "import shop.metrics\n"},
            found=("shop/metrics.py:7",),
        ),
        Example(
            title="both in use",
            files={
                "shop/metrics.py": _METRICS,
                "shop/main.py": "from shop.metrics import OPEN_CARTS, record_order\n\n\ndef main():\n    record_order('new')\n    OPEN_CARTS.set(1)\n",
            },
        ),
        Example(
            title="handed to a framework",
            files={
                "shop/metrics.py": _METRICS.replace("def record_order", "@app.on_event('order')\ndef record_order")
                + "    OPEN_CARTS.set(1)\n"
            },
        ),
    ),
)
