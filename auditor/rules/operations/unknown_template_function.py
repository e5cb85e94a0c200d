"""AUD648: the text of an alert uses a function that Prometheus' templates do not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from auditor.facts.helm_text import is_template_path
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ACTION = pattern(r"\{\{-?([^{}]{1,300}?)-?\}\}")
_STRING = pattern(r"\"[^\"]*\"|`[^`]*`|'[^']*'")
_CALLED = pattern(r"(?:^|\||\()\s*([A-Za-z_]\w*)(?:\s|\||\)|$)")
_OF_PROMETHEUS = frozenset({
    "query", "first", "label", "value", "sortByLabel", "strvalue", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage",
    "humanizeTimestamp", "toTime", "toDuration", "now", "title", "toUpper", "toLower", "stripPort", "stripDomain", "match", "reReplaceAll", "graphLink",
    "tableLink", "externalURL", "pathPrefix", "parseDuration", "urlQueryEscape", "args", "tmpl", "safeHtml", "safeText",
})  # fmt: skip
"""https://prometheus.io/docs/prometheus/latest/configuration/template_reference/"""
_OF_GO = frozenset({
    "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call",
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil", "true", "false",
})  # fmt: skip
"""https://pkg.go.dev/text/template"""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PrometheusFile):
        if fact.rules is None or file.language is not Language.YAML or is_template_path(file.path):
            continue
        for rule in fact.rules.rules:
            for annotation in rule.annotations:
                unknown = next(_unknown(annotation.text), "")
                if unknown:
                    message = f"Prometheus' templates have no function `{unknown}`{_hint(unknown)}: the file of `{rule.name}` is refused as a whole."
                    yield Hit(file.path, annotation.line, annotation.line, message, rule.name)


def _unknown(text: str) -> Iterator[str]:
    for action in _ACTION.finditer(text):
        inner = _STRING.sub('""', action.group(1)).strip()
        for match in _CALLED.finditer(inner):
            name = match.group(1)
            if name not in _OF_PROMETHEUS and name not in _OF_GO:
                yield name


def _hint(name: str) -> str:
    near = difflib.get_close_matches(name, sorted(_OF_PROMETHEUS), 1, 0.6)
    return f"; `{near[0]}` is one" if near else ""


def _rules(text: str) -> str:
    return f"groups:\n  - name: shop\n    rules:\n      - alert: Full\n        expr: up == 0\n        annotations:\n          summary: '{text}'\n"


RULE = Rule(
    id="AUD648",
    name="unknown-template-function",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every function in the texts of alerts exist in Prometheus' templates?",
    why="One unknown function makes Prometheus refuse the whole file of rules, with every alert in it.",
    limits="Texts in the templates of charts are not judged: what stands there may be Helm's.",
    fix="Use a function of the template reference (`humanize1024` writes bytes), and check with `promtool check rules`.",
    since="0.5.0",
    effort=5,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="a function of another tool",
            files={"alerts.yml": _rules("{{ $value | humanizeSize }} used")},
            found=("alerts.yml:7",),
        ),
        Example(
            title="functions, variables, words and branches that there are",
            files={
                "alerts.yml": _rules(
                    '{{ $labels.shop | title }}: {{ printf "%.2f of | many" $value }} {{ with query "up | no" }}{{ . | first | value | humanize1024 }}{{ end }} '
                    "{{ if gt $value 1.0 }}{{ reReplaceAll `a|b c` $labels.shop $externalURL }}{{ else }}-{{ end }} {{ $x := .Value }}"
                )
            },
        ),
    ),
)
