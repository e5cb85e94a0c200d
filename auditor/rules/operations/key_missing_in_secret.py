"""AUD638: a container asks a secret or config map of the repository for a key that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.invocations import invocations
from auditor.facts.kubernetes_keys import KubernetesKeys
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest

__all__ = ["RULE"]

_WORDS = {"secret": "secret", "configmap": "config map"}
_GENERATORS = ("kustomization.yaml", "kustomization.yml", "Chart.yaml", "helmfile.yaml")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    generated = any(path.rpartition("/")[2] in _GENERATORS for path in facts.all_paths)
    held = facts.derive(_fetched) if generated else {**facts.derive(_held), **facts.derive(_fetched)}
    told = {
        part
        for one in facts.derive(invocations)
        if one.name in ("kubectl", "oc")
        for word in one.words
        for part in word.split("=")
    }
    for file, fact in facts.of(KubernetesKeys):
        for one in fact.asked if file.role is Role.SHIPPED else ():
            keys = held.get((one.kind, one.name))
            if keys is not None and one.key not in keys and one.key not in told:
                what = _WORDS[one.kind]
                message = f"The {what} `{one.name}` of the manifests has no key `{one.key}`{closest(one.key, keys)}: the container is not started."
                yield Hit(file.path, one.line, one.line, message, one.key)


def _fetched(facts: RepositoryFacts) -> Mapping[tuple[str, str], frozenset[str]]:
    """The keys of the secrets that an operator makes, which no generator adds to; for `RepositoryFacts.derive`."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    own = {one.name for _, fact in facts.of(KubernetesKeys) for one in fact.held if one.kind == "secret"}
    for _, fact in facts.of(KubernetesKeys):
        for one in fact.held:
            if one.kind == "externalsecret" and one.name not in own:
                found["secret", one.name] = found.get(("secret", one.name), frozenset()) | one.keys
    return found


def _held(facts: RepositoryFacts) -> Mapping[tuple[str, str], frozenset[str]]:
    """The keys of each secret and config map, all manifests of one name together; for `RepositoryFacts.derive`."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for _, fact in facts.of(KubernetesKeys):
        for one in fact.held:
            if one.name and one.kind != "externalsecret":
                found[one.kind, one.name] = found.get((one.kind, one.name), frozenset()) | one.keys
    return {name: keys for name, keys in found.items() if keys}


_HOLDER = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-secrets\nstringData:\n  DATABASE_URL: postgresql://db:5432/shop\n"
_FETCHED = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: shop\nspec:\n  target:\n    name: {name}\n  data:\n    - secretKey: DATABASE_URL\n      remoteRef:\n        key: {{{{ .Values.path }}}}\n"
_JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: backup\nspec:\n  template:\n    spec:\n      containers:\n        - name: backup\n          image: postgres:16\n"
    "          env:\n            - name: PGPASSWORD\n              valueFrom:\n                secretKeyRef:\n                  name: {name}\n                  key: {key}\n"
)

RULE = Rule(
    id="AUD638",
    name="key-missing-in-secret",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the secrets and config maps of the manifests have every key that containers ask them for?",
    why="Kubernetes answers `CreateContainerConfigError`: the nightly backup never starts, and no log tells of it.",
    limits=(
        "Judged are objects that the manifests define with keys. Keys that a command names that speaks to Kubernetes count, and nothing is said where "
        "charts or kustomizations are in use, but of what the External Secrets Operator fetches by a list of keys."
    ),
    fix="Add the key to the object, or ask for the one that it has.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"kubernetes-keys"}),
    check_repository=_check,
    examples=(
        Example(
            title="a backup that wants the password alone",
            files={"k8s/secret.yaml": _HOLDER, "k8s/backup.yaml": _JOB.format(name="shop-secrets", key="PGPASSWORD")},
            found=("k8s/backup.yaml:16",),
        ),
        Example(
            title="a key that the operator does not fetch, in a chart",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/secret.yaml": _FETCHED.format(name="shop"),
                "chart/templates/job.yaml": _JOB.format(name="shop", key="PGPASSWORD"),
                "chart/templates/other.yaml": _JOB.format(name="shop", key="DATABASE_URL"),
                "chart/templates/third.yaml": _JOB.format(name="bank", key="PGPASSWORD"),
            },
            found=("chart/templates/job.yaml:16",),
        ),
        Example(
            title="a key that is there, one that a command adds, and the secret of somebody else",
            files={
                "k8s/secret.yaml": _HOLDER,
                "k8s/backup.yaml": _JOB.format(name="shop-secrets", key="DATABASE_URL"),
                "k8s/check.yaml": _JOB.format(name="shop-secrets", key="TOKEN"),
                "k8s/other.yaml": _JOB.format(name="vault-secrets", key="PASSWORD"),
                "setup.sh": "#!/bin/sh\nkubectl create secret generic shop-secrets --from-literal=TOKEN=$TOKEN\n",
            },
        ),
    ),
)
