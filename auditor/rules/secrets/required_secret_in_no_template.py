"""AUD324: an env template lacks a secret without which the settings refuse to start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.template_gaps import template_gaps

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for gap in facts.derive(template_gaps):
        beside: defaultdict[int, list[str]] = defaultdict(list)
        for name, line in gap.missing.items():
            beside[line].append(name)
        for line, names in sorted(beside.items()):
            shown = ", ".join(f"`{name}`" for name in names)
            message = f"The template does not ask for {shown}, without which the settings of {gap.settings} raise an error at the start."
            yield Hit(gap.template, line, line, message, names[0])


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
            title="a token that belongs beside the name with the most words in common, be another longer",
            files={
                "shop/settings.py": (
                    "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    bank: str\n    bank_letters_url: str\n"
                    "    bank_letters_token: SecretStr\n    trace_url: str\n"
                ),
                ".env.example": "BANK=eur\nTRACE_URL=https://trace.shop.test\nBANK_LETTERS_URL=https://letters.shop.test\n",
            },
            found=(".env.example:3",),
        ),
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
