"""AUD626: an alert compares what it watches with a limit that it can never pass."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql_expression import read_expression
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        if file.role is not Role.SHIPPED or fact.rules is None:
            continue
        for rule in fact.rules.rules:
            reading = None if rule.records else read_expression(rule.expression)
            if reading and reading.values.never:
                fault = reading.faults[0]
                line = rule.expression_line + fault.offset
                message = f"The alert {rule.name!r} can never fire: `{fault.text[:120]}` is never true."
                yield Hit(file.path, line, line, message, rule.name)


_DONE = "jobs_done" + "_total"


def _rules(*expressions: str) -> str:
    rules = "".join(f"      - alert: Alert{at}\n        expr: {one}\n" for at, one in enumerate(expressions))
    return "groups:\n  - name: shop\n    rules:\n" + rules


RULE = Rule(
    id="AUD626",
    name="alert-never-fires",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can every alert fire?",
    why="A share of failed requests is never above 5, which was meant to be 5 %: the page that everybody waits for never comes.",
    limits=(
        "What is known of values: counters, counts and rates are not negative, `up` is 0 or 1, a sum that asks for further labels is a share of the sum that does not, and what follows from "
        "these by calculation. Of gauges nothing is known."
    ),
    fix="Compare with a limit on the scale of the expression, and test the rule with promtool.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="per cent where a share is calculated, a counter below nothing, and a constant",
            files={
                "monitoring/rules.yml": _rules(
                    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 5',
                    f"rate({_DONE}[5m]) < 0",
                    "vector(0) > 0",
                    "up == 2 or absent(up) > 1",
                    'up{job="shop"} == 2',
                )
            },
            found=tuple(f"monitoring/rules.yml:{line}" for line in (5, 7, 9, 11, 13)),
        ),
        Example(
            title="shares compared with shares, and gauges, of which nothing is known",
            files={
                "monitoring/rules.yml": _rules(
                    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05',
                    '100 * sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 5',
                    f"rate({_DONE}[5m]) == 0 or absent({_DONE})",
                    "(node_filesystem_avail_bytes / node_filesystem_size_bytes) * 100 < 10",
                    "predict_linear(disk_free_bytes[1h], 4 * 3600) < 0",
                    'avg(latency_count{path="/pay"}) / avg(latency_count) > 3',
                    "shop_workers_up > 3",
                    "lost_total / (vector(1) or sent_total + lost_total) > 3",
                )
            },
        ),
    ),
)
