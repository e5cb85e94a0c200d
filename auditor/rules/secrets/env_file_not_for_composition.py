"""AUD310: a script keeps secrets in an env file that Compose does not read for the composition itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from auditor.facts.compose_commands import USUAL_FILES, compose_call
from auditor.facts.compose_file import ComposeFile, looks_like_compose
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.names_fact import Default, Via
from auditor.facts.names_inventory import Place, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, ShellProgram, all_commands
from auditor.facts.templates import is_env_template, is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENV_FILE = pattern(r"(?:^|/)(\.env\.[\w-]+|[\w-]+\.env|env\.[\w-]+)$")
_STARTS = frozenset({"up", "run", "create", "start"})
_HANDS_ON = frozenset({"dotenv", "direnv", "eval", "op", "doppler", "sops", "envsubst", "vault", "infisical"})
_PLACES = frozenset({"cp", "mv", "ln", "install", "rsync", "cat", "tee"})


@dataclass(frozen=True, slots=True)
class _Script:
    """The env file that a script knows, and the names that it hands on itself."""

    env_file: str
    exported: frozenset[str]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if not any(facts.of(ComposeFile)):
        return
    shells = facts.of(ShellFile, lambda file: file.role is Role.SHIPPED)
    scripts = {file.path: _read(fact.program) for file, fact in shells}
    wanted = _wanted(facts) if any(scripts.values()) else {}
    by_name = _compositions(facts, wanted)
    seen: set[tuple[str, str]] = set()
    for call in facts.derive(invocations) if by_name else ():
        script = scripts.get(call.path) if call.origin is Origin.SCRIPT else None
        if script is None or not _STARTS & set(call.words) or "--env-file" in " ".join(call.words):
            continue
        for name in sorted(_names(call) & by_name.keys()):
            if (call.path, name) in seen:
                continue
            seen.add((call.path, name))
            for composition in by_name[name]:
                first = next((one for one in wanted[composition] if one.mention.name not in script.exported), None)
                if first is not None:
                    yield _hit(call, composition, script, first, facts)


def _hit(call: Invocation, composition: str, script: _Script, first: Place, facts: RepositoryFacts) -> Hit:
    name = first.mention.name
    message = f"`{name}` is in {script.env_file!r}, which Compose reads for no `${{{name}}}` of {composition!r}: it starts with an empty one."
    if any(
        one.use == "env_file"
        for fact in facts.at(composition, ComposeFile)
        for service in fact.services
        for one in service.sources
    ):
        return Hit(
            composition, first.mention.line, first.mention.line, message, name
        )  # here it looks as if it were given
    return Hit(call.path, call.line, call.line, message, name)


def _names(call: Invocation) -> frozenset[str]:
    """How the files are called that a call reads; none where that cannot be told."""
    asked = compose_call(call)
    if asked is None or not asked.told:
        return frozenset()
    return frozenset(text.rpartition("/")[2] for text, _ in asked.files) or USUAL_FILES


def _compositions(facts: RepositoryFacts, wanted: Collection[str]) -> dict[str, list[str]]:
    """Those that want a secret and are not for development, by the names of their files."""
    found: dict[str, list[str]] = {}
    for file, _ in facts.of(ComposeFile):
        if file.path in wanted and looks_like_compose(file.name) and not is_working_copy(file.path):
            found.setdefault(file.name, []).append(file.path)
    return found


def _wanted(facts: RepositoryFacts) -> dict[str, list[Place]]:
    """The secrets that a file takes from the environment and has no default for, by the path of the file."""
    found: dict[str, list[Place]] = {}
    for record in facts.derive(inventory):
        for use in record.uses if is_secret_name(record.name) else ():
            if use.mention.via is Via.CONFIGURATION and use.mention.default is Default.NONE:
                found.setdefault(use.path, []).append(use)
    return found


def _read(program: ShellProgram) -> _Script | None:
    """None where the script knows no env file but ``.env``, or hands on what is in it."""
    commands = list(all_commands(program.body))
    found = next(
        (
            match.group(1)
            for one in commands
            for text in _texts(one)
            for match in _ENV_FILE.finditer(text)
            if not is_env_template(text)
        ),
        "",
    )
    if not found or any(_hands_on(one) for one in commands):
        return None
    exported = {
        assignment.name for one in commands if one.name in ("export", "declare") for assignment in one.assignments
    }
    return _Script(found, frozenset(exported))


def _texts(command: Command) -> Iterator[str]:
    yield from command.texts
    yield from (one.value.text for one in command.assignments)
    yield from (one.target.text for one in command.redirects if one.operator != "<<")


def _hands_on(command: Command) -> bool:
    texts = command.texts
    if command.name in _HANDS_ON or any("COMPOSE_ENV_FILES" in text for text in _texts(command)):
        return True
    if command.name == "set":
        return any(
            text == "allexport" or (text[:1] == "-" and "a" in text and text[1:2] != "-" and text != "-o")
            for text in texts[1:]
        )
    if command.name == "export":
        return bool(command.substitutions)
    return command.name in _PLACES and any(
        text in (".env", "./.env") or text.endswith("/.env") for text in _texts(command)
    )


_COMPOSE = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n"
_WRITES = "#!/bin/bash\nset -eu\ncat > .env.production <<END\nPOSTGRES_PASSWORD=$(openssl rand -hex 16)\nEND\n"

RULE = Rule(
    id="AUD310",
    name="env-file-not-for-composition",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the secrets of an env file reach the compositions that ask for them?",
    why="Compose puts values into a composition from its own environment and from `.env` alone; what `env_file` names goes to the container, and what a script sources without exporting it goes nowhere.",
    limits="Scripts of the shell that know another env file than `.env`, start a composition that asks for secrets without a default, and neither give it `--env-file` nor export what they know.",
    fix="Call `docker compose --env-file .env.production`, or export what the script has read (`set -a`).",
    since="0.5.0",
    effort=10,
    reads=frozenset({"compose", "shell"}),
    check_repository=_check,
    examples=(
        Example(
            title="secrets that a script writes, and that Compose never reads",
            files={
                "docker-compose.prod.yml": _COMPOSE,
                "deploy.sh": f"{_WRITES}docker compose -f docker-compose.prod.yml up -d\n",
            },
            found=("deploy.sh:6",),
        ),
        Example(
            title="an env file of the container, sourced by the script without being exported",
            files={
                "compose.yml": _COMPOSE + "    env_file: .env.live\n",
                "ops/start.sh": "#!/bin/sh\nENV_FILE=/srv/.env.live\n. $ENV_FILE\ndocker compose up -d\n",
            },
            found=("compose.yml:5",),
        ),
        Example(
            title="given, exported, or put where Compose looks",
            files={
                "docker-compose.prod.yml": _COMPOSE,
                "one.sh": f"{_WRITES}docker compose --env-file .env.production -f docker-compose.prod.yml up -d\n",
                "two.sh": "#!/bin/sh\nset -a\n. .env.production\nset +a\ndocker compose -f docker-compose.prod.yml up -d\n",
                "three.sh": f"{_WRITES}cp .env.production .env\ndocker compose -f docker-compose.prod.yml up -d\n",
                "four.sh": f"{_WRITES}export POSTGRES_PASSWORD=x\ndocker compose -f docker-compose.prod.yml up -d\n",
                "five.sh": "#!/bin/sh\nexport $(grep -v '^#' .env.production | xargs)\ndocker compose -f docker-compose.prod.yml up -d\n",
                "six.sh": "#!/bin/sh\ntest -f .env\ndocker compose -f docker-compose.prod.yml up -d\n",
            },
        ),
    ),
)
