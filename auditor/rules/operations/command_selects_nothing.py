"""AUD646: a command picks pods, labels, a container or a namespace that nothing in the repository has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.facts.deployed_catalogue import DeployedCatalogue, deployed_catalogue
from auditor.facts.deployed_names import brings_resources, is_of_cluster
from auditor.facts.deployed_objects import DeployedFile
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.kubectl_words import (
    Picked,
    containers_picked,
    label_picked,
    namespace_picked,
    namespaces_made,
    pod_picked,
)
from auditor.facts.path_mentions import PathMentions
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of, stands_for_any

__all__ = ["RULE"]

_GENERATORS = (".jsonnet", ".libsonnet", "helmfile.yaml", "skaffold.yaml", "cdk8s.yaml", "Pulumi.yaml", ".cue")
_STATEFUL = "statefulset"
_SEVERAL = 2
_WORKLOADS = frozenset({"deployment", _STATEFUL, "daemonset", "job", "cronjob", "pod"})
_CONFIGURES = frozenset(
    {Language.YAML, Language.HCL, Language.TOML, Language.ENV, Language.PYTHON, Language.GO, Language.TYPESCRIPT}
)
_ENVIRONMENTS = frozenset(
    {
        "prod",
        "production",
        "staging",
        "stage",
        "dev",
        "development",
        "test",
        "testing",
        "app",
        "apps",
        "backend",
        "frontend",
        "system",
        "service",
        "default",
        "api",
    }
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    catalogue = facts.derive(deployed_catalogue)
    if (
        catalogue is None
        or not catalogue.kinds() & _WORKLOADS
        or any(path.endswith(_GENERATORS) for path in facts.all_paths)
    ):
        return
    foreign = {one.path for one in facts.derive(invocations) if brings_resources(one) or _writes_manifests(one)}
    told = [
        one
        for one in facts.derive(invocations)
        if one.name in ("kubectl", "oc") and one.path not in foreign and is_judged(facts, one)
    ]
    yield from _pods(catalogue, told)
    yield from _labels(facts, catalogue, told)
    yield from _containers(catalogue, told)
    yield from _namespaces(facts, catalogue, told)


def _writes_manifests(one: Invocation) -> bool:
    """Whether a program applies what it wrote itself, under names that stand in no manifest."""
    return one.origin is not Origin.DOCUMENT and one.name == "kubectl" and "apply" in one.words and "-" in one.words


def _pods(catalogue: DeployedCatalogue, told: list[Invocation]) -> Iterator[Hit]:
    for one in told:
        pod = pod_picked(one)
        if (
            pod is None
            or stands_for_any(pod.name)
            or is_of_cluster(pod.name)
            or pod.name == "pod"
            or catalogue.defines(_STATEFUL, pod.name)
        ):
            continue
        other = any(pod.name in catalogue.names(kind) for kind in _WORKLOADS - {_STATEFUL})
        why = ", whose pods have no numbers" if other else ""
        what = f"No manifest defines the stateful set `{pod.name}` that such a pod belongs to{why}"
        hint = "" if other else closest(pod.name, catalogue.names(_STATEFUL))
        yield _said(one, pod, f"{what}{hint}.")


def _labels(facts: RepositoryFacts, catalogue: DeployedCatalogue, told: list[Invocation]) -> Iterator[Hit]:
    files = [fact for _, fact in facts.of(DeployedFile)]
    values_of: dict[str, set[str]] = {}
    keys_of: dict[str, str] = {}
    for key, value in sorted({pair for fact in files for pair in fact.labels}):
        values_of.setdefault(key, set()).add(value)
        keys_of.setdefault(value, key)
    computed = frozenset(key for fact in files for key in fact.label_keys)
    own = frozenset(known for kind in _WORKLOADS | {"service"} for known in catalogue.names(kind)) | catalogue.roots
    begun = Counter(known.partition("-")[0] for known in own)
    for one in told:
        for label in label_picked(one):
            values = values_of.get(label.key, set())
            if label.name in values or label.key in computed or is_of_cluster(label.name):
                continue
            if label.name not in own and begun[label.name.partition("-")[0]] < _SEVERAL:
                continue  # neither one of the workloads of the repository, nor called as several of them are
            elsewhere = keys_of.get(label.name, "")
            hint = f"; `{elsewhere}={label.name}` is there" if elsewhere else closest(label.name, values)
            yield _said(one, label, f"No manifest gives the label `{label.key}={label.name}`{hint}.")


def _containers(catalogue: DeployedCatalogue, told: list[Invocation]) -> Iterator[Hit]:
    for one in told:
        for container in containers_picked(one):
            workload = catalogue.workload(*container.owner)
            if workload is None or not workload.containers or container.name in workload.containers:
                continue
            if not stands_for_any(container.name):
                what = f"The {workload.kind} `{workload.name}` has no container `{container.name}`"
                only = next(iter(sorted(workload.containers)))
                yield _said(one, container, f"{what}; there is `{only}`.")


def _namespaces(facts: RepositoryFacts, catalogue: DeployedCatalogue, told: list[Invocation]) -> Iterator[Hit]:
    known = _known_namespaces(facts)
    made = tuple(one.partition("$")[0] for one in known if "$" in one)
    if not known or any("{" in name for name in known):
        return
    given = frozenset(name for _, fact in facts.of(DeployedFile) for name in fact.namespaces)
    own = {word for one in catalogue.objects if one.kind in _WORKLOADS and not one.made for word in one.name.split("-")}
    own -= _ENVIRONMENTS
    told_of: set[tuple[str, str]] = set()
    for one in told:
        picked = namespace_picked(one)
        if picked is None or picked.name in known or stands_for_any(picked.name) or is_of_cluster(picked.name):
            continue
        if picked.name.startswith(made) or picked.name in one.made or own.isdisjoint(picked.name.split("-")):
            continue  # made, or not of this project: it shares no telling word with what is deployed
        if (one.path, picked.name) not in told_of:
            told_of.add((one.path, picked.name))
            hint = closest(picked.name, given)
            yield _said(one, picked, f"No manifest and no command makes the namespace `{picked.name}`{hint}.")


def _known_namespaces(facts: RepositoryFacts) -> frozenset[str]:
    """The namespaces that manifests name, that commands make, and all words of configurations that might be some."""
    files = [fact for _, fact in facts.of(DeployedFile)]
    found = {name for fact in files for name in fact.namespaces}
    found |= {one.name for fact in files for one in fact.objects if one.kind == "namespace"}
    if not found:
        return frozenset()
    for one in facts.derive(invocations):
        found.update(namespaces_made(one))
    for _, fact in facts.of(PathMentions, lambda file: file.language in _CONFIGURES):
        found |= fact.words
    return frozenset(found)


def _said(one: Invocation, picked: Picked, message: str) -> Hit:
    return Hit(one.path, picked.line, picked.line, message, one.symbol, severity_of(one))


_MANIFEST = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop-api\n  namespace: shop\nspec:\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: shop-api\n"
    "    spec:\n      containers:\n        - name: server\n          image: shop/api:1.4.0\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: store\n  namespace: shop\nspec:\n"
    "  template:\n    metadata:\n      labels:\n        app: shop-store\n    spec:\n      containers:\n        - name: store\n          image: shop/store:1.4.0\n"
)


def _steps(*commands: str) -> str:
    return "# Operations\n\n```sh\n" + "\n".join(commands) + "\n```\n"


RULE = Rule(
    id="AUD646",
    name="command-selects-nothing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something in the repository have the pods, labels, containers and namespaces that its commands pick?",
    why="A backup, a rollout or a look at logs that picks nothing fails in the incident that it is written for.",
    limits=(
        "Judged are repositories with manifests or charts of workloads and no generators: pods with a number, labels and namespaces that are called after the "
        "repository's own workloads and that no configuration mentions, and containers of workloads that manifests spell out."
    ),
    fix="Pick what is deployed, or add what is missing.",
    since="0.5.0",
    effort=15,
    reads=frozenset({"deployed-objects", "shell", "github-workflow", "gitlab-ci", "pipeline", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a runbook for another deployment",
            files={
                "k8s/shop.yaml": _MANIFEST,
                "docs/runbook.md": _steps(
                    "kubectl set image deployment/shop-api api=shop/api:1.5.0 -n shop",
                    "kubectl exec shop-api-0 -n shop -- ls",
                    "kubectl logs -n shop -l app=shop-api --tail=100",
                    "kubectl get pods -n shop-production",
                    "kubectl cp cache-0:/data /tmp/data",
                    "kubectl --context west-1 delete --now pod/cache-1",
                    "kubectl get pods -o wide cache-2",
                ),
            },
            found=tuple(f"docs/runbook.md:{line}" for line in range(4, 11)),
        ),
        Example(
            title="what is deployed, what others install, and what is made first",
            files={
                "k8s/shop.yaml": _MANIFEST,
                "docs/runbook.md": _steps(
                    "kubectl set image deployment/shop-api server=shop/api:1.5.0 -n shop",
                    "kubectl exec store-0 -n shop -c store -- ls",
                    "kubectl logs -n shop -l app.kubernetes.io/name=shop-api,app!=old",
                    "kubectl logs -n ingress-nginx -l app.kubernetes.io/name=ingress-nginx",
                    "kubectl create namespace shop-store-eu",
                    "kubectl get pods -n shop-store-eu",
                    "kubectl get pods -n $NAMESPACE -l app=$APP",
                    "kubectl exec pod-0 -- ls",
                    "kubectl --context west-1 exec -it store-0 -- ls",
                    "kubectl describe node worker-1",
                    "kubectl delete pvc data-store-0",
                    "kubectl cp backup-1 store-0:/data",
                    "kubectl debug node/worker-1 --image busybox-1",
                    "kubectl wait pod --for condition=Ready --timeout 60s store-0",
                ),
            },
        ),
        Example(
            title="a chart whose helper gives the labels, and the namespace of a pipeline",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\n",
                "chart/templates/_helpers.tpl": '{{- define "shop.labels" -}}\napp: {{ .Release.Name }}\n{{- end }}\n',
                "chart/templates/api.yaml": (
                    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "shop.fullname" . }}-api\n  namespace: shop\nspec:\n  template:\n    spec:\n'
                    '      containers:\n        - name: {{ .Chart.Name }}\n          image: "{{ .Values.image }}"\n'
                ),
                "deploy/settings.yaml": "target: 'shop-api-eu'\n",
                "docs/runbook.md": _steps(
                    "kubectl logs -l app=shop-api",
                    "kubectl get pods -n shop-api-eu",
                    "kubectl set image deployment/shop-api api=shop/api:1.5.0",
                ),
            },
        ),
    ),
)
