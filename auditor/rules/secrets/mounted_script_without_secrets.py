"""AUD317: a container runs a script of the repository, and is not given the secrets that the script reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.names_fact import Act, Default, Names, Via
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.paths import joined_path
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.started_containers import is_for_elsewhere, services_of_folders

__all__ = ["RULE"]

_SHOWN = 3
_PROGRAMS = frozenset({Language.SHELL, Language.PYTHON})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    given_to = {place: _given(services) for place, services in facts.derive(services_of_folders).items()}
    read: dict[str, frozenset[str]] = {}
    for file, fact in facts.of(ComposeFile):
        if file.role is not Role.SHIPPED or is_for_elsewhere(file.path) or is_working_copy(file.path):
            continue
        folder = file.path.rpartition("/")[0]
        for service in fact.services:
            given = given_to[folder, service.name]
            if given is None or not service.given_from:
                continue
            for script in _scripts(service, folder, facts):
                if script not in read:
                    read[script] = _read(script, facts)
                lacking = sorted(read[script] - given)
                if lacking:
                    shown = ", ".join(f"`{name}`" for name in lacking[:_SHOWN])
                    message = f"The container runs `{script}`, which reads {shown}, and is not given that: what needs it is left out."
                    yield Hit(file.path, service.given_from, service.given_from, message, service.name)
                    break


def _given(services: list[ComposeService]) -> frozenset[str] | None:
    """The names that all compositions of a folder give to a service; None where it may be given others."""
    for one in services:
        if one.inherits or any(source.use == "env_file" or ".env" in source.path for source in one.sources):
            return None
    return frozenset(name for one in services for name in one.given)


def _scripts(service: ComposeService, folder: str, facts: RepositoryFacts) -> Iterator[str]:
    """The programs of the repository that are mounted one by one: a folder holds more than is run."""
    for source in service.sources:
        path = joined_path(folder, source.path) if source.use == "mount" else ""
        file = facts.by_path.get(path)
        if file is not None and file.language in _PROGRAMS:
            yield path


def _read(path: str, facts: RepositoryFacts) -> frozenset[str]:
    """The secrets that a program takes from its environment, where it has none of its own for them."""
    items = [one for fact in facts.at(path, Names) for one in fact.items]
    own = {one.name for one in items if one.act is Act.PASSED}
    return frozenset(
        one.name
        for one in items
        if one.act is Act.USED
        and one.via is Via.ENVIRONMENT
        and one.default is not Default.VALUE
        and is_secret_name(one.name)
        and not is_given(one.name)
        and one.name not in own
    )


_SCRIPT = '#!/bin/sh\nset -e\npg_dump shop > /saves/shop.sql\nif [ -n "${SAVE_PASSPHRASE:-}" ]; then\n  gpg --batch --passphrase "$SAVE_PASSPHRASE" -c /saves/shop.sql\nfi\n'
_COMPOSE = "services:\n  save:\n    image: postgres:17\n    environment:\n      PGHOST: db\n      PGPASSWORD: ${PGPASSWORD:?}\n    volumes:\n      - ./ops/save.sh:/save.sh:ro\n    command: /save.sh\n"

RULE = Rule(
    id="AUD317",
    name="mounted-script-without-secrets",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every container given the secrets that the scripts mounted into it read?",
    why="A script that asks politely for its key (`${SAVE_PASSPHRASE:-}`) goes on without it: the copies are written in clear, and nobody is told.",
    limits="Scripts that a composition mounts one by one, and names of secrets that they read without a value of their own; an env file, a definition that is shared, and compositions for development and tests are left alone.",
    fix="Give the service the variable, and let the script end where it is missing.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"compose", "names"}),
    check_repository=_check,
    examples=(
        Example(
            title="a copy that is not encrypted",
            files={"compose.prod.yml": _COMPOSE, "ops/save.sh": _SCRIPT},
            found=("compose.prod.yml:4",),
        ),
        Example(
            title="a key that is given, and an env file",
            files={
                "compose.prod.yml": _COMPOSE.replace(
                    "    volumes:", "      SAVE_PASSPHRASE: ${SAVE_PASSPHRASE:?}\n    volumes:"
                ),
                "other/compose.yml": _COMPOSE.replace("    environment:", "    env_file: .env\n    environment:"),
                "other/ops/save.sh": _SCRIPT,
                "ops/save.sh": _SCRIPT,
                "compose.dev.yml": "services:\n  try:\n    image: postgres:17\n    environment:\n      PGHOST: db\n    volumes:\n      - ./ops/save.sh:/save.sh\n",
            },
        ),
    ),
)
