"""AUD307: a class of settings has a secret that no env template and no document names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from auditor.facts.names_fact import Default
from auditor.facts.names_inventory import NameRecord, Place, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.template_gaps import template_gaps

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if not any(is_env_template(file.path) for file in facts.files):
        return
    records = facts.derive(inventory)
    backwards = sorted(one.name[::-1] for one in records if one.declared and not _only_a_field(one, facts))
    told = {(gap.settings, name) for gap in facts.derive(template_gaps) for name in gap.missing}
    for record in records:
        if not is_secret_name(record.name) or record.passed or not _only_a_field(record, facts):
            continue
        if _ends_a_longer(record.name, backwards):
            continue  # a part of other settings, which the template asks for under a longer name
        for use in _fields(record):
            if use.mention.default is not Default.VALUE and (use.path, record.name) not in told:
                message = f"`{record.name}` is a secret of these settings, and neither an env template nor a document asks for it: it stays empty."
                yield Hit(use.path, use.mention.line, use.mention.line, message, record.name)


def _ends_a_longer(name: str, backwards: list[str]) -> bool:
    """Whether one of the sorted names, which are written backwards, ends with this one behind an underscore."""
    begun = f"{name[::-1]}_"
    at = bisect_left(backwards, begun)
    return at < len(backwards) and backwards[at].startswith(begun)


def _fields(record: NameRecord) -> tuple[Place, ...]:
    """The uses that are fields: such a line declares the name as well."""
    lines = {(one.path, one.mention.line) for one in record.declared}
    return tuple(one for one in record.uses if (one.path, one.mention.line) in lines)


def _only_a_field(record: NameRecord, facts: RepositoryFacts) -> bool:
    languages = {file.language for one in record.declared if (file := facts.by_path.get(one.path))}
    return languages == {Language.PYTHON}


RULE = Rule(
    id="AUD307",
    name="secret-setting-in-no-template",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the env template ask for every secret of the settings?",
    why="Whoever sets up the system fills in the template. A key that only the class of settings knows stays empty, and what needs it is off.",
    limits="Fields of pydantic settings with the name of a secret and no default or an empty one, in repositories that have an env template; a name that any configuration, document, image, composition or workflow gives or asks for is known, and AUD324 tells of those that a template of the same settings lacks.",
    fix="Name it in the env template, or delete the field.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"names"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="a token that the template of these settings lacks, which AUD324 tells, and one that may be empty",
            files={
                ".env.example": "BANK_URL=\nTRACE_URL=\nSHOP_CURRENCY=\n",
                "app/settings.py": (
                    "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    shop_currency: str\n    bank_url: str\n    bank_token: str\n"
                    '    trace_url: str\n    trace_token: str = ""\n'
                ),
            },
            found=("app/settings.py:9",),
        ),
        Example(
            title="an encryption key that nobody is asked for",
            files={
                ".env.example": "JWT_SECRET=\n",
                "app/settings.py": (
                    'from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    jwt_secret: str\n    backup_encryption_key: str = ""\n'
                    '    sms_token: str | None = Field(default=None)\n    chat_webhook: str = "https://hooks.example.com/shop"\n    cache_key: str = ""\n    signing_secret: str = "kept-for-tests"\n'
                ),
            },
            found=("app/settings.py:7", "app/settings.py:8", "app/settings.py:9"),
        ),
        Example(
            title="asked for in a document, given by a composition, or nothing to fill in at all",
            files={
                ".env.example": "JWT_SECRET=\n",
                "docs/setup.md": "# Set up\n\n| Name | Meaning |\n|---|---|\n| `SMS_TOKEN` | of the gateway |\n",
                "compose.yml": "services:\n  api:\n    image: shop\n    environment:\n      CHAT_WEBHOOK: ${CHAT_WEBHOOK}\n",
                "app/settings.py": 'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    jwt_secret: str\n    sms_token: str = ""\n    chat_webhook: str = ""\n',
            },
        ),
        Example(
            title="a part of other settings",
            files={
                ".env.example": "MAIL__API_KEY=\n",
                "app/settings.py": 'from pydantic_settings import BaseSettings\n\n\nclass Mail(BaseSettings):\n    api_key: str = ""\n',
            },
        ),
        Example(
            title="no template",
            files={
                "app/settings.py": 'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    mail_token: str = ""\n'
            },
        ),
    ),
)
