"""AUD660: a command works on a database that nothing in the repository sets up."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.database_names import DatabaseNames, database_of
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of

__all__ = ["RULE"]

_OF_SERVERS = frozenset(
    {
        "postgres",
        "template0",
        "template1",
        "mysql",
        "sys",
        "information_schema",
        "performance_schema",
        "defaultdb",
        "root",
    }
)
_CHOSEN = pattern(
    r"(?i:^(?:my|your|some|the|new|old|test|tmp|temp|foo|bar|example|sample|db|database|dbname)(?:[_-]|db|$|database)|(?:db|database)[_-]?name$)|[A-Z]{3}"
)
_COPY = pattern(
    r"(?i)[_-](?:test|tests|testing|restore[ds]?|backup|copy|verify|verification|check|new|old|staging|stage|dev|development|prod|production|replica|tmp|temp|drill|shadow|recovery|recovered|dr|local|ci|bench|clone|\d+)$"
)
_MADE = pattern(r"(?i)\b(?:createdb|create database(?: if not exists)?)\s+[\"'`]?([\w-]+)")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = {name for _, fact in facts.of(DatabaseNames) for name in fact.names}
    every = facts.derive(invocations)
    made = {match.group(1) for one in every for match in _MADE.finditer(" ".join(one.words))} if known else set()
    for one in every if known else ():
        if is_judged(facts, one):
            yield from _hits(one, known, made)


def _hits(one: Invocation, known: set[str], made: set[str]) -> Iterator[Hit]:
    for name, line in database_of(one):
        stem = _COPY.sub("", name)
        if name in known | made | _OF_SERVERS or stem in known or _CHOSEN.search(name):
            continue
        message = f"Nothing in the repository sets up a database `{name}`{closest(name, known, 0.5)}."
        yield Hit(one.path, line, line, message, one.symbol, severity_of(one))


_COMPOSE = "services:\n  store:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: shop\n"

RULE = Rule(
    id="AUD660",
    name="unknown-database",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something set up every database that commands work on?",
    why="The dump, the restore or the check fails on the day on which it is needed, for want of a database of that name.",
    limits="Clients of PostgreSQL and MySQL with a name that is written out, where settings, addresses or statements of the repository name some database; copies for tests, restores and the like count as made, and so does what a command creates.",
    fix="Name the database that there is.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"shell", "document-references", "github-workflow", "gitlab-ci", "pipeline"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="names that nobody gave a database",
            files={
                "compose.yml": _COMPOSE,
                "docs/RUNBOOK.md": '# Runbook\n\n```bash\npsql -c "SELECT 1;" shop_data\npsql -U shop -d shop -c "SELECT 1"\ndocker exec store pg_dump -U shop ledger > x.sql\n```\n',
                "ops/dump.sh": "#!/bin/sh\npg_dump --dbname=stock -f out.sql\nmysqldump -u root orders > orders.sql\n",
            },
            found=("docs/RUNBOOK.md:4", "docs/RUNBOOK.md:6", "ops/dump.sh:2", "ops/dump.sh:3"),
        ),
        Example(
            title="copies, what is made, the server's own, and variables",
            files={
                "compose.yml": _COMPOSE,
                "app/db.py": "URL = 'postgresql+asyncpg://u:p@store:5432/ledger'\n",
                "ops/drill.sh": "#!/bin/sh\ncreatedb drill\npsql -d drill -c 'SELECT 1'\npsql shop_restore -c x\npg_dump -U u ledger\npsql postgres\npsql -d \"$NAME\"\npsql -U shop -h store < x.sql\nkubectl exec svc/mysql -- mysqldump -u u ledger\ndocker exec mysql mysqldump -u u ledger\ndocker exec mysql mysql -u u ledger\npg_restore -U shop dump.bin\n",
            },
        ),
        Example(
            title="a repository that names no database",
            files={"ops/dump.sh": "#!/bin/sh\npg_dump ledger\n"},
        ),
    ),
)
