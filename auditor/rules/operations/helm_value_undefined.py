"""AUD650: a template of a Helm chart puts in a value that no values file has."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.helm_values import Chart, charts, paths_above
from auditor.facts.invocations import invocations
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = facts.derive(charts)
    given = " ".join(word for one in facts.derive(invocations) if one.name in ("helm", "helmfile") for word in one.words) if found else ""  # fmt: skip
    for chart in found:
        if not chart.keys or chart.fact.library or "/charts/" in f"/{chart.folder}/".replace("/charts/", "/", 1):
            continue
        asked = {use.path for _, use in chart.uses if not use.plain}
        seen: set[str] = set()
        for path, use in chart.uses:
            if (
                not use.plain
                or use.guarded
                or use.path in seen
                or _is_asked(use.path, asked)
                or not _is_lacking(chart, use.path, given)
            ):
                continue
            seen.add(use.path)
            message = f"The template puts in `{use.path}`, which no values file has: the value is empty."
            yield Hit(path, use.line, use.line, message, use.path)


def _is_asked(path: str, asked: set[str]) -> bool:
    """Whether a condition or a default asks for the value, or for what holds it."""
    return path in asked or not asked.isdisjoint(paths_above(path))


def _is_lacking(chart: Chart, path: str, given: str) -> bool:
    own = path.partition(".")[0] not in chart.foreign
    return own and chart.lacks(path) and path not in chart.others and f"{path}=" not in given


_CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"

RULE = Rule(
    id="AUD650",
    name="helm-value-undefined",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every value that the templates of a chart put in have a default, or a values file that sets it?",
    why="Helm puts nothing in without a word: the bucket is empty, and the service stops at its own check, or worse, does not.",
    limits=(
        "A value that any condition, default or `required` asks for is the operator's to give, and so is one within a condition, below an empty "
        "mapping or a value of a chart that this one depends on."
    ),
    fix="Give the value a default in values.yaml, or ask for it with `required`.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"helm-template"}),
    check_repository=_check,
    examples=(
        Example(
            title="a bucket that no values file names",
            files={
                "chart/Chart.yaml": _CHART,
                "chart/values.yaml": "storage:\n  region: eu\n",
                "chart/templates/job.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n  region: {{ .Values.storage.region }}\n  bucket: {{ .Values.storage.bucket | quote }}\n",
            },
            found=("chart/templates/job.yaml:5",),
        ),
        Example(
            title="values with a default, asked for first, or set for production and on the command line",
            files={
                "chart/Chart.yaml": _CHART,
                "chart/values.yaml": "storage:\n  region: eu\n  extra: {}\n",
                "chart/values-production.yaml": "storage:\n  bucket: live\n",
                "chart/templates/job.yaml": (
                    'apiVersion: v1\nkind: ConfigMap\ndata:\n  region: {{ .Values.storage.region }}\n  bucket: {{ .Values.storage.bucket }}\n  tier: {{ .Values.storage.tier | default "hot" }}\n'
                    "  {{- if .Values.storage.key }}\n  key: {{ .Values.storage.key }}\n  {{- end }}\n  one: {{ .Values.storage.extra.one }}\n  tag: {{ .Values.tag }}\n"
                ),
                "deploy.sh": "#!/bin/sh\nhelm upgrade --install shop chart --set tag=1.2.3\n",
            },
        ),
    ),
)
