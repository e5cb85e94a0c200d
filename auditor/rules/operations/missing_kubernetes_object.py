"""AUD622: a manifest refers to an object that no manifest of the repository defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.account_words import AccountWords
from auditor.facts.deployed_names import brings_resources, manifest_names
from auditor.facts.invocations import invocations
from auditor.facts.kubernetes_names import KubernetesNames
from auditor.facts.kubernetes_references import KubernetesReferences, Reference
from auditor.facts.kustomization import Kustomization
from auditor.facts.made_objects import made_objects
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.terraform import TerraformFile
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.operations.unselected_pods import unselected
from auditor.rules.references.told_commands import closest

__all__ = ["RULE"]

_GENERATORS = (".jsonnet", ".libsonnet", "helmfile.yaml", "skaffold.yaml", "cdk8s.yaml", "Chart.yaml", "Pulumi.yaml", ".cue", ".ytt.yaml")  # fmt: skip
_GIVEN = frozenset({("serviceaccount", "default"), ("configmap", "kube-root-ca.crt"), ("host", "kubernetes")})
_SECRETS = frozenset({"secret", "externalsecret", "sealedsecret", "secretproviderclass", "clusterexternalsecret"})
_WORKLOADS = frozenset({"deployment", "statefulset"})
"""Kinds that commands ask after, wait for and change, and hardly ever make."""
_WORDS = {
    "persistentvolumeclaim": "claim", "configmap": "config map", "secret": "secret", "serviceaccount": "service account", "service": "service",
    "host": "service",
}  # fmt: skip


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from unselected(facts)
    open_names = any(fact.open for _, fact in facts.of(KubernetesNames))
    if open_names or any(path.endswith(_GENERATORS) for path in facts.all_paths):
        return
    if any(fact.opens for _, fact in facts.of(Kustomization)):
        return  # generators and remote bases make names that are in no manifest
    defined = {kind: set(names) for kind, names in facts.derive(made_objects).items()}
    told = facts.derive(_told)
    made, accounts = facts.derive(_accounts_elsewhere), "serviceaccount" in defined
    if _keeps_whole_programs(facts, defined):
        defined.setdefault("serviceaccount", set())
    for file, references in facts.of(KubernetesReferences):
        if file.role is not Role.SHIPPED:
            continue
        for one in references.items:
            if _is_judged(one, defined) and not _is_met(one, defined, told, made):
                what = _WORDS.get(one.kind, one.kind)
                message = f"No manifest of the repository defines the {what} `{one.name}`{closest(one.name, _offered(one, defined))}."
                alone = one.kind == "serviceaccount" and not accounts
                yield Hit(file.path, one.line, one.line, message, one.name, Severity.LOW if alone else None)


def _keeps_whole_programs(facts: RepositoryFacts, defined: dict[str, set[str]]) -> bool:
    """Whether the manifests hold a program with its service, and nothing beside them makes accounts for it."""
    declared = (address for _, fact in facts.of(TerraformFile) for address in fact.declares)
    return {"deployment", "service"} <= defined.keys() and not any("service_account" in one for one in declared)


def _told(facts: RepositoryFacts) -> tuple[frozenset[str], bool]:
    """The words of all commands that speak of Kubernetes, and whether one brings objects of others."""
    words: set[str] = {name for _, fact in facts.of(ShellFile) for name in manifest_names(fact.program)}
    foreign = False
    for one in facts.derive(invocations):
        if one.name in ("kubectl", "oc", "helm", "kubeseal", "eksctl"):
            words.update(part for word in one.words for part in word.split("="))
            foreign = foreign or brings_resources(one)
    return frozenset(words), foreign


def _is_judged(one: Reference, defined: dict[str, set[str]]) -> bool:
    """Whether the repository keeps objects of such a kind, so that one that is missing tells something."""
    if one.kind == "image" or (one.kind, one.name) in _GIVEN:
        return False
    if one.kind == "secret":
        return any(kind in defined for kind in _SECRETS)
    if one.kind in ("host", "service"):
        return "service" in defined
    return one.kind in ("persistentvolumeclaim", "configmap") or one.kind in defined


def _offered(one: Reference, defined: dict[str, set[str]]) -> frozenset[str]:
    kinds = _SECRETS if one.kind == "secret" else {"service"} if one.kind == "host" else {one.kind}
    return frozenset(name for kind in kinds for name in defined.get(kind, ()))


def _accounts_elsewhere(facts: RepositoryFacts) -> frozenset[str]:
    """What may be accounts that something else than a manifest makes; for `RepositoryFacts.derive`."""
    return frozenset(word for _, fact in facts.of(AccountWords) for word in fact.words)


def _is_met(
    one: Reference, defined: dict[str, set[str]], told: tuple[frozenset[str], bool], made: frozenset[str]
) -> bool:
    words, foreign = told
    if one.name in _offered(one, defined) or (one.name in words and one.kind not in _WORKLOADS):
        return True
    if one.kind == "serviceaccount":
        return one.name in made
    return one.kind in ("host", "service") and foreign


_POD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: shop/web:1.4.0\n"
    "          env:\n            - name: CACHE\n              value: redis://{host}:6379/0\n          envFrom:\n            - configMapRef:\n                name: {config}\n"
    "      volumes:\n        - name: data\n          persistentVolumeClaim:\n            claimName: {claim}\n"
)
_API = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop-api\nspec:\n  replicas: {{ .Values.replicas }}\n  template:\n    metadata:\n      labels:\n        app: shop\n        component: api\n"
_SCALER = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: shop\nspec:\n  minReplicas: 1\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n"
_BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: shop\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: shop\n      component: {component}\n"
_RUNNER = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      serviceAccountName: web-runner\n      containers:\n"
    "        - name: web\n          image: shop/web:1.4.0\n"
)
_OTHERS = (
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: cache\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-config\n---\n"
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: web-data\n"
)


def _pod(host: str, config: str, claim: str) -> str:
    return _POD.replace("{host}", host).replace("{config}", config).replace("{claim}", claim)


RULE = Rule(
    id="AUD622",
    name="missing-kubernetes-object",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do the manifests define every claim, config map, secret, account and service that they refer to?",
    why="A pod whose claim or config map is not there stays pending for ever; one whose service has another name starts and reaches nothing.",
    limits=(
        "Not judged where charts, kustomizations or generators make names, nor accounts whose name stands in something else that speaks of them. Secrets, accounts, services and workloads are judged where manifests define some; what a "
        "command names that speaks to Kubernetes counts as made by hand."
    ),
    fix="Define the object, or mend its name.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"kubernetes-references", "selected-pods"}),
    check_repository=_check,
    examples=(
        Example(
            title="a scaler of what is not there, and a config map that a generator makes",
            files={
                "k8s/kustomization.yaml": "resources: [web.yaml, scaler.yaml]\nconfigMapGenerator:\n  - name: web-settings\n    literals:\n      - SHOP=https://shop.io\n",
                "k8s/web.yaml": _pod("cache", "web-settings", "web-data") + "---\n" + _OTHERS,
                "k8s/scaler.yaml": _SCALER.replace("{name}", "webb"),
            },
            found=("k8s/scaler.yaml:10",),
        ),
        Example(
            title="an autoscaler of a deployment that only a command speaks of",
            files={
                "k8s/web.yaml": _pod("cache", "web-config", "web-data")
                .split("      volumes:")[0]
                .replace("          envFrom:\n            - configMapRef:\n                name: web-config\n", "")
                + "---\n"
                + _OTHERS
                + "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  scaleTargetRef:\n    kind: Deployment\n    name: website\n",
                "deploy.sh": "kubectl rollout status deployment/website\n",
            },
            found=("k8s/web.yaml:37",),
        ),
        Example(
            title="an autoscaler and a budget of a chart that reach no pod",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/api.yaml": _API
                + "---\n"
                + _SCALER.format(name="shop")
                + "---\n"
                + _BUDGET.format(component="web"),
                "alone/Chart.yaml": "apiVersion: v2\nname: alone\nversion: 1.0.0\n",
                "alone/templates/api.yaml": _API
                + "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: store\nspec:\n  selector:\n    app: kafka\n",
                "other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 1.0.0\n",
                "other/templates/api.yaml": _API
                + "---\n"
                + _SCALER.format(name="shop-api")
                + "---\n"
                + _BUDGET.format(component="api"),
            },
            found=("chart/templates/api.yaml:22", "chart/templates/api.yaml:33"),
        ),
        Example(
            title="an account that no manifest makes, in folders that a kustomization gathers",
            files={
                "deploy/base/kustomization.yaml": "resources:\n  - web.yaml\n  - service.yaml\n",
                "deploy/base/web.yaml": _RUNNER,
                "deploy/base/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n",
            },
            found=("deploy/base/web.yaml:8",),
        ),
        Example(
            title="an account that Terraform makes, and a kustomization that makes names",
            files={
                "infra/main.tf": 'resource "kubernetes_service_account" "web" {\n  metadata {\n    name = "web-runner"\n  }\n}\n',
                "deploy/web.yaml": _RUNNER,
                "deploy/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n",
            },
        ),
        Example(
            title="accounts that eksctl and a program make",
            files={
                "infra/cluster.yaml": (
                    "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: shop\niam:\n  serviceAccounts:\n    - metadata:\n        name: web-runner\n        namespace: shop\n"
                ),
                "infra/stack.ts": 'export const mailer = cluster.addServiceAccount("mailer", { name: "mail-runner" });\n',
                "deploy/web.yaml": _RUNNER,
                "deploy/mail.yaml": _RUNNER.replace("web", "mail"),
                "deploy/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n",
            },
        ),
        Example(
            title="a service, a config map and a claim of other names",
            files={"k8s/web.yaml": _pod("redis-service", "web-settings", "storage"), "k8s/others.yaml": _OTHERS},
            found=("k8s/web.yaml:13", "k8s/web.yaml:16", "k8s/web.yaml:20"),
        ),
        Example(
            title="services that a config map and a secret speak of",
            files={
                "k8s/others.yaml": _OTHERS,
                "k8s/settings.yaml": (
                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-settings\ndata:\n  CACHE: cache:6379\n  QUEUE: amqp://queue-service:5672/\n---\n"
                    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web-secrets\nstringData:\n  DATABASE_URL: postgresql://web:x@database-service.shop.svc:5432/web\n"
                ),
            },
            found=("k8s/settings.yaml:14", "k8s/settings.yaml:7"),
        ),
        Example(
            title="what is defined, or made by a command",
            files={
                "k8s/web.yaml": _pod("cache", "web-config", "by-hand"),
                "k8s/others.yaml": _OTHERS,
                "setup.sh": "#!/bin/sh\nkubectl create -f - <<EOF\nkind: PersistentVolumeClaim\nmetadata:\n  name: by-hand\nEOF\n",
            },
        ),
        Example(
            title="a workload that is deployed from elsewhere",
            files={
                "k8s/scale.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: web\n"
            },
        ),
        Example(
            title="names that a kustomization makes",
            files={
                "k8s/web.yaml": _pod("redis-service", "web-settings", "storage"),
                "k8s/others.yaml": _OTHERS,
                "k8s/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: shop-\n",
            },
        ),
    ),
)
