"""AUD956: the expression of an alert can never hold."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONSTANT = pattern(r"^\s*(?:vector\(\s*)?(\d+(?:\.\d+)?)\s*\)?\s*(==|!=|>=|<=|>|<)\s*(?:bool\s+)?(\d+(?:\.\d+)?)\s*$")
_ABSENT = pattern(r"^\s*absent(?:_over_time)?\s*\(.*\)\s*(?:(==)\s*0|(<)\s*1|(>)\s*[1-9]\d*|(!=)\s*1)(?:\.0+)?\s*$")
_SHARE = pattern(r"^(.*[^/*+\-\s])\s*/\s*(.*\S)\s*(?:>|>=)\s*(\d+(?:\.\d+)?)\s*$")
_MEANING = pattern(r"(?i)per_?cent|\*\s*100|100\s*\*")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules and file.role is Role.SHIPPED else ():
            why = "" if rule.records else _why_never(" ".join(rule.expression.split()))
            if why:
                last = rule.expression_line + rule.expression.strip().count("\n")
                message = f"The alert `{rule.name}` can never fire: {why}."
                yield Hit(file.path, rule.expression_line, last, message, rule.name)


def _why_never(expression: str) -> str:
    constant = _CONSTANT.match(expression)
    if constant and not _holds(float(constant.group(1)), constant.group(2), float(constant.group(3))):
        return "it compares two numbers"
    if _ABSENT.match(expression):
        return "`absent` gives 1 or nothing"
    return _share(expression)


def _holds(left: float, operator: str, right: float) -> bool:
    return {
        "==": left == right, "!=": left != right, ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right,
    }[operator]  # fmt: skip


def _share(expression: str) -> str:
    """A part of a metric over the whole of it, compared with a number above one: a percentage was meant."""
    found = _SHARE.match(expression)
    if found is None or _MEANING.search(expression) or float(found.group(3)) <= 1:
        return ""
    above, below = selectors(found.group(1)), selectors(found.group(2))
    if len(above) != 1 or len(below) != 1 or above[0].name != below[0].name or not above[0].name:
        return ""
    narrower = set(below[0].matchers) < set(above[0].matchers)
    alike = _shape(found.group(1)) == _shape(found.group(2))
    return f"a share of `{above[0].name}` is never above {found.group(3)}" if narrower and alike else ""


def _shape(side: str) -> str:
    """One side of a division without its labels: both have to be made alike."""
    return _LABELS.sub("", side).replace(" ", "").strip("()")


_LABELS = pattern(r"\{[^{}]*\}")


def _rules(*expressions: str) -> str:
    rules = "".join(f"      - alert: Shop{at}\n        expr: {one}\n" for at, one in enumerate(expressions))
    return f"groups:\n  - name: shop\n    rules:\n{rules}"


RULE = Rule(
    id="AUD956",
    name="alert-that-never-fires",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can the expression of every alert hold?",
    why="A share of failed payments is never above 5, five per cent of them are 0.05: the alert is loaded, listed, and silent for ever.",
    limits="Judged are comparisons of two numbers, `absent(...)` compared with what it never gives, and a part of one counter over the whole of it compared with a number above 1.",
    fix="Write the limit in the unit of the expression, and test the rule with `promtool test rules`.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="a share above five, two numbers, and an absence that is nought",
            files={
                "monitoring/rules.yml": _rules(
                    'sum(rate(sent_total{outcome="failed"}[5m])) / sum(rate(sent_total[5m])) > 5',
                    "vector(1) == 0",
                    'absent(up{job="shop"}) == 0',
                )
            },
            found=("monitoring/rules.yml:5", "monitoring/rules.yml:7", "monitoring/rules.yml:9"),
        ),
        Example(
            title="shares below one, percentages, and other metrics",
            files={
                "monitoring/rules.yml": _rules(
                    'sum(rate(sent_total{outcome="failed"}[5m])) / sum(rate(sent_total[5m])) > 0.05',
                    '100 * sum(rate(sent_total{outcome="failed"}[5m])) / sum(rate(sent_total[5m])) > 5',
                    "sum(rate(seconds_sum[5m])) / sum(rate(seconds_count[5m])) > 5",
                    'sum(rate(sent_total{outcome="failed"}[5m])) / sum(rate(sent_total{outcome="ok"}[5m])) > 5',
                    "vector(1) > 0",
                    'absent(up{job="shop"}) == 1',
                )
            },
        ),
    ),
)
