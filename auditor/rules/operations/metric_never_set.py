"""AUD616: a metric is exported that nothing ever sets."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.metric_recorders import unrecorded
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = {(one.path, one.object.line, one.object.name): one for one in facts.derive(unrecorded).values()}
    for (path, line, name), one in sorted(found.items()):
        if one.recorder is None and one.object.kind:
            reads = "it reads 0 for ever" if one.object.labels == () else "it has no series, whatever happens"
            yield Hit(path, line, line, f"`{name}` is declared and nothing ever sets it: {reads}.", name)


RULE = Rule(
    id="AUD616",
    name="metric-never-set",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every metric that is exported set by something?",
    why="A saturation of 0 on the dashboard looks like an idle system, and is a gauge that nobody has ever set.",
    limits="Judged are metrics of the Prometheus client for Python, also those that a function of the module makes by name, that are kept under a name of several words; those that only a function which nothing calls would set are the matter of AUD632.",
    fix="Set it where its value is known, or delete it.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"metric-objects", "python-mentions", "python-module"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a gauge that nothing sets",
            files={
                "instruments.py": (
                    "from prometheus_client import Gauge\n"
                    "\n"
                    'BUSY_SEATS = Gauge("hall_busy_seats", "Seats taken")\n'
                    'OPEN_DOORS = Gauge("hall_open_doors", "Doors that are open")\n'
                    'LIT_LAMPS = Gauge("hall_lit_lamps", "Lamps that are lit", ["floor"])\n'
                ),
                "hall.py": "from instruments import OPEN_DOORS\n\n\ndef opened(count):\n    OPEN_DOORS.set(count)\n",
            },
            found=("instruments.py:3", "instruments.py:5"),
        ),
        Example(
            title="metrics that a function makes by name, in a module that hands them on",
            files={
                "shop/instruments.py": (
                    "from prometheus_client import Counter, Gauge\n\nbusy_seats = None\nsold_seats = None\n\n\ndef make(name, kind, text, labels=()):\n    if kind == 'gauge':\n        return Gauge(name, text, labels)\n    return Counter(name, text, labels)\n\n\n"
                    "def set_up():\n    global busy_seats, sold_seats\n    busy_seats = make('hall_busy_seats', 'gauge', 'Seats taken')\n    sold_seats = make('hall_sold_seats', 'counter', 'Seats sold', ['row'])\n\n\n"
                    "def record_sold(row):\n    sold_seats.labels(row).inc()\n"
                ),
                "shop/__init__.py": "from shop.instruments import busy_seats, record_sold, set_up\n\n__all__ = ['busy_seats', 'record_sold', 'set_up']\n",
                "shop/main.py": "from shop import record_sold, set_up\n\nset_up()\nrecord_sold('a')\n",
            },
            found=("shop/instruments.py:15",),
        ),
        Example(
            title="a gauge that is set through its module",
            files={
                "instruments.py": (
                    'from prometheus_client import Gauge\n\nBUSY_SEATS = Gauge("hall_busy_seats", "Seats taken")\n'
                ),
                "hall.py": "import instruments\n\n\ndef seated(count):\n    instruments.BUSY_SEATS.set(count)\n",
            },
        ),
    ),
    check_repository=_check,
)
