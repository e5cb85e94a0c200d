"""AUD270: psql runs a file of statements, and its status tells nothing of them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success, printed
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, Node, Pipeline, all_commands, commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STOPS = pattern(r"ON_ERROR_STOP|--single-transaction|(?:^|\s)-1(?:\s|$)")
_STATEMENT = pattern(r"^-[a-zA-Z]*c$|^--command")
_LIST = pattern(r"^-[a-zA-Z]*l$|^--(?:list|version|help)$")
_HELPERS = frozenset({"docker", "docker-compose", "kubectl", "podman", "oc", "sudo", "su"})
_REACH = 12
"""Lines after it on which its success is told."""


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        every = list(all_commands(unit.body))
        if any(_STOPS.search(command.text) for command in every) or "ON_ERROR_STOP" in source.text:
            continue
        told = [command for command in every if _tells(command, unit)]
        for command in every:
            if not _runs_file(command, unit.body):
                continue
            after = next((one for one in told if 0 < one.line - command.line <= _REACH), None)
            if after is not None:
                message = "psql ends with 0 whatever its statements do: without `ON_ERROR_STOP`, this tells of a success that nobody checked."
                yield Hit(source.path, command.line, after.end_line, message, unit.symbol)


def _runs_file(command: Command, body: tuple[Node, ...]) -> bool:
    """Whether it is psql that reads statements from a file or a pipe, be it in a container."""
    texts = command.texts
    at = next((index for index, text in enumerate(texts) if text.rpartition("/")[2] == "psql"), -1)
    if at < 0 or (at > 0 and command.name not in _HELPERS):
        return False
    rest = texts[at + 1 :]
    if any(_STATEMENT.search(text) or _LIST.search(text) for text in rest):
        return False
    if any(text in ("-f", "--file") or text.startswith("--file=") for text in rest):
        return True
    if any(one.operator == "<" for one in command.redirects):
        return True
    pipelines = (node for node in walk(body) if isinstance(node, Pipeline))
    return any(one is command for node in pipelines for one in commands(node.parts[1:]))


def _tells(command: Command, unit: Unit) -> bool:
    if effect_of(command, unit.functions) is not Effect.PRINT or not command.words:
        return False
    text = printed(command) if command.name in ("echo", "printf") else " ".join(command.texts)
    return claims_success(text)


RULE = Rule(
    id="AUD270",
    name="restore-that-cannot-fail",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a restore that fails say so?",
    why="psql goes on after an error and ends with 0. Half of the tables are missing, and the script says that the database is restored.",
    limits="Judges psql that reads a file or a pipe, in programs that print a success within twelve lines and set `ON_ERROR_STOP` nowhere.",
    fix="Write `psql -v ON_ERROR_STOP=1 --single-transaction`, and count rows before telling of success.",
    since="0.3.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("psql",),
    check_file=_check,
    examples=(
        Example(
            title="restores that are told of as done",
            files={
                "restore.sh": (
                    '#!/bin/bash\nset -e\ngunzip -c "$1" | psql -h db shop\necho "Database restored"\n\n'
                    'load() {\n  docker compose exec -T db psql -U shop < "$1"\n  echo "✓ Schema created successfully"\n}\nload schema.sql\n'
                )
            },
            found=("restore.sh:3", "restore.sh:7"),
        ),
        Example(
            title="statements of one line, errors that end it, and no claim",
            files={
                "restore.sh": '#!/bin/bash\npsql -v ON_ERROR_STOP=1 -f dump.sql\necho "Database restored"\n',
                "ask.sh": "#!/bin/bash\npsql -Atc 'select 1'\necho \"Database is ready\"\n",
                "load.sh": "#!/bin/bash\npsql -f dump.sql\n",
            },
        ),
    ),
)
