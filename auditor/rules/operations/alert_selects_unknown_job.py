"""AUD603: an alert selects a job that Prometheus does not scrape."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import re2

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import Matcher, selectors
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ABSENT = pattern(r"\babsent(?:_over_time)?\s*\(")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    configs = [fact for _, fact in facts.of(PrometheusFile) if fact.is_config]
    jobs = {job.name for fact in configs for job in fact.jobs}
    if not jobs or any(job.renamed for fact in configs for job in fact.jobs):
        return
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules else ():
            if _ABSENT.search(rule.expression):
                continue  # that the job is not there is what it looks for
            missing = next(_missing(rule.expression, jobs), None)
            if missing is not None:
                line = rule.expression_line + missing[0]
                yield Hit(file.path, line, line, _message(rule.name, missing[1], jobs), rule.name)


def _missing(expression: str, jobs: set[str]) -> Iterator[tuple[int, Matcher]]:
    for selector in selectors(expression):
        for matcher in selector.matchers:
            if matcher.label == "job" and "$" not in matcher.value and not _matches(matcher, jobs):
                yield selector.offset, matcher


def _matches(matcher: Matcher, jobs: set[str]) -> bool:
    if matcher.operator == "=":
        return matcher.value in jobs or not matcher.value
    if matcher.operator != "=~":
        return True
    try:
        return any(pattern(matcher.value).fullmatch(job) for job in jobs)
    except re2.error:
        return True


def _message(name: str, matcher: Matcher, jobs: set[str]) -> str:
    near = difflib.get_close_matches(matcher.value, sorted(jobs), 1, 0.75)
    hint = f"; `{near[0]}` is" if near else ""
    return f"The alert `{name}` selects the job `{matcher.value}`, which no scrape configuration has{hint}: it never fires."


_CONFIG = "scrape_configs:\n  - job_name: shop-server\n    static_configs:\n      - targets: ['shop:8000']\n"
_RULES = 'groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up{job="shop-service"} == 0\n'

RULE = Rule(
    id="AUD603",
    name="alert-selects-unknown-job",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every alert that selects a job select one that Prometheus scrapes?",
    why='`up{job="..."} == 0` on a job that does not exist selects nothing: the service can be down without an alert.',
    limits="Not judged where any job takes its targets from files or services, or may rewrite the label `job`: its names are not in the file.",
    fix="Write the job as `job_name` of the scrape configuration spells it.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"prometheus"}),
    examples=(
        Example(
            title="spelt otherwise than in the scrape configuration",
            files={"monitoring/prometheus.yml": _CONFIG, "monitoring/alerts.yml": _RULES},
            found=("monitoring/alerts.yml:5",),
        ),
        Example(
            title="a job that rewrites other labels",
            files={
                "a/prometheus.yml": _CONFIG
                + "    relabel_configs:\n      - source_labels: [__address__]\n        target_label: instance\n",
                "a/alerts.yml": _RULES,
            },
            found=("a/alerts.yml:5",),
        ),
        Example(
            title="a job that is given its name by relabelling",
            files={
                "prometheus.yml": _CONFIG
                + "    relabel_configs:\n      - source_labels: [app]\n        target_label: job\n",
                "alerts.yml": _RULES,
            },
        ),
        Example(
            title="a pattern that matches the job, and one that is to be missing",
            files={
                "monitoring/prometheus.yml": _CONFIG,
                "monitoring/trial.yml": 'groups:\n  - name: shop\n    rules:\n      - alert: Always\n        expr: absent_over_time(up{job="blah"}[1m])\n',
                "monitoring/alerts.yml": _RULES.replace('job="shop-service"', 'job=~"shop-.*"'),
            },
        ),
    ),
    check_repository=_check,
)
