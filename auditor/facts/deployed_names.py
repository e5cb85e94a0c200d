"""Which container or Kubernetes resource a command acts on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram, all_commands

__all__ = [
    "Named",
    "brings_resources",
    "container_named",
    "is_of_cluster",
    "manifest_names",
    "names_given",
    "resource_named",
]

_NAME = pattern(r"^[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?$")
_GIVEN = pattern(r"(?m)^\s*(?:- )?name:\s*[\"']?([a-z0-9][a-z0-9.-]*)")
_ACTS = frozenset(
    {"logs", "exec", "restart", "stop", "start", "inspect", "kill", "stats", "top", "port", "rm", "attach", "commit"}
)
_VALUES = frozenset({
    "-f", "--format", "-e", "--env", "-u", "--user", "-w", "--workdir", "--tail", "-n", "--since", "--until", "-t", "--time", "-s",
    "--signal", "--env-file", "--type",
})  # fmt: skip
_SWITCHES = frozenset({("logs", "-f"), ("logs", "-t"), ("exec", "-t"), ("rm", "-f"), ("stop", "-f"), ("rm", "-s")})
_KINDS = {
    "deployment": "deployment", "deployments": "deployment", "deploy": "deployment", "statefulset": "statefulset",
    "statefulsets": "statefulset", "sts": "statefulset", "daemonset": "daemonset", "ds": "daemonset", "cronjob": "cronjob",
    "service": "service", "svc": "service", "ingress": "ingress", "hpa": "horizontalpodautoscaler", "deployment.apps": "deployment",
}  # fmt: skip
_COPIES = "--from=cronjob/"
"""What ``kubectl create job`` takes its work from."""
_BRINGS = frozenset({"apply", "create", "replace"})
_VERBS = frozenset({"rollout", "scale", "set", "patch", "logs", "exec", "get", "describe", "port-forward", "expose", "autoscale", "annotate", "label", "wait", "edit", "restart"})  # fmt: skip


_OF_CLUSTER = pattern(
    r"^(?:default$|kube|istio|ingress|nginx-ingress|cert-manager|argo|flux|grafana|prometheus|alertmanager|loki|tempo|jaeger|kiali|linkerd|traefik|coredns|metrics-server|"
    r"cluster|calico|cilium|keda|vault|external-|sealed-|velero|fluent|monitoring|observability|logging|tracing|gatekeeper|kyverno|longhorn|rook|knative|karpenter|openshift|elastic|opentelemetry|otel|aws-|azure|gke|gmp|olm|operator|rabbitmq-system|cnpg|chaos|litmus|tekton|crossplane|rancher|metallb|amazon-|dashboard|datadog|newrelic)"
)
"""How that is called which people install into any cluster beside what a repository deploys."""


def is_of_cluster(name: str) -> bool:
    """Whether an object or namespace is one of the cluster's equipment, which no repository of a program needs to define."""
    return _OF_CLUSTER.search(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name with its line; `kind` is that of the Kubernetes resource in lower case, or ``container``."""

    name: str
    line: int
    kind: str


def container_named(one: Invocation) -> Iterator[Named]:
    """The container that a docker command acts on, if its name is written out."""
    words = list(zip(one.words, one.lines, strict=True))[1:]
    if one.name != "docker" or not words:
        return
    if words[0][0] == "container":
        words = words[1:]
    if not words or words[0][0] not in _ACTS:
        return
    verb, at = words[0][0], 1
    while at < len(words) and words[at][0].startswith("-"):
        option = words[at][0]
        takes = option in _VALUES and (verb, option) not in _SWITCHES and "=" not in option
        at += 2 if takes else 1
    if at < len(words) and _NAME.search(words[at][0]) and not _is_id(words[at][0]):
        yield Named(name=words[at][0], line=words[at][1], kind="container")


def _is_id(word: str) -> bool:
    return all(sign in "0123456789abcdef" for sign in word)


def resource_named(one: Invocation) -> Named | None:
    """The Kubernetes resource that kubectl acts on: ``deployment/name`` or ``deployment name``."""
    if one.name != "kubectl" or "--context" in one.words:
        return None
    words = list(zip(one.words, one.lines, strict=True))[1:]
    copied = next(((word.removeprefix(_COPIES), line) for word, line in words if word.startswith(_COPIES)), None)
    if copied is not None:
        return Named(name=copied[0], line=copied[1], kind="cronjob") if _NAME.search(copied[0]) else None
    if not any(word in _VERBS for word in one.words[1:6]):
        return None
    for index, (word, line) in enumerate(words):
        kind, slash, name = word.partition("/")
        if kind not in _KINDS or (word == "restart" and not slash):
            continue
        at = line
        if not slash and index + 1 < len(words):
            name, at = words[index + 1]
        return Named(name=name, line=at, kind=_KINDS[kind]) if _NAME.search(name) else None
    return None


def names_given(one: Invocation) -> Iterator[str]:
    """The names that a command gives to containers."""
    for option, value in pairwise(one.words):
        if option == "--name":
            yield value
    yield from (word.partition("=")[2] for word in one.words if word.startswith("--name="))
    if one.words[:2] == ("docker", "rename"):
        yield one.words[-1]


def manifest_names(program: ShellProgram) -> Iterator[str]:
    """The names in manifests that a shell program writes or applies itself."""
    for command in all_commands(program.body):
        for redirect in command.redirects:
            if redirect.operator == "<<":
                yield from (match.group(1) for match in _GIVEN.finditer(redirect.target.text))


def brings_resources(one: Invocation) -> bool:
    """Whether a command deploys what is not in the repository: a published chart, a manifest of the web, an operator."""
    if one.name == "helm":
        return bool({"install", "upgrade"} & set(one.words)) and not any(
            word.startswith(("./", "@/")) for word in one.words
        )
    if one.name not in ("kubectl", "oc"):
        return False
    makes = any(before == "create" and word in _KINDS for before, word in pairwise(one.words))
    fetches = bool(_BRINGS & set(one.words[1:6])) and any("://" in word for word in one.words)
    return makes or fetches or one.words[1:2] in (("expose",), ("run",))
