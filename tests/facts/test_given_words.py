"""Labels that monitors give, and words that may name accounts: read from manifests, templates, values and programs."""

import hashlib

import pytest

from auditor.facts import account_words, monitor_labels
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

_ENDPOINT = "spec:\n  jobLabel: app.kubernetes.io/name\n  endpoints:\n    - relabelings:\n        - "


def _source(path: str, language: Language, text: str) -> Source:
    data = text.encode()
    blob = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return Source(SourceFile(path, blob, len(data), language, Role.SHIPPED), data)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (_ENDPOINT + "targetLabel: floor\n", {"app_kubernetes_io_name", "floor"}),
        (_ENDPOINT + "action: labelmap\n          regex: depot_(.+)\n", {"app_kubernetes_io_name", "*"}),
        ("serviceMonitor:\n  targetLabels: [floor, 'aisle']\n  podTargetLabels:\n    - corner\n", {"floor", "aisle", "corner"}),
        ("labels:\n  floor: ground\n", None),
        ("relabelings: []\n", None),
    ],
)  # fmt: skip
def test_labels_of_monitors(text: str, labels: set[str] | None) -> None:
    fact = monitor_labels.PARSER.parse(_source("monitor.yaml", Language.YAML, text))
    assert (None if fact is None else getattr(fact, "labels", None)) == labels


@pytest.mark.parametrize(
    ("path", "language", "text", "is_told"),
    [
        ("irsa.tf", Language.HCL, 'namespace_service_accounts = ["shop:web-runner"]\n', True),
        ("stack.py", Language.PYTHON, 'cluster.add_service_account("web-runner")\n', True),
        ("play.yml", Language.YAML, "- k8s:\n    definition:\n      apiVersion: v1\n      kind: ServiceAccount\n      metadata: {name: web-runner}\n", True),
        ("web.yaml", Language.YAML, "apiVersion: v1\nkind: Pod\nspec:\n  serviceAccountName: web-runner\n", False),
        ("web.json", Language.JSON, '{"apiVersion": "v1", "spec": {"serviceAccountName": "web-runner"}}\n', False),
        ("main.tf", Language.HCL, 'name = "web-runner"\n', False),
    ],
)  # fmt: skip
def test_words_of_accounts(path: str, language: Language, text: str, is_told: bool) -> None:
    fact = account_words.PARSER.parse(_source(path, language, text))
    assert ("web-runner" in getattr(fact, "words", frozenset())) is is_told
