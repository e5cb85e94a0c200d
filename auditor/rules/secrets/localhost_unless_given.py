"""AUD315: a setting points at the machine itself unless it is given, and no deployment gives it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.local_defaults import LocalDefaults
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingWords, setting_readers
from auditor.facts.templates import is_env_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.started_containers import is_for_elsewhere

__all__ = ["RULE"]

_DEPLOYS = frozenset(
    {
        Language.YAML,
        Language.HCL,
        Language.ENV,
        Language.SHELL,
        Language.DOCKERFILE,
        Language.INI,
        Language.TOML,
        Language.JSON,
    }
)
_FEWEST = 2
"""How many other fields a deployment must give before it is taken for that of the program."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    modules = list(facts.of(LocalDefaults))
    if not modules or facts.derive(setting_readers).walks:
        return
    given: set[str] = set()
    for _, words in facts.of(SettingWords, _deploys):
        given.update(words.settings)
    for file, fact in modules:
        for one in fact.classes:
            if len(given.intersection(one.fields)) < _FEWEST:
                continue
            for field in one.local:
                if field.name not in given:
                    message = f"`{field.name}` is `{field.value}` unless it is given, and the deployment gives it nowhere: in production another machine is meant."
                    yield Hit(file.path, field.line, field.line, message, field.name)


def _deploys(file: SourceFile) -> bool:
    """Whether a file may give settings to what runs in production."""
    if file.language not in _DEPLOYS or file.role is not Role.SHIPPED:
        return False
    return not (is_env_template(file.path) or is_working_copy(file.path) or is_for_elsewhere(file.path))


_SETTINGS = (
    "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n\n"
    "    bank_token: str\n    currency: str = 'EUR'\n    queue_url: str = 'amqp://localhost:5672'\n    host: str = '127.0.0.1'\n"
)
_COMPOSE = "services:\n  shop:\n    image: shop:1\n    environment:\n      SHOP_BANK_TOKEN: ${BANK:?}\n      SHOP_CURRENCY: CHF\n"

RULE = Rule(
    id="AUD315",
    name="localhost-unless-given",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the deployment give every setting whose default is this machine?",
    why="In a container `localhost` is the container: the broker, mail host or model behind it is never reached, and what needs it fails or falls back.",
    limits=(
        "Fields of pydantic settings for another service, where compositions, manifests, Terraform or scripts give two others of the class. Templates, and files for development and tests, give nothing to production; "
        "programs that refuse `localhost` themselves, or read their whole environment, are left alone."
    ),
    fix="Give the setting in the deployment, or require it.",
    since="0.8.0",
    effort=15,
    reads=frozenset({"local-defaults", "setting-words"}),
    check_repository=_check,
    examples=(
        Example(
            title="a queue that only the template of the environment moves away",
            files={
                "shop/settings.py": _SETTINGS,
                "compose.prod.yml": _COMPOSE,
                ".env.example": "SHOP_QUEUE_URL=amqp://queue\n",
            },
            found=("shop/settings.py:9",),
        ),
        Example(
            title="a queue that the deployment gives",
            files={
                "shop/settings.py": _SETTINGS,
                "compose.prod.yml": f"{_COMPOSE}      SHOP_QUEUE_URL: amqp://queue\n",
            },
        ),
        Example(
            title="a program that refuses it, and one that no deployment is for",
            files={
                "shop/settings.py": f"{_SETTINGS}\n\ndef check(settings):\n    if 'localhost' in settings.queue_url:\n        raise SystemExit('no queue')\n",
                "compose.prod.yml": _COMPOSE,
                "desk/settings.py": _SETTINGS.replace("SHOP_", "DESK_"),
            },
        ),
    ),
)
