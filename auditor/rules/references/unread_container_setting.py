"""AUD795: a container of the repository's own program is given settings that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.container_environment import ContainerEnvironment, GivenName, GivenNames
from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingReaders, setting_readers
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 5
"""How many names the repository must read of a container that it does not build before that is taken for its own program's."""
_NAMED = 3
_SHARE = 4
"""The reader of a config map reads one name in so many."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    readers = facts.derive(setting_readers)
    if readers.walks:
        return
    for file, fact in facts.of(ContainerEnvironment):
        for container in fact.containers:
            for group in _groups(_unread(container, readers)):
                names = ", ".join(f"`{one.name}`" for one in group[:_NAMED])
                more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
                message = f"The container is given {names}{more}, which nothing in the repository reads."
                yield Hit(file.path, group[0].line, group[-1].line, message, group[0].name)


def _unread(container: GivenNames, readers: SettingReaders) -> list[GivenName]:
    """The names that nothing reads, where the container is plainly that of the code at hand."""
    read = [one for one in container.names if readers.may_read(one.name)]
    own = [one for one in read if not is_read_elsewhere(one.name) and not is_given(one.name)]
    if not _is_own(container, len(own), len(read)):
        return []
    left = [one for one in container.names if not readers.may_read(one.name) and not is_given(one.name)]
    told = [one for one in left if one.name.startswith(readers.closed) and is_secret_name(one.name)]
    told = [one for one in told if not is_read_elsewhere(one.name)]  # by AUD323
    return [one for one in left if one not in told and not is_read_elsewhere(one.name, in_own_container=True)]


def _is_own(container: GivenNames, own: int, read: int) -> bool:
    """Whether the names that the repository reads make it the reader of all."""
    if container.built:
        return own > 0
    if container.mapped:
        return own >= _NAMED and _SHARE * read >= len(container.names)
    return own >= _FEWEST and 4 * read >= 3 * len(container.names)


def _groups(names: list[GivenName]) -> list[list[GivenName]]:
    groups: list[list[GivenName]] = []
    for one in names:
        if groups and one.line - groups[-1][-1].line <= _NAMED:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


_CODE = "import os\n\nURL = os.environ['SHOP_URL']\nMODE = os.environ['SHOP_MODE']\nLIMIT = os.getenv('SHOP_LIMIT')\nSTORE = os.environ['SHOP_STORE'], os.environ['SHOP_CURRENCY']\n"

RULE = Rule(
    id="AUD795",
    name="unread-container-setting",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every setting read that a deployment gives to the repository's own containers?",
    why="A switch that nothing reads is on in the manifest and nowhere else: encryption, limits and audit are believed to work.",
    limits=(
        "Judged are containers that a composition builds, and others of whose names the repository reads at least five, and three of four; config maps whose keys are all settings, of which it reads three, and one in four. Names of well-known images and libraries "
        "are passed over, and so are repositories that go through the whole environment."
    ),
    fix="Read it, or strike it from the deployment.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"container-environment"}),
    check_repository=_check,
    examples=(
        Example(
            title="a switch for nothing",
            files={
                "shop/main.py": _CODE,
                "k8s/shop.yaml": (
                    "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          env:\n"
                    "            - name: SHOP_URL\n              value: a\n            - name: SHOP_MODE\n              value: a\n            - name: SHOP_LIMIT\n              value: a\n"
                    "            - name: SHOP_STORE\n              value: a\n            - name: SHOP_CURRENCY\n              value: a\n            - name: SHOP_ENCRYPTION_ENABLED\n              value: 'true'\n"
                ),
            },
            found=("k8s/shop.yaml:19",),
        ),
        Example(
            title="a config map, of which code reads most",
            files={
                "shop/main.py": _CODE,
                "k8s/settings.yaml": (
                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n  SHOP_URL: a\n  SHOP_MODE: a\n  SHOP_LIMIT: '1'\n  SHOP_RETRY_COUNT: '3'\n"
                    "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: forum\ndata:\n  FORUM_MODE: a\n  FORUM_LIMIT: '1'\n"
                    "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: files\ndata:\n  shop.conf: |\n    a=b\n  SHOP_OTHER_MODE: a\n"
                ),
            },
            found=("k8s/settings.yaml:9",),
        ),
        Example(
            title="somebody else's container, and what images read",
            files={
                "shop/main.py": _CODE,
                "compose.yaml": (
                    "services:\n  shop:\n    build: .\n    environment:\n      SHOP_URL: a\n      SHOP_MODE: b\n      SHOP_LIMIT: 1\n      OTEL_SERVICE_NAME: shop\n"
                    "  forum:\n    image: forum\n    environment:\n      - FORUM_MODE=a\n      - SHOP_URL=b\n"
                ),
            },
        ),
    ),
)
