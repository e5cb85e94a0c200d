"""AUD323: a secret is given under a name that the settings do not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_inventory import NameRecord, Place, inventory
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingReaders, setting_readers
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NAMED = 3


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    readers = facts.derive(setting_readers)
    if readers.walks or not readers.closed:
        return
    records = [
        one for one in facts.derive(inventory) if one.name.startswith(readers.closed) and is_secret_name(one.name)
    ]
    for record in records:
        if record.uses or record.validated or readers.may_read(record.name) or _is_others(record.name):
            continue
        meant = _meant(record, records, readers)
        for place in _first_of_each_file(record):
            message = f"`{record.name}` is given here, and the settings have no such field{meant}."
            yield Hit(place.path, place.mention.line, place.mention.line, message, record.name)


def _is_others(name: str) -> bool:
    """Whether an image, a framework or a platform may be the one that reads a name."""
    return is_read_elsewhere(name) or is_given(name)


def _meant(record: NameRecord, records: list[NameRecord], readers: SettingReaders) -> str:
    """The secrets that the settings read under the same head: one of them may be meant."""
    head = next(one for one in readers.closed if record.name.startswith(one))
    read = [one.name for one in records if one.uses and one.name.startswith(head)]
    words = set(record.name.removeprefix(head).split("_"))
    near = [name for name in read if words & set(name.removeprefix(head).split("_"))] or read
    return " (read are " + ", ".join(f"`{name}`" for name in near[:_NAMED]) + ")" if near else ""


def _first_of_each_file(record: NameRecord) -> Iterator[Place]:
    seen: set[str] = set()
    for place in sorted((*record.passed, *(one for one in record.declared if is_env_template(one.path)))):
        if place.path not in seen:
            seen.add(place.path)
            yield place


_SETTINGS = (
    "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Settings(BaseSettings):\n"
    '    model_config = SettingsConfigDict(env_prefix="SHOP_")\n\n    currency: str = "EUR"\n    bank_token: SecretStr\n    letter_key: SecretStr | None = None\n'
)

RULE = Rule(
    id="AUD323",
    name="secret-given-in-vain",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are secrets given to the program under the names that its settings have?",
    why="A key under another name reaches nobody: what needs it is switched off, or the program does not start.",
    limits=(
        "Judged are names behind the `env_prefix` of pydantic settings that take no other names than their fields, without nested ones; a name that anything else in "
        "the repository reads or puts together is passed over, as is one under the head of a well-known image or framework (`MINIO_`), and so is a repository that goes through the whole environment."
    ),
    fix="Give it under the name of the field, or add the field.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"names", "setting-words"}),
    check_repository=_check,
    examples=(
        Example(
            title="a name that the image beside the program reads, under the same head as its settings",
            files={
                "shop/settings.py": _SETTINGS.replace("SHOP_", "MINIO_"),
                "compose.yml": "services:\n  store:\n    image: minio/minio\n    environment:\n      MINIO_ROOT_PASSWORD: ${STORE_PASSWORD}\n",
                ".env.example": "MINIO_BANK_TOKEN=\nSTORE_PASSWORD=\n",
            },
        ),
        Example(
            title="a key under another name, in a template and for a step",
            files={
                "shop/settings.py": _SETTINGS,
                "tools/render.py": "import os\n\n\ndef render(values):\n    return {f\"SHOP_{name.upper()}\": value for name, value in values.items()}, os.environ['OUT']\n",
                ".env.example": "SHOP_CURRENCY=EUR\nSHOP_BANK_TOKEN=\nSHOP_LETTER_SECRET=\n",
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: shop migrate\n        env:\n          SHOP_BANK_TOKEN: ${{ secrets.BANK }}\n"
                    "          SHOP_LETTER_TOKEN: ${{ secrets.LETTER }}\n"
                ),
            },
            found=(".env.example:3", ".github/workflows/deploy.yml:9"),
        ),
        Example(
            title="names that another program reads, nested ones, and settings that take any name",
            files={
                "shop/settings.py": _SETTINGS,
                "scripts/save.sh": '#!/bin/sh\ncurl -H "Authorization: $SHOP_STORE_TOKEN" https://store.shop.test/\n',
                "desk/settings.py": _SETTINGS.replace("SHOP_", "DESK_").replace(
                    'env_prefix="DESK_"', 'env_prefix="DESK_", extra="allow"'
                ),
                "till/settings.py": _SETTINGS.replace("SHOP_", "TILL_").replace(
                    'env_prefix="TILL_"', 'env_prefix="TILL_", env_nested_delimiter="__"'
                ),
                ".env.example": "SHOP_BANK_TOKEN=\nSHOP_STORE_TOKEN=\nDESK_STORE_TOKEN=\nTILL_BANK__TOKEN=\nOTHER_STORE_TOKEN=\n",
            },
        ),
    ),
)
