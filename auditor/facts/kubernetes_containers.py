"""The containers of Kubernetes manifests and of Helm's templates (https://kubernetes.io/docs/reference/kubernetes-api/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.helm_text import is_chart_template, read_manifests
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, walk
from auditor.model.source import Language

__all__ = ["PARSER", "ContainerSpec", "HttpProbe", "KubernetesContainers", "SecretName", "Suspended"]

_LISTS = ("containers", "initContainers")
_SCRAPED_PATH = "prometheus.io/path"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")

_HOOKS = ("postStart", "preStop")
_RESUMES = pattern(r"suspend[\"']?\s*:\s*false|/spec/suspend[\"']?\s*,?\s*[\"']?value[\"']?\s*:\s*false")
_NAME = pattern(r"(?m)^\s*name:\s*[\"']?([\w.-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProbe:
    """The path that a probe asks for, with its line."""

    path: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """One container: its command with arguments, and what its probes ask for and its hooks run."""

    name: str
    line: int
    image: str
    words: tuple[str, ...]
    command_line: int
    probes: tuple[HttpProbe, ...]
    probe_commands: tuple[tuple[tuple[str, ...], int], ...]
    hook_commands: tuple[tuple[tuple[str, ...], int], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class SecretName:
    """A secret or config map that a container takes values from."""

    name: str
    line: int
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """A job by the clock that is switched off, and the line that does it."""

    name: str
    schedule: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesContainers(Fact):
    """The containers of one file, the kinds and names of its objects, the secrets that it reads from, and jobs that are switched off.

    `scrapes` are the paths that annotations tell Prometheus to ask pods and services for.
    `resumed` are the names of those that it switches on, by a manifest or by a patch; ``*`` for a patch of any job.
    """

    kind: ClassVar[str] = "kubernetes-containers"
    containers: tuple[ContainerSpec, ...]
    objects: tuple[tuple[str, str], ...]
    secrets: tuple[SecretName, ...]
    scrapes: tuple[HttpProbe, ...] = ()
    suspended: tuple[Suspended, ...] = ()
    resumed: tuple[str, ...] = ()


def _parse(source: Source) -> KubernetesContainers | None:
    text = source.text
    if "apiVersion" not in text or "kind" not in text:
        return None
    roots = read_manifests(source.path, text)
    objects = tuple((one.text("kind").lower(), one.mapping("metadata").text("name")) for one in roots if isinstance(one, Mapping))  # fmt: skip
    containers: list[ContainerSpec] = []
    secrets: list[SecretName] = []
    scrapes: list[HttpProbe] = []
    for root in roots:
        for node in walk(root):
            if isinstance(node, Mapping):
                containers += _containers(node)
                secrets += _secrets(node)
                scrapes += _scrapes(node)
    if not objects:
        return None
    return KubernetesContainers(
        containers=tuple(containers),
        objects=objects,
        secrets=tuple(sorted(set(secrets))),
        scrapes=tuple(scrapes),
        suspended=tuple(one for root in roots for one in _suspended(root)),
        resumed=tuple(one for root in roots for one in _resumed(root)),
    )


def _suspended(root: Node) -> Iterator[Suspended]:
    """A CronJob with ``suspend: true`` (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension)."""
    if not isinstance(root, Mapping) or root.text("kind") != "CronJob":
        return
    value = root.mapping("spec").get("suspend")
    if isinstance(value, Scalar) and value.text.lower() == "true":
        yield Suspended(
            name=root.mapping("metadata").text("name"), schedule=root.mapping("spec").text("schedule"), line=value.line
        )


def _resumed(root: Node) -> Iterator[str]:
    """The jobs that a CronJob, a strategic patch of one, or the patches in a kustomization switch on."""
    if not isinstance(root, Mapping):
        return
    if root.text("kind") == "CronJob" and root.mapping("spec").text("suspend").lower() == "false":
        yield root.mapping("metadata").text("name")
    for one in root.items("patches") if root.text("kind") == "Kustomization" else ():
        if isinstance(one, Mapping) and _RESUMES.search(one.text("patch")):
            named = _NAME.search(one.text("patch"))
            yield one.mapping("target").text("name") or (named.group(1) if named else "*")


def _containers(node: Mapping) -> Iterator[ContainerSpec]:
    for key in _LISTS:
        value = node.get(key)
        for one in value.items if isinstance(value, Sequence) else ():
            if isinstance(one, Mapping) and one.text("image"):
                yield _container(one)


def _container(one: Mapping) -> ContainerSpec:
    command = [*one.items("command"), *one.items("args")]
    probes = [(key, one.mapping(key)) for key in _PROBES]
    paths = [(key, probe.mapping("httpGet").get("path")) for key, probe in probes]
    run = [probe.mapping("exec").items("command") for _, probe in probes]
    hooks = [one.mapping("lifecycle").mapping(key).mapping("exec").items("command") for key in _HOOKS]
    return ContainerSpec(
        name=one.text("name"),
        line=one.line,
        image=one.text("image"),
        words=_texts(command),
        command_line=command[0].line if command else one.line,
        probes=tuple(HttpProbe(path=path.text, line=path.line, kind=key) for key, path in paths if isinstance(path, Scalar)),
        probe_commands=tuple((_texts(list(words)), words[0].line) for words in run if words),
        hook_commands=tuple((_texts(list(words)), words[0].line) for words in hooks if words),
    )  # fmt: skip


def _scrapes(node: Mapping) -> Iterator[HttpProbe]:
    """``prometheus.io/path``, where nothing switches it off."""
    path = node.get(_SCRAPED_PATH)
    if isinstance(path, Scalar) and node.text("prometheus.io/scrape") != "false":
        yield HttpProbe(path=path.text, line=path.line, kind=_SCRAPED_PATH)


def _texts(nodes: list[Node]) -> tuple[str, ...]:
    return tuple(one.text for one in nodes if isinstance(one, Scalar))


def _secrets(node: Mapping) -> Iterator[SecretName]:
    for key, kind in (("secretKeyRef", "secret"), ("secretRef", "secret"), ("configMapKeyRef", "configmap"), ("configMapRef", "configmap")):  # fmt: skip
        inner = node.get(key)
        if isinstance(inner, Mapping):
            name = inner.get("name")
            if isinstance(name, Scalar):
                yield SecretName(name.text, name.line, kind, inner.text("optional") == "true")


PARSER = Parser(
    fact=KubernetesContainers,
    accepts=lambda file: file.language is Language.YAML or is_chart_template(file),
    parse=_parse,
)
