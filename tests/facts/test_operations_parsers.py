"""Parsers of monitoring, documents and projects: whatever the bytes, a fact, None or ParseFailure."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts import (
    alertmanager,
    document_references,
    grafana,
    ignored_paths,
    metrics_emitted,
    path_mentions,
    ports_served,
    prometheus,
    python_project,
)
from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.promql import selectors
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

CASES = [
    (alertmanager.PARSER, "alertmanager.yml", Language.YAML, b"route:\n  receiver: a\nreceivers:\n"),
    (document_references.PARSER, "README.md", Language.MARKDOWN, b"# A\n\n- `b`\n\n```bash\n"),
    (grafana.PARSER, "board.json", Language.JSON, b'{"panels": [{"targets": [{"expr": "'),
    (ignored_paths.PARSER, ".gitignore", Language.TEXT, b"*.log\n!"),
    (metrics_emitted.PARSER, "pay.py", Language.PYTHON, b'Counter("shop_total", "n")\n'),
    (path_mentions.PARSER, "run.sh", Language.SHELL, b"python -m shop.pay\n"),
    (ports_served.PARSER, "compose.yml", Language.YAML, b"ports: ['80:80']\n"),
    (prometheus.PARSER, "rules.yml", Language.YAML, b"groups:\n- rules:\n  - alert: A\n    expr: "),
    (python_project.PARSER, "pyproject.toml", Language.TOML, b'[project]\nname = "shop"\n'),
]


def _source(name: str, language: Language, data: bytes) -> Source:
    blob = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return Source(SourceFile(name, blob, len(data), language, Role.SHIPPED), data)


@pytest.mark.parametrize(("parser", "name", "language", "start"), CASES, ids=[case[1] for case in CASES])
@given(tail=st.binary(max_size=120))
def test_any_bytes_give_a_fact_none_or_a_failure(
    parser: Parser, name: str, language: Language, start: bytes, tail: bytes
) -> None:
    source = _source(name, language, start + tail)
    assert parser.accepts(source.file)
    try:
        fact = parser.parse(source)
    except ParseFailure:
        return
    assert fact is None or isinstance(fact, Fact)


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ('sum by (le, job) (rate(a_bucket{path!~"/x,y"}[5m]))', ["a_bucket"]),
        ('up{job="x"} == 0 unless on(instance) b offset 5m', ["up", "b"]),
        ("hour() == 9 and minute() < 5", []),
        ('{__name__="c_total", job="x"}', ["c_total"]),
        ("rate(d_total[$__rate_interval]) > bool 1e3", ["d_total"]),
        ("a:b:rate5m / ignoring(code) group_left e_total", ["a:b:rate5m", "e_total"]),
    ],
)
def test_an_expression_names_its_metrics(expression: str, names: list[str]) -> None:
    assert [one.name for one in selectors(expression)] == names


def test_the_line_of_a_selector_is_counted_from_the_expression() -> None:
    assert [one.offset for one in selectors("a_total\n/\nb_total")] == [0, 2]


@given(st.text(max_size=200))
def test_any_expression_is_read(expression: str) -> None:
    assert all(one.offset >= 0 for one in selectors(expression))


@pytest.mark.parametrize(
    ("name", "language", "text", "metric"),
    [
        (
            "a.py",
            Language.PYTHON,
            'from prometheus_client import Gauge\nG = Gauge(name="shop_open", documentation="n")\n',
            "shop_open",
        ),
        ("a.py", Language.PYTHON, 'meter.create_counter("shop.orders", unit="1")\n', "shop_orders"),
        (
            "a.go",
            Language.GO,
            'promauto.NewCounterVec(prometheus.CounterOpts{\n  Name: "shop_orders_total",\n}, nil)\n',
            "shop_orders_total",
        ),
        ("a.js", Language.JAVASCRIPT, "new client.Counter({\n  name: 'shop_orders_total',\n})\n", "shop_orders_total"),
        ("A.java", Language.JAVA, 'Counter.builder("shop.orders").register(registry);\n', "shop_orders"),
        ("a.sh", Language.SHELL, 'echo "# TYPE shop_age gauge"\necho "shop_age $AGE" >> out.prom\n', "shop_age"),
    ],
)
def test_a_client_library_names_its_metric(name: str, language: Language, text: str, metric: str) -> None:
    fact = metrics_emitted.PARSER.parse(_source(name, language, text.encode()))
    assert isinstance(fact, MetricsEmitted)
    assert metric in fact.names


def test_a_comment_emits_nothing() -> None:
    fact = metrics_emitted.PARSER.parse(_source("a.py", Language.PYTHON, b'# TODO: Counter("shop_orders_total")\n'))
    assert fact is None


def test_a_name_made_at_run_time_keeps_its_fixed_parts() -> None:
    text = b'from prometheus_client import Counter\nC = Counter(f"shop_{kind}_total", "n")\n'
    fact = metrics_emitted.PARSER.parse(_source("a.py", Language.PYTHON, text))
    assert isinstance(fact, MetricsEmitted)
    assert ("shop_", "_total") in fact.patterns
