"""AUD314: a script refuses an env file that was not filled in, by a word that stands in no template."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.env_template import EnvTemplate
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENV_FILE = pattern(r"(?:^|/)(?:\.env(?:\.[\w-]+)?|[\w-]+\.env|env\.[\w-]+)$")
_STAND_IN = pattern(
    r"(?i)^[^\w]*(?:to[_-]?)?(?:change|replace|your|todo|fixme|xxx|place.?holder|example|sample|dummy|insert|fill|set.?me|default|cambi|reempla|sustitu|tu[_-]|ersetz|aendern|trocar|altere|mudar|remplac|votre|modif)"
)
_OPERATORS = ("\\|", "|")
_GREPS = frozenset({"grep", "egrep", "fgrep", "rg"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    values = [value for file, fact in facts.of(EnvTemplate) if file.role is not Role.TEST for value in fact.values]
    if not values:
        return
    for call in facts.derive(invocations):
        words = _looked_for(call)
        if words and not any(word.lower() in value.lower() for word in words for value in values):
            message = f"The check looks for {words[0][:40]!r}, and the env templates say {values[0][:40]!r}: what was never filled in passes."
            yield Hit(call.path, call.line, call.line, message, call.symbol)


def _looked_for(call: Invocation) -> list[str]:
    """The stand-ins that a grep looks for in an env file; none where it looks for anything else."""
    if call.name not in _GREPS or len(call.words) < 3:  # noqa: PLR2004 - its name, what it looks for, and where
        return []
    targets = [word for word in call.words[2:] if _ENV_FILE.search(word) and not is_env_template(word)]
    sought = next((word for word in call.words[1:] if word[:1] != "-"), "")
    if not targets or sought in targets or "$" in sought.rstrip("$"):
        return []
    for operator in _OPERATORS:
        sought = sought.replace(operator, "\n")
    words = [word.strip("^$\"'=()<>[].* ") for word in sought.split("\n")]
    words = [word for word in words if word]
    return words if words and all(_STAND_IN.search(word) for word in words) else []


_CHECK = "#!/bin/bash\nset -e\nENV_FILE=/srv/.env.production\nif grep -q 'REPLACE_THIS' \"$ENV_FILE\"; then\n  echo 'fill it in first'\n  exit 1\nfi\n./deploy\n"

RULE = Rule(
    id="AUD314",
    name="placeholder-looked-for-in-vain",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the check of an env file know what stands in the template?",
    why="The template says CHANGEME and the check looks for REPLACE_THIS: the system goes live with the passwords of the template.",
    limits="Calls of grep with words for stand-ins on env files, against all env templates of the repository that hold such words.",
    fix="Look for what the template says, or refuse values that are too short or known.",
    since="0.5.0",
    effort=5,
    reads=frozenset({"shell"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="another word than that of the template",
            files={".env.example": "DB_PASSWORD=CHANGEME_db\nAPI_KEY=CHANGEME\n", "deploy.sh": _CHECK},
            found=("deploy.sh:4",),
        ),
        Example(
            title="the word of the template, one of several, another file, and another question",
            files={
                ".env.example": "DB_PASSWORD=REPLACE_THIS\nMODE=live\n",
                "deploy.sh": _CHECK,
                "check.sh": "#!/bin/sh\ngrep -qE 'changeme|replace_this' .env && exit 1\ngrep -q CHANGEME config.yml && exit 1\ngrep -q '^MODE=live' .env || exit 1\n",
            },
        ),
        Example(
            title="a template that holds no stand-in", files={".env.example": "DB_PASSWORD=\n", "deploy.sh": _CHECK}
        ),
    ),
)
