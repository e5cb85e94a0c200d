"""AUD623: Prometheus loads no rules, and the repository has some."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    configs = [(file, fact) for file, fact in facts.of(PrometheusFile) if fact.is_config and file.role is Role.SHIPPED]
    if any(one.text for _, fact in configs for one in fact.rule_files):
        return
    written = [
        file.path
        for file, fact in facts.of(PrometheusFile)
        if fact.rules is not None and not fact.rules.resource and file.role is Role.SHIPPED
    ]
    for file, fact in configs:
        folder = file.path.rpartition("/")[0]
        beside = [path for path in written if path.startswith(f"{folder}/" if folder else "")]
        if fact.empty_rule_files and beside and file.language is Language.YAML:
            message = f"`rule_files` names no file, so Prometheus evaluates none of the rules in `{beside[0]}`: no alert is ever raised."
            yield Hit(file.path, fact.empty_rule_files, fact.empty_rule_files, message)


_RULES = "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n"
_JOBS = "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000']\n"

RULE = Rule(
    id="AUD623",
    name="no-rules-loaded",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does Prometheus load the alert rules that the repository holds?",
    why="The rules are reviewed and counted on, and Prometheus has never read them.",
    limits="Judged where no configuration of the repository names a rule file, and one has an empty `rule_files` beside or above files of rules.",
    fix="Name the files under `rule_files`, and check them with promtool.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="examples that were never replaced",
            files={
                "monitoring/prometheus.yml": "global:\n  scrape_interval: 15s\nrule_files:\n  # - first_rules.yml\n"
                + _JOBS,
                "monitoring/alerts.yml": _RULES,
            },
            found=("monitoring/prometheus.yml:3",),
        ),
        Example(
            title="rules that are named, and none to name",
            files={
                "monitoring/prometheus.yml": "rule_files: [alerts.yml]\n" + _JOBS,
                "monitoring/alerts.yml": _RULES,
                "other/prometheus.yml": "rule_files: []\n" + _JOBS,
            },
        ),
        Example(title="no rules at all", files={"prometheus.yml": "rule_files: []\n" + _JOBS}),
    ),
)
