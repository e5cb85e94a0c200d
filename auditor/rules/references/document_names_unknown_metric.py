"""AUD703: a document names a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.metric_names import MetricCatalogue, Standing, metric_catalogue
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_METRIC = pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}(?:\{[^}]*\})?")
_WATCHED = pattern(
    r"(?i)\b(?:check|watch|look at|monitor|graph|panel|dashboard|metric|gauge|counter|histogram|alert(?:s|ing)? on|until)\b"
)
_ENDS = ("_total", "_seconds", "_bytes", "_count", "_sum", "_bucket", "_ratio", "_rate", "_percent", "_category", "_ms")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    families = _families(facts)
    if not families:
        return
    catalogue = facts.derive(metric_catalogue)
    for file, fact in facts.of(DocumentReferences):
        for code in fact.codes:
            name = code.text.partition("{")[0]
            told = name.endswith(_ENDS) and (code.leads or _near(name, catalogue))
            watched = _WATCHED.search(code.context) is not None and _near(name, catalogue)
            if _METRIC.fullmatch(code.text) and name.partition("_")[0] in families and (told or watched):
                yield from _hits(file.path, name, code.line, catalogue)


def _near(name: str, catalogue: MetricCatalogue) -> bool:
    """Whether the name can be nothing but a metric: it begins as all metrics of the project do, and those are several."""
    first = f"{name.partition('_')[0]}_"
    own = [one for one in catalogue.names if one.count("_") > 1 and one.endswith(_ENDS[:3])]
    return len(own) > 2 and all(one.startswith(first) for one in own)  # noqa: PLR2004 - fewer tell of no habit


def _hits(path: str, name: str, line: int, catalogue: MetricCatalogue) -> Iterator[Hit]:
    if catalogue.standing(name) is Standing.UNKNOWN:
        yield Hit(path, line, line, f"This names the metric `{name}`, which nothing in the repository emits.", name)


def _families(facts: RepositoryFacts) -> frozenset[str]:
    """First words of the metrics that rules watch or code emits: what begins so is the project's own."""
    watched = [
        selector.name
        for _, fact in facts.of(PrometheusFile)
        for rule in (fact.rules.rules if fact.rules else ())
        for selector in selectors(rule.expression)
    ]
    emitted = [name for _, fact in facts.of(MetricsEmitted) for name in fact.names if name.endswith(_ENDS[:3])]
    words = [name.partition("_")[0] for name in (*watched, *emitted) if name.count("_") > 1]
    return frozenset(word for word in words if words.count(word) > 1)


_CODE = 'from prometheus_client import Counter\n\nPAID = Counter("shop_payments_total", "n")\nFAILED = Counter("shop_failures_total", "n")\n'

RULE = Rule(
    id="AUD703",
    name="document-names-unknown-metric",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every metric that the documents name emitted?",
    why="A monitoring plan on metrics that do not exist promises a view that nobody has.",
    limits=(
        "Judged are names in code style of at least three words that share their first word with metrics that the rules watch or the code emits: "
        "those that end as metrics do and begin a list item or a table cell, and, where all metrics of the project begin alike, any that end so or that the sentence says is watched."
    ),
    fix="Emit the metric, or strike it from the document until it is there.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"document-references"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a plan ahead of the code",
            files={
                "docs/monitoring.md": "# Metrics\n\n- `shop_payments_total`: payments\n- `shop_refund_duration_seconds`: refunds\n",
                "shop/pay.py": _CODE,
            },
            found=("docs/monitoring.md:4",),
        ),
        Example(
            title="a step of a runbook, in a project whose metrics all begin alike",
            files={
                "docs/runbook.md": "# Slow\n\n1. Look at `shop_payments_total`.\n2. Compare with `shop_worker_busy_ratio` of `shop_worker_pool_name`.\n",
                "shop/pay.py": _CODE + 'WAITED = Counter("shop_waited_seconds", "n")\n',
            },
            found=("docs/runbook.md:4",),
        ),
        Example(
            title="a name of another family",
            files={"docs/monitoring.md": "# Columns\n\n- `user_created_at_seconds`: a column\n", "shop/pay.py": _CODE},
        ),
    ),
    check_repository=_check,
)
