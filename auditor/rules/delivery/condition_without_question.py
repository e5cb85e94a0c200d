"""AUD534: a condition that decides about an infrastructure, a rollout or an alert, and asks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql_expression import read_expression
from auditor.facts.source import Source
from auditor.facts.terraform_settings import TerraformSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BLOCKS = frozenset({"assert", "precondition", "postcondition", "validation"})
_TRUE = pattern(r"^(?:true|!false|\d+ == \d+|\d+ > 0|1 <= 1|length\(\"[^\"]+\"\) > 0)$")
_SUCCESS = pattern(
    r"^\s*(?:-\s+)?(successCondition|failureCondition)\s*:\s*[\"']?(true|false|1 == 1|1 == 0|0 == 1|result == result|len\(result\) >= 0|result(?:\[0\])? >= 0)[\"']?\s*$"
)
_NUMBER = r"(?:vector\(\s*([\d.]+)\s*\)|([\d.]+))"
_COMPARED = pattern(rf"^\(?\s*{_NUMBER}\s*(==|!=|>=|<=|>|<)\s*(?:bool\s+)?{_NUMBER}\s*\)?$")
_NEVER_ABSENT = pattern(r"^absent\(\s*vector\([^()]*\)\s*\)(?:\s*==\s*1)?$")
_QUERY = pattern(r"^\s*query:\s*[\"']?(?:vector\([\d.]+\)|[\d.]+)[\"']?\s*$")
_LIMIT = pattern(r"^\s*(count|failureLimit):\s*[\"']?(\d{1,6})[\"']?\s*$")
_MEANT = pattern(r"(?i)watchdog|dead.?man|heartbeat|always.?firing|test")


def _check(source: Source) -> Iterator[Hit]:
    settings, prometheus = source.fact(TerraformSettings), source.fact(PrometheusFile)
    for one in settings.items if settings is not None else ():
        if one.name == "condition" and _BLOCKS & set(one.blocks) and _TRUE.search(one.value):
            message = f"The condition of this `{one.blocks[-1]}` is `{one.value}`: nothing is asked."
            yield Hit(source.path, one.line, one.line, message, ".".join(one.blocks[:3]))
    if "AnalysisTemplate" in source.text:
        yield from _of_analysis(source)
    rules = prometheus.rules.rules if prometheus is not None and prometheus.rules is not None else ()
    for rule in rules:
        if not rule.records and not _MEANT.search(rule.name) and _asks_nothing(rule.expression):
            line = rule.expression_line
            message = f"The alert {rule.name!r} cannot tell anything of the system by `{rule.expression.strip()[:40]}`."
            yield Hit(source.path, line, line, message, rule.name)


def _asks_nothing(expression: str) -> bool:
    """Whether two numbers are compared, or it is asked for what is always there; of comparisons that never hold speaks AUD626."""
    reading = read_expression(expression)
    if reading is not None and reading.values.never:
        return False
    return (_COMPARED.search(expression.strip()) or _NEVER_ABSENT.search(expression.strip())) is not None


def _of_analysis(source: Source) -> Iterator[Hit]:
    """Conditions, queries and limits of Argo Rollouts (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/)."""
    counts: dict[str, int] = {}
    for number, line in enumerate(source.lines, 1):
        match = _SUCCESS.search(line)
        if match is not None and (match.group(1) == "successCondition") == (match.group(2) not in ("false", "1 == 0", "0 == 1")):  # fmt: skip
            message = f"The analysis passes whatever it measures: its {match.group(1)} is `{match.group(2)}`."
            yield Hit(source.path, number, number, message)
        if _QUERY.search(line):
            yield Hit(
                source.path, number, number, "The analysis asks for a number that is written down: it measures nothing."
            )
        counts = {} if line.lstrip().startswith("- ") or line.startswith("---") else counts
        limit = _LIMIT.search(line.replace("- ", "  ", 1))
        if limit is not None:
            counts[limit.group(1)] = int(limit.group(2))
            if "count" in counts and counts.get("failureLimit", -1) >= counts["count"]:
                message = f"The analysis allows {counts['failureLimit']} failures, and measures {counts['count']} times: it cannot fail."
                yield Hit(source.path, number, number, message)


_ANALYSIS = "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec:\n  metrics:\n    - name: errors\n      successCondition: {condition}\n"

RULE = Rule(
    id="AUD534",
    name="condition-without-question",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every condition of a rollout, an alert or a plan ask something?",
    why="A canary with `successCondition: 'true'` is promoted whatever the error rate is; an alert on `vector(1) > 0` tells nobody anything.",
    limits="Conditions of `check`, `precondition`, `postcondition` and `validation` in Terraform, of analyses of Argo Rollouts, and alerts that compare two numbers and fire always; of those that never fire speaks AUD626. Alerts that are meant to fire always are left alone.",
    fix="Write what is to be true of the system.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"terraform-settings", "prometheus", "yaml"}),
    triggers=("condition", "expr", "analysistemplate"),
    check_file=_check,
    examples=(
        Example(
            title="an analysis that may fail as often as it measures, one of a number, and an alert for what is always there",
            files={
                "k8s/a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec:\n  metrics:\n    - name: errors\n      count: 10\n      failureLimit: 10\n      provider:\n        prometheus:\n          query: vector(1)\n",
                "k8s/b.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec:\n  metrics:\n    - name: errors\n      count: 10\n      failureLimit: 2\n      provider:\n        prometheus:\n          query: sum(rate(errors[1m]))\n    - count: 2\n      name: latency\n    - failureLimit: 3\n      name: load\n",
                "rules.yml": 'groups:\n  - name: shop\n    rules:\n      - alert: Missing\n        expr: absent(vector(1))\n      - alert: Gone\n        expr: absent(up{job="shop"})\n',
            },
            found=(
                "k8s/a.yaml:7",
                "k8s/a.yaml:10",
                "rules.yml:5",
            ),
        ),
        Example(
            title="a check, an analysis and an alert that ask nothing",
            files={
                "main.tf": 'check "shop" {\n  assert {\n    condition     = true\n    error_message = "shop is down"\n  }\n}\n',
                "k8s/analysis.yaml": _ANALYSIS.format(condition="'true'"),
                "rules.yml": "groups:\n  - name: shop\n    rules:\n      - alert: BackupTooOld\n        expr: vector(1) > 0\n",
            },
            found=("k8s/analysis.yaml:6", "main.tf:3", "rules.yml:5"),
        ),
        Example(
            title="ones that do, and an alert that is meant to fire always",
            files={
                "main.tf": 'check "shop" {\n  assert {\n    condition     = data.http.shop.status_code == 200\n    error_message = "shop is down"\n  }\n}\n',
                "k8s/analysis.yaml": _ANALYSIS.format(condition="result[0] < 0.05"),
                "rules.yml": "groups:\n  - name: shop\n    rules:\n      - alert: Watchdog\n        expr: vector(1) == 1\n      - alert: Down\n        expr: up == 0\n      - alert: Never\n        expr: vector(0) > 1\n",
            },
        ),
    ),
)
