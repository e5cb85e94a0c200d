"""AUD633: code or an objective queries Prometheus for a metric that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.asked_metrics import AskedMetrics
from auditor.facts.invocations import invocations
from auditor.facts.metric_names import Standing, metric_catalogue
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.python_queries import CodeQuery, PythonQueries
from auditor.facts.repository import RepositoryFacts
from auditor.facts.yaml_queries import YamlQueries
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.operations.unknown_metrics import FAULTS, faults_of
from auditor.rules.references.told_commands import is_judged

__all__ = ["RULE"]

_UNKNOWN = frozenset({Standing.UNKNOWN})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    own = facts.derive(metric_catalogue).own
    for path, query, told in _queries(facts):
        if query.named and query.expression.partition("_")[0] not in own:
            continue  # a bare name may be anything, unless it begins as what belongs to the project
        for offset, fault in faults_of(query.expression, facts, told):
            line = query.line + offset
            severity = Severity.MEDIUM if _is_document(path, facts) else None
            yield Hit(path, line, line, f"This query asks for {fault}: it has no result.", severity=severity)


_ASKED = pattern(r"(?s)(?:^|[?&='\"\s])query=(.+)$")
_API = "/api/v1/query"
_HOLE = pattern(r"\$\{[^{}]*\}")
_CODE = pattern(r"^[0-7][0-9A-Fa-f]")
_COMPUTED = pattern(r"\$\(|`|\{\{|%[sd(]|<\w")
"""What puts the expression together, or stands for any: what is written beside it need not be a metric."""


def _commanded(facts: RepositoryFacts) -> Iterator[tuple[str, CodeQuery]]:
    """The expressions that commands hand to the interface of Prometheus."""
    for one in facts.derive(invocations):
        if not any(_API in word for word in one.words) or not is_judged(facts, one):
            continue
        for word, line in zip(one.words[1:], one.lines[1:], strict=True):
            expression = _expression(word)
            if expression and _COMPUTED.search(expression) is None:
                yield one.path, CodeQuery(line=line, expression=expression)


def _expression(word: str) -> str:
    """The expression that a word of a command asks for, as Prometheus reads it; empty where it asks for none."""
    found = _ASKED.search(word)
    if found is None:
        return ""
    asked = found.group(1)
    if _API in word:
        asked = _decoded(asked.partition("&")[0])
    return _HOLE.sub("$HOLE", asked.replace('\\"', '"'))


def _decoded(text: str) -> str:
    """A part of an address with its signs in ASCII put back (RFC 3986, 2.1); names and signs of PromQL have no others."""
    head, *pieces = text.replace("+", " ").split("%")
    plain = (f"{chr(int(one[:2], 16))}{one[2:]}" if _CODE.match(one) else f"%{one}" for one in pieces)
    return head + "".join(plain)


def _queries(facts: RepositoryFacts) -> Iterator[tuple[str, CodeQuery, frozenset[Standing]]]:
    """The expressions of code and commands, and those of YAML whose rules AUD601 does not tell of, each with its path and what is told of it."""
    for file, code in facts.of(PythonQueries):
        yield from ((file.path, query, FAULTS) for query in code.queries if not query.named)
    for file, asked in facts.of(AskedMetrics):
        yield from ((file.path, query, FAULTS) for query in asked.queries)
    for path, query in _commanded(facts):
        yield path, query, _UNKNOWN if _is_document(path, facts) else FAULTS
    for file, written in facts.of(YamlQueries):
        if not any(facts.at(file.path, PrometheusFile)):
            yield from ((file.path, query, FAULTS) for query in written.queries)


def _is_document(path: str, facts: RepositoryFacts) -> bool:
    file = facts.by_path.get(path)
    return file is not None and file.role is Role.DOCUMENTATION


_COUNTS = 'from prometheus_client import Counter\n\nORDERS = Counter("shop_orders_total", "n", ["state"])\n'

RULE = Rule(
    id="AUD633",
    name="query-on-unknown-metric",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every metric that code and objectives query Prometheus for emitted by code, an exporter or a recording rule?",
    why="An objective on a metric that does not exist has no value, which code often takes for a good one.",
    limits="Judged are literal expressions with a function and a range, in Python code, and in YAML that is not Prometheus' own, what commands hand to the interface of Prometheus, and the bare names that a program which only asks Prometheus keeps in tables or fetches. What counts as emitted is told under AUD601.",
    fix="Emit the metric where the event happens, or ask for one that is emitted.",
    since="0.3.0",
    effort=45,
    reads=frozenset(
        {
            "prometheus",
            "python-queries",
            "asked-metrics",
            "yaml-queries",
            "shell",
            "github-workflow",
            "gitlab-ci",
            "pipeline",
            "document-references",
        }
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="commands that ask the interface of Prometheus",
            files={
                "shop/metrics.py": _COUNTS,
                "deploy/canary.sh": (
                    "#!/bin/sh\nPROM=http://prometheus:9090\ncurl -s \"$PROM/api/v1/query\" --data-urlencode 'query=rate(shop_orders_total[5m])'\n"
                    'curl -s "$PROM/api/v1/query?query=rate(http_requests_total{status=500}[5m])"\ncurl -s "$PROM/api/v1/query?query=$QUERY"\n'
                ),
            },
            found=("deploy/canary.sh:4",),
        ),
        Example(
            title="panels with the query in the second place, and objectives of a program in TypeScript",
            files={
                "shop/metrics.py": _COUNTS,
                "tools/boards.py": (
                    'PANELS = [\n    Panel("Orders", "sum(rate(shop_orders_total[5m]))", "per_second_rate"),\n    Panel("Age", "avg(shop_oldest_order_seconds)", "s"),\n'
                    '    Panel("Copied", "time() - shop_last_copy_seconds"),\n]\n'
                ),
                "src/objectives.ts": (
                    "export const objectives = [\n  { name: 'orders', good: 'sum(increase(shop_orders_total{state=\"done\"}[30d]))', total: \"sum(increase(shop_orders_total[30d]))\" },\n"
                    "  { name: 'fresh', good: `sum(increase(shop_fresh_minutes_total{shop=\"${shop}\"}[30d]))` },\n];\n"
                ),
            },
            found=("src/objectives.ts:3", "tools/boards.py:3", "tools/boards.py:4"),
        ),
        Example(
            title="commands whose query is held by a variable, grouped by labels, put together, or sent in an encoded address",
            files={
                "shop/metrics.py": _COUNTS,
                "deploy/canary.sh": (
                    '#!/bin/sh\nPROM=http://prometheus:9090\ncurl -s "$PROM/api/v1/query" --data-urlencode "query=$shop_query" -o shop_answer_file\n'
                    'curl -s "$PROM/api/v1/query" --data-urlencode "query=sum by (shop_zone) (shop_orders_total)"\n'
                    'curl -s "$PROM/api/v1/query" --data-urlencode "query=sum(${P}shop_orders_x)"\n'
                    'curl -s "$PROM/api/v1/query?query=$(shop_query shop_orders_late)"\n'
                    'curl -s "$PROM/api/v1/query?query=sum%28shop_orders_total%7Bshop_state%3D%22ok%22%7D%29&time=1"\n'
                    'curl -s "$PROM/api/v1/query?query=sum%28shop_orders_lost_total%29&time=1"\n'
                ),
            },
            found=("deploy/canary.sh:8",),
        ),
        Example(
            title="an objective on a metric that was planned",
            files={
                "shop/metrics.py": _COUNTS,
                "shop/objectives.py": (
                    'OBJECTIVES = [\n    "sum(rate(shop_orders_total[30d]))",\n    "sum(increase(shop_orders_fresh_total[30d]))",\n]\n'
                ),
            },
            found=("shop/objectives.py:3",),
        ),
        Example(
            title="a catalogue that alerts and panels are written from",
            files={
                "shop/metrics.py": _COUNTS,
                "ops/catalogue.py": (
                    'ALERTS = (\n    Alert("NoOrders", "shop_orders_total == 0", "5m"),\n    Alert("Unbalanced", "shop_books_offset_total != 0", "0m"),\n)\n'
                    'PANELS = (Panel("Disputes", "shop_open_disputes_total", "short"),)\n'
                ),
            },
            found=("ops/catalogue.py:3", "ops/catalogue.py:5"),
        ),
        Example(
            title="objectives in YAML, with a window to be filled in, and queries of logs",
            files={
                "shop/metrics.py": _COUNTS,
                "slo/objectives.yml": (
                    'slos:\n  - name: orders\n    sli:\n      good: sum(rate(shop_orders_total{state="ok"}[5m]))\n      total: sum(rate(shop_orders_total[5m]))\n'
                    "  - name: parcels\n    sli:\n      errors: |\n        sum(rate(shop_parcels_total[{{.window}}]))\n      share: avg(rate(shop_parcels_lost_total[5m]))\n"
                ),
                "monitoring/rules.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Lost\n        expr: rate(shop_parcels_lost_total[5m]) > 1\n",
                "logs/queries.yml": "late: sum(rate(shop_log_lines[5m])) | json\nword: the rate(shop_sold_total) of [5m]\n",
            },
            found=("slo/objectives.yml:10", "slo/objectives.yml:9"),
        ),
        Example(
            title="targets of a gate that asks the server for each by its name",
            files={
                "shop/metrics.py": _COUNTS + 'WAIT = Histogram("shop_order_wait_seconds", "n")\n',
                "tools/gate.py": (
                    'import requests\n\nTARGETS = {\n    "shop_orders_total": 10,\n    "shop_order_wait_avg": 2,\n    "up": 1,\n}\n'
                    'COLUMNS = {"shop_order_fresh_columns": 1, "shop_order_stale_columns": 2}\n\n\n'
                    'def ask(base, name):\n    return requests.get(f"{base}/api/v1/query", params={"query": name}, timeout=5).json()\n\n\n'
                    'def main(client, base):\n    client.get_metric("shop_refunds_open_total")\n    client.get_metric("billing_refunds_open_total")\n'
                    "    return [ask(base, name) for name in TARGETS]\n"
                ),
            },
            found=("tools/gate.py:16", "tools/gate.py:5"),
        ),
        Example(
            title="alerts whose expressions are put together",
            files={
                "shop/metrics.py": _COUNTS,
                "ops/alerts.py": (
                    "def rules(shop):\n    yield AlertRule(\n        name='Few',\n        expression=f'''\n            sum(rate(shop_orders_total{{shop=\"{shop}\"}}[5m])) < 1\n'''.strip(),\n    )\n"
                    '    yield AlertRule(name="Held", expression=f"sum(shop_orders_held{{shop=\'{shop}\'}}) > 3")\n'
                    '    yield AlertRule(name="Named", expression=f"sum(shop_{shop}_held) > 3")\n'
                ),
            },
            found=("ops/alerts.py:8",),
        ),
        Example(
            title="words and lists that are no queries",
            files={
                "shop/metrics.py": _COUNTS,
                "shop/boards.py": 'from shop.paper import framed\n\nPAGE = framed("rate(shop_returned_total[5m])")\n',
                "shop/pages.py": 'LAYOUT = (TablePanel("full_width_page"), PluginPanel("parent_orders_table"))\n',
                "shop/text.py": 'TEXT = "the rate(shop_sold_total) of orders, counts[3]"\n',
            },
        ),
    ),
)
