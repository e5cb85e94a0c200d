"""AUD348: a template of a Helm chart takes a value from a secret that nothing makes."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.helm_text import COMPUTED, is_template_path
from auditor.facts.invocations import invocations
from auditor.facts.kubernetes_containers import KubernetesContainers, SecretName
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    objects = {name for _, fact in facts.of(KubernetesContainers) for _, name in fact.objects if name}
    told: set[str] | None = None
    for file, fact in facts.of(KubernetesContainers):
        if not is_template_path(file.path) or "/templates/tests/" in f"/{file.path}":
            continue
        for one in fact.secrets:
            if one.kind != "secret" or one.optional or COMPUTED in one.name or _is_made(one, objects):
                continue
            told = told if told is not None else _told(facts)
            if one.name not in told:
                message = (
                    f"The secret `{one.name}` is made by no template, command or document: the pod does not start."
                )
                yield Hit(file.path, one.line, one.line, message, one.name)


def _is_made(one: SecretName, objects: set[str]) -> bool:
    """Whether an object bears the name, or one that may come to it once it is computed."""
    for name in objects:
        start, computed, end = name.partition(COMPUTED)
        if name == one.name or (computed and one.name.startswith(start) and one.name.endswith(end.rpartition(COMPUTED)[2]) and (start or end)):  # fmt: skip
            return True
    return False


def _told(facts: RepositoryFacts) -> set[str]:
    return {part for one in facts.derive(invocations) for word in one.words for part in word.replace("=", " ").split()}


_CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
_POD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop:1.0\n"
    "          env:\n            - name: PAGER_TOKEN\n              valueFrom:\n                secretKeyRef:\n                  name: shop-pager\n                  key: token\n"
)

RULE = Rule(
    id="AUD348",
    name="chart-secret-undefined",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every secret that a chart names by a fixed name made, or its making described?",
    why="The pod waits in CreateContainerConfigError until somebody guesses which secret is meant, and what is in it.",
    limits="Judged are fixed names in Helm templates; names that come from values are the operator's, and any command or document that speaks of the secret counts.",
    fix="Make the secret in the chart, let its name be a value, or document how to create it.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"kubernetes-containers"}),
    check_repository=_check,
    examples=(
        Example(
            title="a secret that nobody makes",
            files={"chart/Chart.yaml": _CHART, "chart/templates/shop.yaml": _POD},
            found=("chart/templates/shop.yaml:15",),
        ),
        Example(
            title="a secret that a command makes",
            files={
                "chart/Chart.yaml": _CHART,
                "chart/templates/shop.yaml": _POD,
                "setup.sh": "#!/bin/sh\nkubectl create secret generic shop-pager --from-literal=token=$TOKEN\n",
            },
        ),
    ),
)
