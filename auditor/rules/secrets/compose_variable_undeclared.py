"""AUD345: a composition takes a secret from the environment, and nothing that people fill in names it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import looks_like_compose
from auditor.facts.names_fact import Act, Default, Via
from auditor.facts.names_inventory import NameRecord, Place, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import ShellProgram, all_commands
from auditor.facts.templates import is_env_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.undeclared import undeclared

__all__ = ["RULE"]

_WRITTEN = pattern(r"(?m)^\s*(?:export\s+)?([A-Z][A-Z0-9_]{2,})=")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    reported = {(one.use.path, one.use.mention.name) for one in facts.derive(undeclared)}
    given = facts.derive(_given_by_scripts)
    for record in facts.derive(inventory):
        if (
            not is_secret_name(record.name)
            or record.name in given
            or any(_tells(one, facts) for one in record.declared)
        ):
            continue
        for use in _in_compositions(record, facts):
            if (use.path, record.name) not in reported:
                message = f"`{record.name}` must come from the environment, and no env template and no document asks for it: Compose puts nothing in its place."
                yield Hit(use.path, use.mention.line, use.mention.line, message, record.name)


def _in_compositions(record: NameRecord, facts: RepositoryFacts) -> Iterator[Place]:
    """The first use in each composition that has no default."""
    seen: set[str] = set()
    for use in record.uses:
        mention, file = use.mention, facts.by_path.get(use.path)
        if use.path in seen or file is None or file.role is not Role.SHIPPED or is_working_copy(use.path):
            continue
        if looks_like_compose(file.name) and mention.via is Via.CONFIGURATION and mention.default is Default.NONE:
            seen.add(use.path)
            yield use


def _tells(place: Place, facts: RepositoryFacts) -> bool:
    """Whether a declaration is one that whoever sets the system up fills in or reads."""
    file = facts.by_path.get(place.path)
    if is_env_template(place.path) or (file is not None and file.language in (Language.ENV, Language.TOML)):
        return True
    if place.mention.via is Via.DOCUMENT:
        return not is_working_copy(place.path)
    return ".github/workflows/" in place.path or ".gitlab" in place.path


def _given_by_scripts(facts: RepositoryFacts) -> frozenset[str]:
    """Names that scripts set, or write into a file, and that workflows hand over."""
    found = {name for _, fact in facts.of(ShellFile) for name in _set_by(fact.program)}
    found |= {
        record.name
        for record in facts.derive(inventory)
        if any(one.mention.act is Act.PASSED and ".github/workflows/" in one.path for one in record.passed)
    }
    return frozenset(found)


def _set_by(program: ShellProgram) -> Iterator[str]:
    for command in all_commands(program.body):
        yield from (one.name for one in command.assignments)
        for redirect in command.redirects:
            if redirect.operator.startswith("<<"):
                yield from (match.group(1) for match in _WRITTEN.finditer(redirect.target.text))
        for word in command.words[1:] if command.name in ("echo", "printf") else ():
            yield from (match.group(1) for match in _WRITTEN.finditer(word.text))


_COMPOSE = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n"

RULE = Rule(
    id="AUD345",
    name="compose-variable-undeclared",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does an env template or a document name every secret that compositions take from the environment?",
    why="Compose replaces what is not set by nothing and warns: the database starts without a password, or not at all.",
    limits=(
        "Secrets without a default in compositions that are not for development or tests. A name that a script sets or writes, or that a "
        "workflow hands over, is given."
    ),
    fix="Name it in the env template, or write `${NAME:?}` so that nothing starts without it.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"compose"}),
    check_repository=_check,
    examples=(
        Example(
            title="a password that no template asks for, and that another composition merely sets",
            files={
                "docker-compose.prod.yml": _COMPOSE,
                "docker-compose.dev.yml": "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: shop\n",
                ".env.example": "SECRET_KEY=\n",
            },
            found=("docker-compose.prod.yml:5",),
        ),
        Example(
            title="asked for, generated, or with a default",
            files={
                "docker-compose.yml": _COMPOSE
                + "      REDIS_PASSWORD: ${REDIS_PASSWORD}\n      MAIL_PASSWORD: ${MAIL_PASSWORD:-none}\n",
                ".env.example": "POSTGRES_PASSWORD=\n",
                "setup.sh": '#!/bin/sh\necho "REDIS_PASSWORD=$(openssl rand -hex 16)" >> .env\n',
            },
        ),
    ),
)
