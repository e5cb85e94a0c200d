"""AUD628: a recording rule writes a number down as if it had been measured."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.promql_expression import read_expression
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SETTING = pattern(
    r"(?i)\b(?:slo|sla|objective|target|threshold|limit|goal|budget|quota|baseline|capacity|reference|factor|weight|info|price|cost|max|maximum|min|minimum|desired|expected|period|window|bool|enabled|critical|warning|alive|heartbeat|watchdog|dummy)(?:s|es)?\b"
)
"""Names under which a number is laid down on purpose, for others to compare with."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        if file.role is not Role.SHIPPED or fact.rules is None:
            continue
        for rule in fact.rules.rules:
            laid_down = not rule.records or _SETTING.search(_plain(rule.name)) is not None
            reading = None if laid_down else read_expression(rule.expression)
            if reading and reading.values.is_constant and not selectors(rule.expression):
                line = rule.expression_line
                message = f"The rule records `{rule.expression.strip()[:60]}` as `{rule.name}`: nothing is measured."
                yield Hit(file.path, line, line, message, rule.name)


def _plain(name: str) -> str:
    """The words of a name, apart: `minutes` is not `min`."""
    return name.replace(":", " ").replace("_", " ")


def _rules(*rules: tuple[str, str]) -> str:
    return "groups:\n  - name: shop\n    rules:\n" + "".join(
        f"      - record: {name}\n        expr: {expression}\n" for name, expression in rules
    )


RULE = Rule(
    id="AUD628",
    name="recorded-constant",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every recorded series calculated from something that was measured?",
    why="An availability that is recorded as 0.9995 stays there through every outage, and alerts and reports that build on it stay quiet.",
    limits="Recording rules that are numbers only. Names of objectives, limits, prices and other settings are left alone.",
    fix="Calculate the series from what is measured, or take the rule out.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="an availability that is recorded without being measured",
            files={
                "monitoring/rules.yml": "groups:\n  - name: slo\n    rules:\n      - record: shop:availability:ratio30d\n        expr: vector(0.9995)\n      - record: shop:slo:target\n        expr: vector(0.999)\n      - record: shop:load\n        expr: sum(rate(requests_total[5m]))\n",
            },
            found=("monitoring/rules.yml:5",),
        ),
        Example(
            title="an availability that was written down",
            files={
                "monitoring/recording.yml": _rules(
                    ("service:availability:ratio", "0.9995"),
                    ("job:errors:rate5m", "vector(0) * 100"),
                    ("shop:minutes_down:total", "0"),
                )
            },
            found=("monitoring/recording.yml:5", "monitoring/recording.yml:7", "monitoring/recording.yml:9"),
        ),
        Example(
            title="an objective to compare with, and a rate",
            files={
                "monitoring/recording.yml": _rules(
                    ("service:availability:objective", "vector(0.999)"),
                    ("job:errors:rate5m", "sum(rate(errors_total[5m]))"),
                    ("cluster:namespaces", "group by (namespace) (kube_pod_info)"),
                    ("service:error_budget", "vector(1 - 0.999)"),
                )
            },
        ),
    ),
)
