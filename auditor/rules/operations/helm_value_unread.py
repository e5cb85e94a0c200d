"""AUD651: a values file of a Helm chart sets what no template of the chart asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.helm_values import Chart, charts, paths_above
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_CONDITION = "enabled"
"""By this a chart that depends on this one switches it on."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for chart in facts.derive(charts):
        if chart.whole or chart.fact.library or _borrows(chart):
            continue
        unread = tuple(_unread(chart))
        if unread and not _makes_templates(chart, facts):
            yield from unread


def _unread(chart: Chart) -> Iterator[Hit]:
    told: set[str] = set()
    for path, key in sorted(chart.keys.items(), key=lambda one: one[1].line):
        if path.partition(".")[0] in chart.foreign or path == _CONDITION or not told.isdisjoint(paths_above(path)):
            continue
        if not chart.asks_for(path):
            told.add(path)
            message = f"`{path}` is set, and no template of the chart reads it."
            yield Hit(chart.values, key.line, key.line, message, path)


def _makes_templates(chart: Chart, facts: RepositoryFacts) -> bool:
    """Whether git ignores templates of the chart, which whoever packs it then makes."""
    folders = facts.derive(_template_folders)[_templates_of(chart)]
    return any(is_ignored(f"{one}/made.yaml", facts) for one in folders)


def _templates_of(chart: Chart) -> str:
    return f"{chart.folder}/templates" if chart.folder else "templates"


def _template_folders(facts: RepositoryFacts) -> Mapping[str, list[str]]:
    """The folders within the templates of each chart, by the uppermost of them; for `RepositoryFacts.derive`."""
    found: dict[str, list[str]] = {_templates_of(one): [] for one in facts.derive(charts)}
    for folder in sorted(facts.folders):
        above = folder
        while above:
            if above in found:
                found[above].append(folder)
            above = above.rpartition("/")[0]
    return found


def _borrows(chart: Chart) -> bool:
    """Whether templates of other charts are used, which read what they please."""
    return any(name not in chart.defines for _, name, _ in chart.includes)


_CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"

RULE = Rule(
    id="AUD651",
    name="helm-value-unread",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every value that a chart offers read by one of its templates?",
    why="Whoever sets `archive.keepDays` believes that something is kept for so long, and nothing reads it.",
    limits="Charts that hand all values on, or use templates of other charts, are left alone, and so are the values of charts that one depends on.",
    fix="Read the value where it was meant to act, or remove it.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"helm-template"}),
    check_repository=_check,
    examples=(
        Example(
            title="a retention that nothing reads",
            files={
                "chart/Chart.yaml": _CHART,
                "chart/values.yaml": "archive:\n  bucket: live\n  keepDays: 30\nalerts:\n  enabled: true\n  team: shop\n",
                "chart/templates/job.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n  bucket: {{ .Values.archive.bucket }}\n",
            },
            found=("chart/values.yaml:3", "chart/values.yaml:4"),
        ),
        Example(
            title="templates that git ignores, and a release makes",
            files={
                ".gitignore": "chart/templates/crds/*.yaml\n",
                "chart/Chart.yaml": _CHART,
                "chart/values.yaml": "installKinds: true\n",
                "chart/templates/job.yaml": "apiVersion: v1\nkind: ConfigMap\n",
                "chart/templates/crds/README.md": "# Made by make kinds\n",
            },
        ),
        Example(
            title="values that are read with what holds them, or belong to another chart",
            files={
                "chart/Chart.yaml": _CHART
                + "dependencies:\n  - name: redis\n    version: 1.0.0\n    repository: https://charts.example.com\n",
                "chart/values.yaml": "enabled: true\nresources:\n  limits:\n    cpu: 1\nredis:\n  auth: true\nnodes:\n  - one\n",
                "chart/templates/job.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n  {{- toYaml .Values.resources | nindent 2 }}\n  {{- range .Values.nodes }}\n  {{ . }}: one\n  {{- end }}\n",
            },
        ),
    ),
)
