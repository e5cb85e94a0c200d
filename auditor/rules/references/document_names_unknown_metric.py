"""AUD703: a document names a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences, shell_lines
from auditor.facts.metric_names import MetricCatalogue, Standing, metric_catalogue
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.promql_range import FUNCTIONS
from auditor.facts.repository import RepositoryFacts
from auditor.facts.told_metrics import ToldMetrics
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_METRIC = pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}(?:\{[^}]*\})?")
_WATCHED = pattern(
    r"(?i)\b(?:check|watch|look at|monitor|graph|panel|dashboard|metric|gauge|counter|histogram|alert(?:s|ing)? on|until)\b"
)
_RULES = frozenset({"yaml", "yml"})
_CONDITION = pattern(r"^(\s*(?:-\s+)?)expr:\s*(.*?)\s*$")
_CALLS = pattern(
    r"\b(?:rate|irate|increase|delta|histogram_quantile|avg_over_time|max_over_time|sum_over_time|absent|predict_linear|changes)\s*\((?:sum|rate|[a-z])[^)]*[\[{(]"
)
_ANY_NAME = pattern(
    r"(?i)\b(?:examples?|samples?|templates?|custom|your own|recommended|suggested|syntax|planned|future|proposed?|todo)\b"
)
"""Titles of what is for any project, or not there yet."""
_QUERIES = frozenset({"promql", "prometheus", "metricsql"})
_SOUGHT = pattern(
    r"/metrics\b[^|]*\|\s*(?:grep|egrep|rg)\s+(?:-[a-zA-Z]+\s+)*[\"'^]*([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[\"']?\s*(?:$|\|)"
)
"""What is looked for in the figures that a program exposes."""
_ENDS = ("_total", "_seconds", "_bytes", "_count", "_sum", "_bucket", "_ratio", "_rate", "_percent", "_category", "_ms")
_WORDS = 2
"""So many underscores of a name that does not end as metrics do."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found: dict[tuple[str, int], Hit] = {}
    for hit in (*_in_blocks(facts), *_of_families(facts), *_listed(facts)):
        found.setdefault((hit.path, hit.start_line), hit)
    yield from found.values()


def _listed(facts: RepositoryFacts) -> Iterator[Hit]:
    """Metrics of lists, tables and samples, whatever they are called, in documents on monitoring."""
    catalogue = facts.derive(metric_catalogue)
    for file, fact in facts.of(ToldMetrics) if catalogue.judges else ():
        if about_other_times(file.path):
            continue
        for one in fact.items:
            if one.shown or one.name.endswith(_ENDS) or one.name.count("_") >= _WORDS:
                yield from _hits(file.path, one.name, one.line, catalogue)


def _of_families(facts: RepositoryFacts) -> Iterator[Hit]:
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
        for first, text in _queries(fact):
            asked = selectors(text)
            told.update(((first + one.offset, one.name), None) for one in asked if not one.partial)
        for _, line, text in shell_lines(fact.blocks):
            match = _SOUGHT.search(text)
            told.update({(line, match.group(1)): None} if match else {})
        found: dict[int, Hit] = {}
        for line, name in told:
            for hit in _hits(file.path, name, line, catalogue) if "_" in name and name not in FUNCTIONS else ():
                found.setdefault(line, hit)
        yield from found.values()


def _queries(fact: DocumentReferences) -> Iterator[tuple[int, str]]:
    """The queries of a document, each with its first line: blocks of their language, conditions of rules, and code that calls what only they have."""
    for block in fact.blocks:
        if block.language in _QUERIES:
            yield block.line, "\n".join(block.lines)
        elif block.language in _RULES and not _ANY_NAME.search(block.heading):
            yield from ((block.line + at, text) for at, text in _conditions(block.lines))
    for code in fact.codes:
        if _CALLS.search(code.text) and not _ANY_NAME.search(code.heading):
            yield code.line, code.text


