"""Names of databases: those that settings, addresses and statements give, and those that a command works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "DatabaseNames", "database_of"]

_GIVEN = pattern(
    r"(?i)(?:POSTGRES(?:QL)?_(?:DB|DATABASE)|MYSQL_DATABASE|MARIADB_DATABASE|PGDATABASE|DB_NAME|DATABASE_?NAME|\bDATABASE|\bDB|DB_DATABASE|_DB)[\"']?\]?\s*(?:[:=,]|\bvalue:)\s*(?:str\s*=\s*)?[\"']?(?:\$\{\w+:?-)?([A-Za-z_][\w-]*)|"
    r"(?:^|[^-\w])db_?name[\"']?\s*[:=]\s*[\"']?([\w-]+)|\b(?:postgres(?:ql)?|mysql|mariadb|timescaledb?|cockroachdb)(?:\+\w+)?://[^\s\"'`/]+/([\w-]+)|\bCREATE\s+DATABASE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"'`]?([\w-]+)|\bcreatedb\s+(?:-\w\s+\S+\s+)*([\w-]+)|"
    r"\b(?:name|value|default)\s*[:=]\s*[\"']([a-z][\w-]*)[\"'][^\n]{0,40}(?i:database|\bdb\b)|getenv\(\s*[\"']\w*(?:DB|DATABASE)\w*[\"']\s*,\s*[\"']([\w-]+)"
)
_HINTS = (b"database", b"_db", b"dbname", b"db_name", b"createdb", b"postgres", b"mysql")
_READ_MOST = 1_000_000
_CLIENTS = {"psql", "pg_dump", "pg_restore", "mysql", "mysqldump", "mariadb", "pgbench", "vacuumdb", "reindexdb"}
_CHOOSES = {"-d", "--dbname", "-D", "--database"}
_WITH_VALUE = frozenset(
    {"-h", "-p", "-U", "-u", "-c", "-f", "-F", "-o", "-t", "-T", "-n", "-N", "-j", "-v", "-P", "-L", "-e", "-E", "-s", "--host", "--port", "--username", "--user", "--command", "--file", "--format",
     "--jobs", "--table", "--schema", "--set", "--execute", "--exclude-table", "--result-file", "-x", "-r", "-i", "-l", "-q"}
)  # fmt: skip
_SWITCHES = {
    "psql": frozenset({"-t", "-x", "-q", "-l", "-e", "-s", "-E", "-n", "-N", "-i"}),
    "mysql": frozenset({"-p", "-t", "-N", "-s", "-v", "-i", "-n", "-q", "-r", "-x", "-L"}),
}
_RUNNERS = frozenset({"docker", "docker-compose", "kubectl", "podman", "oc"})
_NAME = pattern(r"^[A-Za-z][\w-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseNames(Fact):
    """The names that one file gives databases."""

    kind: ClassVar[str] = "database-names"
    names: frozenset[str]


def _accepts(file: SourceFile) -> bool:
    return file.language not in (Language.BINARY, Language.MARKDOWN) and file.role not in (Role.VENDORED, Role.DATA)


def _parse(source: Source) -> DatabaseNames | None:
    if not any(hint in source.lowered for hint in _HINTS):
        return None
    names = {
        name for match in _GIVEN.finditer(source.text[:_READ_MOST]) for at in range(1, 8) if (name := match.group(at))
    }
    return DatabaseNames(names=frozenset(names)) if names else None


def database_of(one: Invocation) -> Iterator[tuple[str, int]]:
    """The database that a client of PostgreSQL or MySQL in a command works on, with its line, where it is written out."""
    at = _client(one.words)
    if at is None or (at and one.name not in _RUNNERS):
        return
    client = one.words[at].rpartition("/")[2]
    words = list(zip(one.words, one.lines, strict=True))[at + 1 :]
    chosen = [(value, line) for (word, _), (value, line) in pairwise(words) if word in _CHOOSES]
    chosen += [(word.partition("=")[2], line) for word, line in words if word.startswith(("--dbname=", "--database="))]
    for name, line in chosen or _positional(client, words):
        if _NAME.match(name):
            yield name, line


def _client(words: Sequence[str]) -> int | None:
    """The place of the client: behind ``--`` where there is one, and of two in a row the second, as the first is then a container."""
    first = words.index("--") + 1 if "--" in words else 0
    at = next((at for at in range(first, len(words)) if words[at].rpartition("/")[2] in _CLIENTS), None)
    is_container = at and words[0] in _RUNNERS and at + 1 < len(words) and words[at + 1] in _CLIENTS
    return at + 1 if at and is_container else at


def _positional(client: str, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The first word that is neither an option nor its value; of `pg_restore` it is a file."""
    switches = _SWITCHES.get(client, frozenset())
    skip = client == "pg_restore"
    for word, line in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE and word not in switches
        else:
            return [(word, line)] if client != "pg_restore" else []
    return []


PARSER = Parser(fact=DatabaseNames, accepts=_accepts, parse=_parse)
