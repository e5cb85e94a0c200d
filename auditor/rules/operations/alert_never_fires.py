"""AUD930: an alert whose expression is true of no value that its metrics can have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
_COMPARED = pattern(rf"(?s)^(.*[^<>=!\s])\s*(==|!=|<=|>=|<|>)\s*(?:bool\s+)?{_NUMBER}\s*\)*\s*$")
_CONSTANT = pattern(rf"^\(*\s*(?:vector|scalar)?\s*\(?\s*{_NUMBER}\s*\)*$")
_ABSENT = pattern(r"(?s)^\(*\s*absent(?:_over_time)?\s*\(.*\)\s*\)*$")
_UP = pattern(r"(?s)^\(*\s*(?:up|[a-z0-9_]+_up)\s*(?:\{[^}]*\})?\s*\)*$")
_MAY_BE_NEGATIVE = pattern(
    r"(?i)(?:^|[\s)\]\d}])-\s*[a-z0-9(]|\b(?:delta|idelta|deriv|predict_linear|holt_winters|double_exponential_smoothing|ln|log2|log10|sin|cos|time|timestamp|offset|temperature|balance|diff|difference|change|clamp|sgn|sort|label_replace|scalar|vector|or|unless|and|on)\b|temp|celsius|skew|offset|drift|delta|balance|lag_|_diff|change"
)
_NEVER_NEGATIVE = pattern(
    r"(?:\b(?:rate|irate|increase|count|count_over_time|histogram_quantile|changes|resets|count_values)\s*(?:by\s*\([^)]*\)\s*)?\()|_(?:total|count|bucket|bytes|seconds|ratio|percent)\b"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules is not None else ():
            why = "" if rule.records else _never(rule.expression.strip())
            if why:
                line = rule.expression_line
                height = rule.expression.strip().count("\n")
                message = f"The alert `{rule.name[:60]}` never fires: {why}."
                yield Hit(file.path, line, line + height, message, rule.name)


def _never(expression: str) -> str:
    """Why an expression is never true; empty where it may be, or cannot be told."""
    found = _COMPARED.search(expression)
    if found is None or len(expression) > 2_000:  # noqa: PLR2004 - bounds the work
        return ""
    left, operator, number = found.group(1).strip(), found.group(2), float(found.group(3))
    constant = _CONSTANT.search(left)
    if constant is not None:
        return "" if _holds(float(constant.group(1)), operator, number) else "it compares two numbers"
    if _ABSENT.search(left) and _is_one_call(left):
        return "" if _holds(1, operator, number) else "`absent` is 1 or nothing"
    if _UP.search(left):
        return "" if any(_holds(one, operator, number) for one in (0, 1)) else "what it asks is 0 or 1"
    below = (operator == "<" and number <= 0) or (operator in ("<=", "==") and number < 0)
    positive = _NEVER_NEGATIVE.search(left) is not None and _MAY_BE_NEGATIVE.search(left) is None
    return "what it asks is never below 0" if below and positive else ""


def _is_one_call(text: str) -> bool:
    """Whether the bracket that a call opens is closed at the end of the text only: nothing is joined to it."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter == ")" and text[at + 1 :].strip():
            return False
    return True


def _holds(value: float, operator: str, number: float) -> bool:
    return {
        "==": value == number,
        "!=": value != number,
        "<": value < number,
        "<=": value <= number,
        ">": value > number,
        ">=": value >= number,
    }[operator]


RULE = Rule(
    id="AUD930",
    name="alert-never-fires",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every alert fire?",
    why="A hit ratio below 0, `absent(...) == 2` and `vector(0) > 0` are true at no time: the alert is there to be counted.",
    limits="Judged are alerts whose expression ends in a comparison with a number: of another number, of `absent`, of `up`, and of rates, counts and quotients of counters with what lies below 0. Expressions with subtractions, joins or temperatures are left alone.",
    fix="Compare with the limit that is meant.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="below nothing, absent twice, and one number above another",
            files={
                "monitoring/alerts.yml": (
                    "groups:\n  - name: shop\n    rules:\n"
                    '      - alert: Quiet\n        expr: absent(requests_total{job="shop"}) == 2\n'
                    "      - alert: Misses\n        expr: |\n          sum(rate(hits_total[5m]))\n            / sum(rate(requests_total[5m])) < 0\n"
                    "      - alert: Unsigned\n        expr: vector(0) > 0\n"
                    '      - alert: Down\n        expr: up{job="shop"} < 0\n'
                )
            },
            found=(
                "monitoring/alerts.yml:11",
                "monitoring/alerts.yml:13",
                "monitoring/alerts.yml:5",
                "monitoring/alerts.yml:8",
            ),
        ),
        Example(
            title="what may be so",
            files={
                "monitoring/alerts.yml": (
                    "groups:\n  - name: shop\n    rules:\n"
                    "      - alert: Quiet\n        expr: absent(requests_total) == 1\n"
                    "      - alert: Watchdog\n        expr: vector(1) > 0\n"
                    "      - alert: Down\n        expr: up == 0\n"
                    "      - alert: Full\n        expr: predict_linear(free_bytes[1h], 3600) < 0\n"
                    "      - alert: Fewer\n        expr: sum(rate(a_total[5m])) - sum(rate(b_total[5m])) < 0\n"
                    "      - alert: Cold\n        expr: room_temperature < 0\n"
                    "      - alert: None\n        expr: sum(rate(requests_total[5m])) <= 0\n"
                )
            },
        ),
    ),
)
