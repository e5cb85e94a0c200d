"""AUD657: a kustomization reads a file that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.kustomization import Kustomization
from auditor.facts.paths import joined_path, stays_inside
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(Kustomization):
        if file.role is not Role.SHIPPED:
            continue
        folder = file.path.rpartition("/")[0]
        for one in fact.paths:
            place = joined_path(folder, one.path)
            made_later = one.secret or is_ignored(place, facts)
            if place and not made_later and stays_inside(folder, one.path) and not facts.exists(place):
                message = (
                    f"The kustomization reads `{one.path[:120]}`, which is not in the repository: it cannot be built."
                )
                yield Hit(file.path, one.line, one.line, message)


_DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n"

RULE = Rule(
    id="AUD657",
    name="kustomized-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file there that a kustomization reads?",
    why="`kustomize build` fails at the first file that is missing: the overlay has never been deployed in this form.",
    limits="Resources, components, patches and files of generators that are written out. Addresses, files of secrets and what git ignores are left alone.",
    fix="Commit the file, or take the entry out.",
    since="0.5.0",
    effort=15,
    reads=frozenset({"kustomization"}),
    check_repository=_check,
    examples=(
        Example(
            title="a patch, a base and a file of settings that are not there",
            files={
                "deploy/base/kustomization.yaml": "resources:\n  - shop.yaml\n",
                "deploy/base/shop.yaml": _DEPLOYMENT,
                "deploy/prod/kustomization.yaml": (
                    "resources:\n  - ../base\n  - ../monitoring\n  - github.com/shop/base?ref=v1\n  - https://example.org/shop.yaml\npatches:\n  - path: limits.yaml\n"
                    "configMapGenerator:\n  - name: shop\n    files:\n      - shop.conf=files/shop.conf\nsecretGenerator:\n  - name: token\n    envs:\n      - token.env\n"
                ),
            },
            found=(
                "deploy/prod/kustomization.yaml:3",
                "deploy/prod/kustomization.yaml:7",
                "deploy/prod/kustomization.yaml:11",
            ),
        ),
        Example(
            title="patches inline and files that are there",
            files={
                "deploy/kustomization.yaml": "resources:\n  - shop.yaml\n  - ./more/\npatches:\n  - target:\n      kind: Deployment\n    patch: |-\n      - op: replace\n",
                "deploy/shop.yaml": _DEPLOYMENT,
                "deploy/more/kustomization.yaml": "resources: []\n",
            },
        ),
    ),
)
