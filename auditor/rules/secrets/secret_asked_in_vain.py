"""AUD313: an env template asks for a secret that nothing reads, among settings that are read."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import words_elsewhere
from auditor.facts.unread_settings import judged_templates
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    mentioned, _ = repository.derive(words_elsewhere)
    templates = repository.derive(judged_templates)
    for record in repository.derive(inventory):
        if record.name in mentioned or not is_secret_name(record.name):
            continue
        for place in record.declared:
            if record.name in templates.get(place.path, {}):
                message = f"The template asks for `{record.name}`, which nothing in the repository reads."
                yield Hit(place.path, place.mention.line, place.mention.line, message, record.name)


_CODE = (
    "import os\n\nTOKEN = os.environ['SHOP_TOKEN']\nURL = os.environ['SHOP_URL']\nTIMEOUT = os.getenv('SHOP_TIMEOUT')\n"
)

RULE = Rule(
    id="AUD313",
    name="secret-asked-in-vain",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Is every secret that the env template asks for read by something?",
    why="Whoever sets up the system obtains a key for nothing, or sets one name while the code reads another.",
    limits="A name that any code or configuration mentions, in whatever letters, counts as read, and so does one that a known image or library reads by itself. A template of which the repository reads little is taken for that of another program.",
    fix="Delete it from the template, or read it under this name.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"names", "setting-words"}),
    check_repository=_check,
    examples=(
        Example(
            title="a key for nothing",
            files={
                ".env.example": "SHOP_TOKEN=\nSHOP_URL=\nSHOP_TIMEOUT=\nWEATHER_API_KEY=\n",
                "app.py": _CODE,
            },
            found=(".env.example:4",),
        ),
        Example(
            title="read in another way",
            files={
                ".env.example": "SHOP_TOKEN=\nSHOP_URL=\nSHOP_TIMEOUT=\nWEATHER_API_KEY=\nMAIL_PASSWORD=\n",
                "app.py": f"{_CODE}\n\nclass Settings:\n    weather_api_key: str\n",
                "docker-compose.yml": "services:\n  api:\n    environment:\n      - MAIL_PASSWORD\n",
            },
        ),
    ),
)
