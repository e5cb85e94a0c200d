"""AUD309: an env template asks for a secret that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import words_elsewhere
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    mentioned, _ = repository.derive(words_elsewhere)
    records = repository.derive(inventory)
    if not any(record.uses for record in records):
        return  # whatever reads the template, it is not here
    for record in records:
        if (
            record.uses
            or record.validated
            or record.passed
            or record.name in mentioned
            or not is_secret_name(record.name)
        ):
            continue
        for place in record.declared:
            if is_env_template(place.path):
                message = f"The template asks for `{record.name}`, which nothing in the repository reads."
                yield Hit(place.path, place.mention.line, place.mention.line, message, record.name)


RULE = Rule(
    id="AUD309",
    name="unused-declaration",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    question="Is every secret that the env template asks for read by something?",
    why="Whoever sets up the system obtains a key for nothing, or sets one name while the code reads another.",
    limits="A name that any code or configuration mentions, in whatever letters, counts as read; so does one that a library reads by itself, if the repository names it.",
    fix="Delete it from the template, or read it under this name.",
    since="0.1.0",
    lifecycle=Lifecycle.RETIRED,
    effort=5,
    reads=frozenset({"names"}),
    check_repository=_check,
    examples=(
        Example(
            title="a key for nothing",
            files={
                ".env.example": "SHOP_TOKEN=\nWEATHER_API_KEY=\n",
                "app.py": "import os\n\nTOKEN = os.environ['SHOP_TOKEN']\n",
            },
            found=(".env.example:2",),
        ),
        Example(
            title="read in another way",
            files={
                ".env.example": "SHOP_TOKEN=\nWEATHER_API_KEY=\nMAIL_PASSWORD=\n",
                "app.py": "import os\n\nTOKEN = os.environ['SHOP_TOKEN']\n\n\nclass Settings:\n    weather_api_key: str\n",
                "docker-compose.yml": "services:\n  api:\n    environment:\n      - MAIL_PASSWORD\n",
            },
        ),
    ),
)
