"""AUD965: the test of a chart ends with success whatever it finds."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.kubernetes_containers import ContainerSpec, KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HOOK = pattern(r"helm\.sh/hook[\"']?\s*:\s*[\"']?(?:test|test-success)\b")
_TESTS = pattern(r"(?i)(?:^|-)(?:test|tests|smoke|check|verify|probe|e2e|acceptance)(?:-|$)")
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "ash"})
_ASKS = pattern(r"\b(?:curl|wget|nc|psql|pg_isready|redis-cli|grpcurl|kubectl|pytest|python|mysql|mongosh|dig|http)\b")
_WELL = pattern(r"(?:;|\n|\|\|)\s*(?:exit 0|true|:)\s*;?\s*$")
_STRICT = pattern(r"\bset\s+-[a-z]*e|\berrexit\b")
_STRICT_OPTION = pattern(r"^-[a-z]*e[a-z]*$")
_DECIDES = pattern(r"\b(?:if|case|until|while|trap|false)\b|\bexit\s+(?:[1-9]|\$)|\[\s")
"""What gives the shell another status, or waits until the answer is the right one."""


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(KubernetesContainers)
    if fact is None:
        return
    hook = _HOOK.search(source.text) is not None or "/templates/tests/" in f"/{source.path}"
    for one in fact.containers:
        if (hook or _TESTS.search(one.name)) and _ends_well(one):
            message = f"The container {one.name!r} tests something, and ends with success whatever it finds."
            yield Hit(source.path, one.command_line, one.command_line, message, one.name)


def _ends_well(one: ContainerSpec) -> bool:
    text = one.words[-1] if one.words and one.words[0] in _SHELLS else ""
    found = _WELL.search(text)
    strict = _STRICT.search(text) is not None or any(_STRICT_OPTION.match(word) for word in one.words[1:-1])
    tolerant = found is not None and ("||" in found.group(0) or not strict)
    return tolerant and _ASKS.search(text) is not None and not _DECIDES.search(text)


def _pod(command: str, *, hook: str = "helm.sh/hook: test", name: str = "curl") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop-test\n  annotations:\n    {hook}\nspec:\n  containers:\n    - name: {name}\n      image: curlimages/curl:8.7.1\n"
        f'      command:\n        - sh\n        - -c\n        - "{command}"\n'
    )


RULE = Rule(
    id="AUD965",
    name="chart-test-without-verdict",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can the tests of the chart fail?",
    why="`helm test` reports success after each release, since the container asks the service and then exits with 0.",
    limits="Judged are containers of pods that Helm runs as tests, or that are named for a test, whose shell asks something and ends with `exit 0`, `true` or `|| true`.",
    fix="Let the status of the question be that of the container.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"kubernetes-containers"}),
    check_file=_check,
    examples=(
        Example(
            title="a test that always succeeds",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/test.yaml": _pod("curl -s http://shop/health; exit 0"),
                "k8s/smoke.yaml": _pod("wget -q -O- http://shop/health || true", hook="team: shop", name="smoke-test"),
            },
            found=("chart/templates/test.yaml:12", "k8s/smoke.yaml:12"),
        ),
        Example(
            title="a test that can fail, and a container that is none",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/test.yaml": _pod("curl -fsS http://shop/health"),
                "chart/templates/strict.yaml": _pod("set -e; curl -fsS http://shop/health; exit 0"),
                "chart/templates/option.yaml": _pod("curl -fsS http://shop/health; exit 0").replace("- -c", "- -ec"),
                "chart/templates/last.yaml": _pod("curl -fsS http://shop/health; exit"),
                "chart/templates/own.yaml": _pod("curl -fsS http://shop/health || exit 1; exit 0"),
                "chart/templates/waits.yaml": _pod("until curl -fsS http://shop/health; do sleep 1; done; exit 0"),
                "k8s/warm.yaml": _pod("curl -s http://shop/warm; true", hook="team: shop", name="warm-up"),
            },
        ),
    ),
)
