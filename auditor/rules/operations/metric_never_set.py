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
        if one.recorder is None and one.object.labels == () and one.object.kind == "Gauge":
            yield Hit(path, line, line, f"`{name}` is declared and nothing ever sets it: it reads 0 for ever.", name)


RULE = Rule(
    id="AUD616",
    name="metric-never-set",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every gauge that is exported set by something?",
    why="A saturation of 0 on the dashboard looks like an idle system, and is a gauge that nobody has ever set.",
    limits="Judged are gauges without labels of the Prometheus client for Python that are kept under a name of several words; those with labels export nothing until they are set.",
    fix="Set the gauge where its value is known, or delete it.",
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
            found=("instruments.py:3",),
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
