"""AUD324: an env template lacks a secret without which the settings refuse to start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from auditor.facts.names_fact import Default
from auditor.facts.names_inventory import NameRecord, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 3
"""How many fields of the settings a template must offer before it is taken for theirs."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    records = facts.derive(inventory)
    fields, required = _settings(records, facts)
    if not required:
        return
    for path, offered in sorted(_templates(records).items()):
        for source in sorted(required):
            if len(fields[source] & offered.keys()) < _FEWEST:
                continue
            near = {one: offered[one] for one in fields[source] & offered.keys()}
            missing = [(_beside(name, near), name) for name in sorted(required[source] - offered.keys())]
            for line in sorted({line for line, _ in missing}):
                names = [name for one, name in missing if one == line]
                shown = ", ".join(f"`{name}`" for name in names)
                message = f"The template does not ask for {shown}, without which the settings of {source} raise an error at the start."
                yield Hit(path, line, line, message, names[0])


def _settings(
    records: tuple[NameRecord, ...], facts: RepositoryFacts
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """The names of all fields of typed settings by file, and those of the secrets that have no default."""
    fields: defaultdict[str, set[str]] = defaultdict(set)
    required: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        declared = {(one.path, one.mention.line) for one in record.declared}
        for use in record.uses:
            file = facts.by_path.get(use.path)
            if (use.path, use.mention.line) not in declared or file is None or file.language is not Language.PYTHON:
                continue
            fields[use.path].add(record.name)
            if use.mention.default is Default.NONE and is_secret_name(record.name):
                required[use.path].add(record.name)
    return fields, required


def _templates(records: tuple[NameRecord, ...]) -> Mapping[str, dict[str, int]]:
    """The names that each env template offers, with their lines."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for record in records:
        for place in record.declared:
            if is_env_template(place.path):
                found[place.path].setdefault(record.name, place.mention.line)
    return found


def _beside(name: str, offered: Mapping[str, int]) -> int:
    """The line of the name that it has most in common with: there people look for it."""

    def common(other: str) -> int:
        pairs = zip(name.split("_"), other.split("_"), strict=False)
        return next((number for number, (one, another) in enumerate(pairs) if one != another), len(name))

    return min(offered.items(), key=lambda one: (-common(one[0]), one[1]))[1]


_SETTINGS = (
    "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    shop_currency: str\n    bank_url: str\n"
    "    bank_token: SecretStr\n    letter_url: str\n    letter_key: SecretStr | None = None\n    trace_url: str\n    trace_token: SecretStr\n"
)

RULE = Rule(
    id="AUD324",
    name="required-secret-in-no-template",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the env template ask for every secret without which the program does not start?",
    why="Whoever sets up the system fills in the template, and the program stops with an error about a name that it never mentions.",
    limits="Fields of pydantic settings with the name of a secret and no default, and templates that offer at least three fields of the same file.",
    fix="Name it in the template, with a value to fill in.",
    since="0.6.0",
    effort=5,
    reads=frozenset({"names"}),
    check_repository=_check,
    examples=(
        Example(
            title="a token beside the address that it is for",
            files={
                "shop/settings.py": _SETTINGS,
                ".env.example": "SHOP_CURRENCY=EUR\nBANK_URL=https://bank.shop.test\nLETTER_URL=https://letters.shop.test\nTRACE_TOKEN=\n",
            },
            found=(".env.example:2",),
        ),
        Example(
            title="everything asked for, a template of another program, and secrets that may be empty",
            files={
                "shop/settings.py": _SETTINGS,
                ".env.example": "SHOP_CURRENCY=EUR\nBANK_URL=https://bank.shop.test\nBANK_TOKEN=\nTRACE_TOKEN=\n",
                "web/.env.example": "BANK_URL=https://bank.shop.test\nPAGE_TITLE=Shop\n",
            },
        ),
    ),
)
