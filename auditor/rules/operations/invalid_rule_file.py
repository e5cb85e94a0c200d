"""AUD605: a file of alert rules that Prometheus refuses or never loads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.loaded_rules import is_loaded, rule_file_patterns
from auditor.facts.prometheus import PrometheusFile, RuleFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_KNOWN = frozenset({"namespace", "apiVersion", "kind", "metadata", "spec", "tenant"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    patterns = facts.derive(rule_file_patterns)
    for file, fact in facts.of(PrometheusFile):
        rules = fact.rules
        if rules is None:
            continue
        stray = next(
            ((key, line) for key, line in rules.strays if key not in _KNOWN and not key.startswith("x-")), None
        )
        if stray:
            message = f"Prometheus refuses this rule file for its top-level key `{stray[0]}`: none of its {len(rules.rules)} rules is ever evaluated."
            yield Hit(file.path, stray[1], stray[1], message)
        elif (
            patterns
            and not rules.strays
            and not rules.resource
            and _is_own_file(file)
            and not is_loaded(file.path, facts)
        ):
            yield _unloaded(file.path, rules)


def _is_own_file(file: SourceFile) -> bool:
    """Whether the rules are a file, rather than a text in a program, which writes them wherever it is told to."""
    return file.language is Language.YAML or file.name.endswith(".rules")


def _unloaded(path: str, rules: RuleFile) -> Hit:
    message = f"No Prometheus configuration of the repository loads this file: none of its {len(rules.rules)} rules is evaluated."
    return Hit(path, rules.line, rules.line, message)


_CONFIG = "rule_files:\n  - alerts.yml\nscrape_configs:\n  - job_name: shop\n"
_GROUPS = 'groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up{job="shop"} == 0\n'

RULE = Rule(
    id="AUD605",
    name="invalid-rule-file",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does Prometheus load every file of alert rules?",
    why="Prometheus refuses a rule file with an unknown key as a whole, and knows nothing of a file that it is not given.",
    limits=(
        "That nothing loads a file is said only where the repository holds a Prometheus configuration with `rule_files`, "
        "and no other file names the rule file. Keys deeper inside are not checked."
    ),
    fix="Keep only `groups` at the top (check with `promtool check rules`), and name the file under `rule_files`.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"prometheus"}),
    examples=(
        Example(
            title="a key that Prometheus does not know",
            files={"monitoring/alerts.yml": 'version: "1.0"\n' + _GROUPS},
            found=("monitoring/alerts.yml:1",),
        ),
        Example(
            title="a second file that the configuration does not name",
            files={
                "monitoring/prometheus.yml": _CONFIG,
                "monitoring/alerts.yml": _GROUPS,
                "monitoring/more.yml": _GROUPS,
            },
            found=("monitoring/more.yml:1",),
        ),
        Example(
            title="a resource that the operator loads",
            files={
                "monitoring/prometheus.yml": _CONFIG,
                "monitoring/alerts.yml": _GROUPS,
                "k8s/more.yml": "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  "
                + _GROUPS.replace("\n", "\n  ").rstrip()
                + "\n",
            },
        ),
        Example(
            title="loaded by a pattern",
            files={
                "monitoring/prometheus.yml": _CONFIG.replace("alerts.yml", "/etc/prometheus/rules/*.yml"),
                "monitoring/rules/shop.yml": _GROUPS,
            },
        ),
    ),
    check_repository=_check,
)
