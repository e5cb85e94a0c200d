"""AUD652: a Helm chart needs a chart or a template of its own that is not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from auditor.facts.helm_chart import HelmChart
from auditor.facts.helm_values import charts
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCAL = "file://"


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(HelmChart):
        folder = file.path.rpartition("/")[0]
        for one in fact.dependencies:
            target = posixpath.normpath(posixpath.join(folder, one.repository.removeprefix(_LOCAL)))
            local = one.repository.startswith(_LOCAL) and not target.startswith("..")
            if local and not facts.exists(f"{target}/Chart.yaml"):
                message = f"The chart depends on {one.name!r} in {target!r}, where no chart is: it cannot be built."
                yield Hit(file.path, one.line, one.line, message, one.name)
        installs = file.name == "Chart.yaml" and bool(fact.name) and not fact.library and not fact.dependencies
        if installs and facts.folders.isdisjoint(_inside(folder)):
            message = f"The chart {fact.name!r} has no templates and needs no other chart: it installs nothing."
            yield Hit(file.path, 1, 1, message, fact.name)
    for chart in facts.derive(charts):
        alone = not chart.dependencies and not facts.exists(f"{chart.folder}/charts") and not chart.fact.library
        if not alone or "/charts/" in f"/{chart.folder}":
            continue
        for path, name, line in chart.includes:
            if name not in chart.defines and "{{" not in name:
                message = (
                    f"The template includes `{name}`, which no template of the chart defines: it cannot be rendered."
                )
                yield Hit(path, line, line, message, name)


def _inside(folder: str) -> tuple[str, ...]:
    """Where a chart keeps what it installs."""
    base = f"{folder}/" if folder else ""
    return tuple(f"{base}{name}" for name in ("templates", "charts", "crds"))


_CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"

RULE = Rule(
    id="AUD652",
    name="helm-chart-incomplete",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is everything that a chart is put together from in the repository?",
    why="`helm dependency build` and `helm template` stop at what is missing: the chart has never been installed as it is.",
    limits="Judged are dependencies by `file://`, and includes of charts that depend on no others.",
    fix="Add the chart or the template, or name the one that is there.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"helm-chart"}),
    check_repository=_check,
    examples=(
        Example(
            title="an example in a comment",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/_helpers.tpl": '{{- /*\n  Write it so:\n  {{ include "shop.name" . }}\n  {{ include "demo.cakes" (dict "cakes" 5) }}\n*/}}\n{{- define "shop.name" -}}\nshop\n{{- end }}\n',
                "chart/templates/job.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "shop.name" . }}\n',
            },
        ),
        Example(
            title="a library that is not there, and labels that nobody defined",
            files={
                "deploy/shop/Chart.yaml": _CHART
                + "dependencies:\n  - name: base\n    version: 1.0.0\n    repository: file://../base\n",
                "deploy/cart/Chart.yaml": _CHART,
                "deploy/empty/Chart.yaml": _CHART,
                "deploy/cart/templates/job.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {{- include "cart.labels" . | nindent 4 }}\n',
            },
            found=("deploy/cart/templates/job.yaml:4", "deploy/empty/Chart.yaml:1", "deploy/shop/Chart.yaml:7"),
        ),
        Example(
            title="a library that is there, and labels that are defined",
            files={
                "deploy/shop/Chart.yaml": _CHART
                + "dependencies:\n  - name: base\n    version: 1.0.0\n    repository: file://../base\n",
                "deploy/base/Chart.yaml": _CHART,
                "deploy/base/templates/_base.tpl": '{{- define "base.name" -}}\nshop\n{{- end }}\n',
                "deploy/cart/Chart.yaml": _CHART,
                "deploy/cart/templates/_helpers.tpl": '{{- define "cart.labels" -}}\napp: cart\n{{- end }}\n',
                "deploy/cart/templates/job.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {{- include "cart.labels" . | nindent 4 }}\n',
            },
        ),
    ),
)
