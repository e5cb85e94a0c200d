"""AUD612: alert rules that no Prometheus configuration of the repository loads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.handed_files import deploys, is_handed_to
from auditor.facts.helm_text import is_template_path
from auditor.facts.loaded_rules import is_loaded, loaded_files, rule_file_patterns
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SERVERS = ("prom", "victoria", "vmalert", "thanos", "mimir", "cortex", "loki")
"""What stands in the image of a server that evaluates rules."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    configured = any(fact.is_config and file.role is Role.SHIPPED for file, fact in facts.of(PrometheusFile))
    if not configured:
        yield from _without_server(facts)
        return
    if not facts.derive(rule_file_patterns):
        return
    for file, fact in facts.of(PrometheusFile):
        rules = fact.rules
        if rules is None or rules.resource or file.language is not Language.YAML or not rules.rules:
            continue
        if file.path not in facts.derive(loaded_files) and not is_loaded(file.path, facts):
            message = f"No Prometheus configuration of the repository loads this file: its {len(rules.rules)} rules are never evaluated."
            yield Hit(file.path, rules.line, rules.line, message)


def _without_server(facts: RepositoryFacts) -> Iterator[Hit]:
    """Rules in a repository that runs services and configures no Prometheus, which nothing hands to any."""
    if not deploys(facts):
        return
    for file, fact in facts.of(PrometheusFile):
        rules = fact.rules
        if rules is None or rules.resource or file.language is not Language.YAML or file.role is not Role.SHIPPED:
            continue
        if not is_template_path(file.path) and not is_handed_to(file.path, _SERVERS, facts):
            message = f"No Prometheus of the repository is configured, and nothing hands this file to one: its {len(rules.rules)} rules are never evaluated."
            yield Hit(file.path, rules.line, rules.line, message)


_RULES = "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n"


def _files(pattern_: str, *, name: str = "alert_rules.yml") -> dict[str, str]:
    config = f"rule_files:\n  - {pattern_}\nscrape_configs:\n  - job_name: shop\n"
    return {"monitoring/prometheus.yml": config, "monitoring/alert_rules.yml": _RULES, f"monitoring/{name}": _RULES}


RULE = Rule(
    id="AUD612",
    name="rule-file-not-loaded",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every file of alert rules loaded by Prometheus?",
    why="Rules that no `rule_files` entry names raise no alert, and everybody who reads the file counts on them.",
    limits="Judged where the repository has a configuration of Prometheus with `rule_files`, or runs services and has none; a file that another file names, or whose folder it names, counts as loaded, and so do objects of the Prometheus operator.",
    fix="Add the file to `rule_files`, or remove it.",
    since="0.2.0",
    effort=15,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="rules beside those that are loaded",
            files=_files("alert_rules.yml", name="more.yml"),
            found=("monitoring/more.yml:1",),
        ),
        Example(
            title="rules for a Prometheus that nobody configured, and what only looks for them",
            files={
                "configs/alerts.yml": _RULES,
                "docker-compose.yml": "services:\n  prometheus:\n    image: prom/prometheus:v2.53.0\n  shop:\n    image: shop/shop:1.2\n    volumes:\n      - ./configs:/app/configs\n",
                "scripts/check.sh": '#!/bin/sh\nif [ -f "configs/alerts.yml" ]; then\n  echo "alerts"\nfi\n',
            },
            found=("configs/alerts.yml:1",),
        ),
        Example(
            title="rules that a ruler is given, and rules that a script loads",
            files={
                "configs/alerts.yml": _RULES,
                "rules/alerts.yml": _RULES,
                "docker-compose.yml": "services:\n  ruler:\n    image: victoriametrics/vmalert:v1.101.0\n    volumes:\n      - ./configs:/etc/rules\n",
                "scripts/load.sh": "#!/bin/sh\nmimirtool rules load rules/alerts.yml\n",
            },
        ),
        Example(title="rules that a pattern loads", files=_files("'*.yml'", name="more.yml")),
    ),
)
