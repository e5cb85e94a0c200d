"""AUD946: a database or a cache is asked over HTTP, which it does not speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HTTP = pattern(r"[\"']?https?://[\w.${}-]+:(6379|5432|3306|27017|5672|9092|1433|1521|11211)\b")
_OTHER = pattern(r"[\"']?(postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqps?|kafka)://")
_SPEAKS_HTTP = pattern(r"/metrics\b")
_KAFKA = pattern(r"(?i)kafka|broker|redpanda")
"""Whose port many a service with metrics has as well."""
_EMPTY_REPLY = pattern(r"grep\b.*\b52\b")
"""Waits for a port by the error that curl gives for an answer in another protocol."""
_ASKS = frozenset({"curl", "wget", "http"})
_OF_PORT = {
    "6379": "Redis", "5432": "PostgreSQL", "3306": "MySQL", "27017": "MongoDB", "5672": "RabbitMQ", "9092": "Kafka", "1433": "SQL Server", "1521": "Oracle", "11211": "memcached",
}  # fmt: skip


def _check(source: Source) -> Iterator[Hit]:
    told: set[int] = set()
    asks = "curl" in source.text or "wget" in source.text
    for unit in units_of(source) if asks else ():
        commands = list(all_commands(unit.body))
        for line, what in (*_at_ports(commands), *_by_scheme(commands)):
            if line not in told and not _EMPTY_REPLY.search(source.lines[line - 1]):
                told.add(line)
                yield Hit(source.path, line, line, f"{what}: this can only fail.", unit.symbol)


def _at_ports(commands: Sequence[Command]) -> Iterator[tuple[int, str]]:
    """Addresses of requests, and those kept in variables and arrays for them, at the port of a service that speaks no HTTP."""
    for command in commands:
        texts = [(word.line, word.text) for word in command.words[1:] if command.name in _ASKS]
        texts += [pair for one in command.assignments for pair in enumerate(one.value.text.split("\n"), one.value.line)]
        for line, text in texts:
            found = _HTTP.search(text)
            if found and not _SPEAKS_HTTP.search(text) and (found.group(1) != "9092" or _KAFKA.search(text)):
                yield line, f"{_OF_PORT[found.group(1)]} is asked over HTTP at port {found.group(1)}"


def _by_scheme(commands: Sequence[Command]) -> Iterator[tuple[int, str]]:
    for command in commands:
        found = _OTHER.search(" ".join(command.texts[1:])) if command.name in _ASKS else None
        if found:
            yield command.line, f"`{command.name}` does not speak {found.group(1)}"


RULE = Rule(
    id="AUD946",
    name="probe-in-another-protocol",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every service asked in the protocol that it speaks?",
    why="`curl http://localhost:6379` gets no answer that curl accepts: the health check of the cache is red for ever, or was never run.",
    limits="Judged are the usual ports of databases, caches and queues behind http://, and their own schemes given to curl or wget, in programs of the shell.",
    fix="Ask with the client: `redis-cli ping`, `pg_isready`.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"shell", "pipeline", "github-workflow", "gitlab-ci", "make-recipes"}),
    check_file=_check,
    examples=(
        Example(
            title="a cache in a list of addresses, a database that is asked at once, and a scheme",
            files={
                "ops/health.sh": (
                    '#!/bin/bash\ndeclare -A services=(\n  ["shop"]="http://localhost:8000/health"\n  ["cache"]="http://localhost:6379"\n)\nfor one in "${services[@]}"; do\n  curl -fs "$one"\ndone\n'
                    "curl -fs http://db:5432/\ncurl -fs postgresql://shop@db/shop\n"
                ),
            },
            found=("ops/health.sh:4", "ops/health.sh:9", "ops/health.sh:10"),
        ),
        Example(
            title="what speaks HTTP, and the clients",
            files={
                "ops/health.sh": "#!/bin/bash\ncurl -fs http://search:9200/_cluster/health\nredis-cli -u redis://cache:6379 ping\npsql postgresql://shop@db/shop -c 'select 1'\ncurl -fs http://queue:15672/api/overview\ncurl -fs http://shop:9092/ready\ncurl -fs http://cache:6379/metrics\nuntil curl http://db:5432/ 2>&1 | grep '52'; do sleep 1; done\n",
            },
        ),
    ),
)
