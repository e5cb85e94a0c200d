"""AUD611: Prometheus is told to load rules from files that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.facts.loaded_rules import is_named_elsewhere
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ANY_NAME = pattern(r"^\*\.[a-z]+$")
_OF_RULES = frozenset(
    {
        "rules",
        "alerts",
        "alerting",
        "rules.d",
        "alert_rules",
        "alerting_rules",
        "recording",
        "recording_rules",
        "alert-rules",
    }
)
"""Folders in which rules lie, perhaps as templates."""
_OPAQUE = ("$", "{")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        if not fact.is_config or file.language is not Language.YAML:
            continue  # a text in a program: what else the program writes is not known
        for one in fact.rule_files:
            name = one.text.rpartition("/")[2]
            if not name or any(sign in one.text for sign in _OPAQUE) or _is_there(one.text, name, facts):
                continue
            if _ANY_NAME.search(name) or not is_named_elsewhere(name, file.path, facts):
                message = (
                    f"No file of the repository is one that `{one.text[:120]}` names: no rule is loaded from there."
                )
                yield Hit(file.path, one.line, one.line, message)


def _is_there(text: str, name: str, facts: RepositoryFacts) -> bool:
    """Whether a file is called so; where only the ending is asked for, one that holds rules, or lies in a folder of that name."""
    if not _ANY_NAME.search(name):
        return any(fnmatchcase(known, name) for known in facts.derive(_names))
    folder = text.rpartition("/")[0].rpartition("/")[2]
    placed = any(fnmatchcase(path, f"*{folder}/{name}") for path in facts.all_paths) if folder in _OF_RULES else False
    return placed or any(fact.rules and fnmatchcase(file.name, name) for file, fact in facts.of(PrometheusFile))


def _names(facts: RepositoryFacts) -> frozenset[str]:
    return frozenset(path.rpartition("/")[2] for path in facts.all_paths)


def _config(name: str) -> str:
    return f"rule_files:\n  - {name}\nscrape_configs:\n  - job_name: shop\n"


RULE = Rule(
    id="AUD611",
    name="rule-files-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every rule file there that Prometheus is told to load?",
    why="Prometheus starts without a word where a pattern of rule files matches nothing, and then raises no alert at all.",
    limits=(
        "A file counts as there when any file of the repository has its name, or another file mentions it, such as a "
        "ConfigMap or a script that writes it. Generated names are passed over."
    ),
    fix="Commit the rules, or take the entry out.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="rules that nobody wrote",
            files={"prometheus.yml": _config("alert_rules.yml")},
            found=("prometheus.yml:2",),
        ),
        Example(
            title="any file of a folder, and none holds rules",
            files={
                "config/prometheus.yml": _config("/etc/prometheus/rules/*.yml"),
                "docker-compose.yml": "services:\n  shop:\n    image: shop/shop:1.2\n",
            },
            found=("config/prometheus.yml:2",),
        ),
        Example(
            title="rules that are mounted from another folder",
            files={
                "prometheus.yml": _config("/etc/prometheus/rules/*.yml"),
                "rules/shop.yml": "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n",
            },
        ),
    ),
)
