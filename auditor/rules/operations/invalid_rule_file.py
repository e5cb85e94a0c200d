"""AUD605: a file of alert rules that Prometheus refuses or never loads."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.facts.path_mentions import PathMentions
from auditor.facts.prometheus import PrometheusFile, RuleFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_KNOWN = frozenset({"namespace", "apiVersion", "kind", "metadata", "spec", "tenant"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    configs = [fact for _, fact in facts.of(PrometheusFile) if fact.is_config]
    patterns = [one.text.rpartition("/")[2] for fact in configs for one in fact.rule_files]
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
        elif patterns and not rules.strays and not _is_loaded(file.path, patterns, facts):
            yield _unloaded(file.path, rules)


def _is_loaded(path: str, patterns: list[str], facts: RepositoryFacts) -> bool:
    name = path.rpartition("/")[2]
    if any(fnmatchcase(name, one) for one in patterns):
        return True
    folder = path.rpartition("/")[0]
    named = (mention.text for file, fact in facts.of(PathMentions) if file.path != path for mention in fact.paths)
    return any(name in one or (folder and one.rstrip("/").endswith(folder)) for one in named)


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
    confidence=Confidence.HIGH,
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
            title="loaded by a pattern",
            files={
                "monitoring/prometheus.yml": _CONFIG.replace("alerts.yml", "/etc/prometheus/rules/*.yml"),
                "monitoring/rules/shop.yml": _GROUPS,
            },
        ),
    ),
    check_repository=_check,
)