def _conditions(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """What stands behind ``expr:``, on its line or on the deeper ones below it."""
    inside = -1
    for at, line in enumerate(lines):
        deep = len(line) - len(line.lstrip())
        match = _CONDITION.match(line)
        if match:
            inside = deep if match.group(2) in ("", "|", ">", "|-", ">-") else -1
            if inside < 0:
                yield at, match.group(2).strip("'\"")
        elif inside >= 0 and line.strip():
            inside = inside if deep > inside else -1
            if inside >= 0:
                yield at, line.strip()


def _near(name: str, catalogue: MetricCatalogue) -> bool:
    """Whether the name can be nothing but a metric: it begins as all metrics of the project do, and those are several."""
    first = f"{name.partition('_')[0]}_"
    own = [one for one in catalogue.names if one.count("_") > 1 and one.endswith(_ENDS[:3])]
    return len(own) > 2 and all(one.startswith(first) for one in own)  # noqa: PLR2004 - fewer tell of no habit


def _hits(path: str, name: str, line: int, catalogue: MetricCatalogue) -> Iterator[Hit]:
    if name not in FUNCTIONS and catalogue.standing(name) is Standing.UNKNOWN:
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
        "Everywhere judged are the queries in blocks of PromQL, in code that calls its functions and behind `expr:`, what a command looks for in the answer of `/metrics`, and, in documents "
        "that speak of monitoring, what stands in a column of metrics, in a list or a plain block under a title on metrics, and behind `# TYPE`, where it has three words or ends as metrics do."
    ),
    fix="Emit the metric, or strike it from the document until it is there.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"document-references", "told-metrics"}),
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
            title="lists, tables and samples of what is not emitted, whatever it is called",
            files={
                "README.md": (
                    "# Till\n\nPrometheus scrapes it.\n\n### Key metrics\n\n```yaml\n# Till\nshop_payments_total\ncash_drawer_state\n```\n\n- `cash_counted_total` - counted\n- **cash_missing_ratio**: lost\n"
                    "- cash_left_seconds\n- `cash_box`\n"
                ),
                "docs/figures.md": (
                    "# Grafana\n\n| Metric | Kind |\n|---|---|\n| `till_open_seconds{shop}` | gauge |\n| shop_failures_total | counter |\n\nThe following metrics are shown:\n\n- `till_shut_seconds`\n\n"
                    "It alerts on `rate(till_jams_total[5m]) > 1`.\n\n```yaml\n- alert: Jam\n  expr: |\n    rate(shop_failures_total[5m])\n      / rate(till_slips_total[5m])\n  for: 5m\n- alert: Stuck\n  expr: till_stuck_seconds > 5\n```\n\n"
                    "```text\n# TYPE till_paper_ratio gauge\n```\n"
                ),
                "shop/pay.py": _CODE,
            },
            found=(
                "README.md:10",
                "README.md:13",
                "README.md:14",
                "README.md:15",
                "docs/figures.md:10",
                "docs/figures.md:12",
                "docs/figures.md:18",
                "docs/figures.md:21",
                "docs/figures.md:25",
                "docs/figures.md:5",
            ),
        ),
        Example(
            title="titles of what is to come or any project's, what is counted otherwise, and documents on other figures",
            files={
                "docs/monitoring.md": (
                    "# Prometheus\n\n## Planned metrics\n\n- `cash_counted_total`\n\n## Example queries\n\nThus `rate(any_name_total[5m])`.\n\n## Metrics store\n\n```\nmetrics_of_shop_1\nmetrics_of_shop_2\n```\n\n## Columns\n\n| Name | Kind |\n|---|---|\n| `made_at_seconds` | date |\n"
                ),
                "docs/model.md": "# Model\n\n## Metrics\n\n- `mean_squared_error`: the error\n",
                "shop/pay.py": _CODE,
            },
        ),
        Example(
            title="requests that no library counts, beside code that makes names of any words",
            files={
                "docs/monitoring.md": "# Prometheus\n\n## Metrics\n\n- `http_requests_total`\n- `http_request_duration_seconds`\n- `till_open_seconds`\n",
                "shop/pay.py": _CODE
                + "\n\ndef lines(name, value):\n    return [f'# TYPE {name}_seconds gauge', f'{name}_seconds {value}']\n",
            },
            found=("docs/monitoring.md:5", "docs/monitoring.md:6"),
        ),
        Example(
            title="a name of another family",
            files={"docs/monitoring.md": "# Columns\n\n- `user_created_at_seconds`: a column\n", "shop/pay.py": _CODE},
        ),
    ),
    check_repository=_check,
)
