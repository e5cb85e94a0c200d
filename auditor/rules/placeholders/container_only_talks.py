"""AUD140: a container that only prints, or sleeps and prints, where work is expected."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.kubernetes_containers import ContainerSpec, KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import all_commands
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "ash"})
_SAYS = frozenset({"echo", "printf"})
_IDLE = _SAYS | {"sleep", "true", ":", "date", "exit", "set"}
_MEANT = pattern(
    r"(?i)debug|dummy|pause|placeholder|hello|example|demo|keep-?alive|sidecar-test|image-?pull|pre-?pull|pre-?load"
)
_CLAIMS = pattern(
    r"(?i)wait|migrat|schema|ready|readiness|check|verif|backup|restore|seed|init-?(?:db|data|permissions)|deploy|health|sync|prepare"
)
"""Names of containers that others count on."""
_SLEEPS = pattern(r"^(?:/(?:usr/)?bin/)?sleep\s+\d{1,4}[smh]?(?:\s*(?:;|&&)\s*(?:true|exit 0|exit))?$")


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(KubernetesContainers)
    for one in fact.containers if fact is not None else ():
        if one.words and not _MEANT.search(one.name) and _only_talks(one):
            message = f"The container {one.name!r} only prints that it did its work."
            yield Hit(source.path, one.command_line, one.command_line, message, one.name)
        elif _CLAIMS.search(one.name) and _only_sleeps(one):
            message = f"The container {one.name!r} sleeps for a fixed time, and looks at nothing."
            yield Hit(source.path, one.command_line, one.command_line, message, one.name)


def _only_sleeps(one: ContainerSpec) -> bool:
    """Whether a container lets a fixed time pass: ``["sleep", "5"]``, or the same in a shell."""
    text = one.words[-1] if one.words and one.words[0] in _SHELLS else " ".join(one.words)
    return _SLEEPS.search(text.strip()) is not None


def _only_talks(one: ContainerSpec) -> bool:
    name = one.words[0].rpartition("/")[2]
    if name in _SAYS:
        return True
    text = one.words[-1]
    if one.words[0] not in _SHELLS or not any(word.startswith("-") and word.endswith("c") for word in one.words[1:]):
        return False
    try:
        names = [command.name for command in all_commands(read_shell(text).body)]
    except ParseFailure:
        return False
    return bool(names) and set(names) <= _IDLE and bool(_SAYS & set(names)) and "infinity" not in text


_POD = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: shop-restore\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
    "          initContainers:\n            - name: wait-for-store\n              image: busybox:1.36\n              command: ['sh', '-c', '{first}']\n"
    "          containers:\n            - name: restore\n              image: shop:1.0\n              command: ['sh', '-c', '{second}']\n"
)

RULE = Rule(
    id="AUD140",
    name="container-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every container of the manifests do the work that it is there for?",
    why="A job that prints 'restore check passed' each night is green each night; an init container that sleeps and says 'database ready' has asked no database.",
    limits="Judged are the commands of containers in Kubernetes manifests and Helm templates that consist of printing, sleeping and nothing else; containers named for debugging or demonstration are left alone.",
    fix="Run the check or the work; wait for a service by asking it.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"kubernetes-containers"}),
    triggers=("echo", "printf", "sleep"),
    check_file=_check,
    examples=(
        Example(
            title="a container that is there to have its image pulled",
            files={
                "k8s/pull.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pull\nspec:\n  initContainers:\n    - name: image-pull-shop\n      image: shop:1.0\n      command: ['sh', '-c', 'echo pulled']\n"
            },
        ),
        Example(
            title="a wait that asks nobody, and a restore in words",
            files={"k8s/restore.yaml": _POD.format(first="sleep 15 && echo store is up", second="echo restored")},
            found=("k8s/restore.yaml:13", "k8s/restore.yaml:17"),
        ),
        Example(
            title="a wait for a schema that is a sleep, and one that is named for sleeping",
            files={
                "k8s/wait.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  initContainers:\n    - name: wait-for-schema\n      image: shop:1.0\n      command: ['sleep', '5']\n    - name: slow-start\n      image: shop:1.0\n      command: ['sleep', '5']\n"
            },
            found=("k8s/wait.yaml:9",),
        ),
        Example(
            title="a wait that asks, and work with a word about it",
            files={
                "k8s/restore.yaml": _POD.format(
                    first="until nc -z store 5432; do sleep 1; done; echo up", second="echo restoring; /app/restore"
                )
            },
        ),
    ),
)
