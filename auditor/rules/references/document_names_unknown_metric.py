"""AUD703: a document names a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences, shell_lines
from auditor.facts.metric_names import MetricCatalogue, Standing, metric_catalogue
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_METRIC = pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}(?:\{[^}]*\})?")
_WATCHED = pattern(
    r"(?i)\b(?:check|watch|look at|monitor|graph|panel|dashboard|metric|gauge|counter|histogram|alert(?:s|ing)? on|until)\b"
)
_QUERIES = frozenset({"promql", "prometheus", "metricsql"})
_SOUGHT = pattern(
    r"/metrics\b[^|]*\|\s*(?:grep|egrep|rg)\s+(?:-[a-zA-Z]+\s+)*[\"'^]*([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[\"']?\s*(?:$|\|)"
)
"""What is looked for in the figures that a program exposes."""
_ENDS = ("_total", "_seconds", "_bytes", "_count", "_sum", "_bucket", "_ratio", "_rate", "_percent", "_category", "_ms")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_blocks(facts)
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


def _in_blocks(facts: RepositoryFacts) -> Iterator[Hit]:
    """Metrics of queries that stand in blocks of their language, and those that commands look for in what is exposed."""
    catalogue = facts.derive(metric_catalogue)
    for file, fact in facts.of(DocumentReferences) if catalogue.judges else ():
        if about_other_times(file.path):
            continue
        told: dict[tuple[int, str], None] = {}
        for block in fact.blocks:
            if block.language in _QUERIES:
                asked = selectors("\n".join(block.lines))
                told.update(((block.line + one.offset, one.name), None) for one in asked if not one.partial)
        for _, line, text in shell_lines(fact.blocks):
            match = _SOUGHT.search(text)
            told.update({(line, match.group(1)): None} if match else {})
        found: dict[int, Hit] = {}
        for line, name in told:
            for hit in _hits(file.path, name, line, catalogue) if "_" in name else ():
                found.setdefault(line, hit)
        yield from found.values()


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
    confidence=Confidence.MEDIUM,
    question="Is every metric that the documents name emitted?",
    why="A monitoring plan on metrics that do not exist promises a view that nobody has.",
    limits=(
        "Judged are names in code style of at least three words that share their first word with metrics that the rules watch or the code emits: "
        "those that end as metrics do and begin a list item or a table cell, and, where all metrics of the project begin alike, any that end so or that the sentence says is watched. "
        "Everywhere judged are the queries in blocks of PromQL, and what a command looks for in the answer of `/metrics`."
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
            title="queries in blocks, and what is looked for in the figures",
            files={
                "docs/figures.md": (
                    "# Figures\n\n```promql\nsum(rate(shop_payments_total[5m])) /\n  sum(rate(save_attempts_total[5m]))\n```\n\n```bash\ncurl -s http://localhost:8000/metrics | grep shop_failures_total\n"
                    "curl -s http://localhost:8000/metrics | grep -i shop_refused_total | head\ncat orders.csv | grep shop_id\n```\n"
                ),
                "shop/pay.py": _CODE,
            },
            found=("docs/figures.md:5", "docs/figures.md:10"),
        ),
        Example(
            title="a name of another family",
            files={"docs/monitoring.md": "# Columns\n\n- `user_created_at_seconds`: a column\n", "shop/pay.py": _CODE},
        ),
    ),
    check_repository=_check,
)
