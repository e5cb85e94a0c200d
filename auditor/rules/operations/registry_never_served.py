"""AUD913: metrics are kept in a registry of their own, which nothing shows to Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.private_registries import PrivateRegistries, ServingFunction
from auditor.facts.python_mentions import PythonMentions, is_telling
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(PrivateRegistries))
    alive = any(_is_alive(one, file.path, facts) for file, fact in files for one in fact.serving)
    if alive or any(fact.handed for _, fact in files):
        return
    for file, fact in files:
        if fact.made and file.role is Role.SHIPPED:
            one = fact.serving[0] if fact.serving else None
            line = one.line if one else fact.made[0]
            why = f"{one.name} would show it, and nothing calls that" if one else "nothing shows it to anybody"
            message = f"The metrics of this module are kept in a registry of their own (line {fact.made[0]}): {why}."
            yield Hit(file.path, line, line, message, one.name if one else "")


def _is_alive(one: ServingFunction, path: str, facts: RepositoryFacts) -> bool:
    """Whether a function that shows a registry may be called by anything."""
    if one.used or not is_telling(one.name):
        return True
    return any(one.name in fact.names.split() for file, fact in facts.of(PythonMentions) if file.path != path)


_GAUGES = "from prometheus_client import CollectorRegistry, Gauge, generate_latest\n\nregistry = CollectorRegistry()\ndepth = Gauge('queue_depth', 'Depth', registry=registry)\n\n\ndef metrics_text():\n    return generate_latest(registry)\n"

RULE = Rule(
    id="AUD913",
    name="registry-never-served",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the registry that metrics are kept in shown to Prometheus?",
    why="`/metrics` shows the default registry; what is counted in a second one, which only a function without callers could print, is never scraped.",
    limits="Judged are registries of the Prometheus client for Python, in repositories in which no registry is given to an application, server, gateway or library, but within a function that nothing calls.",
    fix="Serve that registry, or keep the metrics in the default one.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"private-registries"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="a registry that a function without callers would print",
            files={
                "shop/gauges.py": _GAUGES,
                "shop/main.py": "from shop.gauges import depth\n\n\ndef work():\n    depth.set(3)\n",
            },
            found=("shop/gauges.py:7",),
        ),
        Example(
            title="a registry that a route shows",
            files={
                "shop/gauges.py": _GAUGES,
                "shop/main.py": "from shop import gauges\n\n\n@app.get('/metrics')\ndef metrics():\n    return gauges.metrics_text()\n",
            },
        ),
    ),
)
