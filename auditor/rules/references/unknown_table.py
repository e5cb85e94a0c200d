"""AUD704: a statement asks for a table that no schema, migration or model makes."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.sql_tables import SqlTables, TableUse
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_FEWEST = 2
"""So many tables have to be made before a further one is missed among them."""
_ELSEWHERE = pattern(r"(?i)clickhouse|bigquery|snowflake|redshift|athena|databricks|spark|duckdb|presto|trino|dbt")
_LONGEST = 128
"""Letters of a name that any database takes."""
_OPERATES = pattern(
    r"(?i)runbook|playbook|operat|recover|restor|mainten|deploy|incident|backup|monitor|troubleshoot|procedure|rotat|dr[_-]|oncall|on-call"
)
"""Documents whose statements somebody is to run."""


_REVISIONS = pattern(r"(?:^|/)(?:alembic|migrations?)/")
"""What was migrated in former times may have been made by code that is gone."""


class _Made:
    """The tables that are made, and which of them is near to a name."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._singular: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for name in sorted(one for one in names if len(one) <= _LONGEST):
            self._singular.setdefault(name.rstrip("s"), name)
            for at, sign in enumerate(name):
                if sign == "_":
                    self._parts.setdefault(name[:at], name)
                    self._parts.setdefault(name[at + 1 :], name)

    def near(self, wanted: str) -> str:
        """The first that is its singular or plural, or has a word more at an end; empty where none is."""
        found = (self._singular.get(wanted.rstrip("s"), ""), self._parts.get(wanted, ""))
        return min((one for one in found if one), default="")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = [(file, fact) for file, fact in facts.of(SqlTables)]
    if any(fact.models and not fact.made for _, fact in found):
        return  # tables that are named after classes
    made = _Made(frozenset(name for _, fact in found for name in fact.made))
    schemas = frozenset(name for file, fact in found for name in fact.made if file.role is not Role.DOCUMENTATION)
    for file, fact in found:
        told = file.role is not Role.DOCUMENTATION or (_OPERATES.search(file.path) and not about_other_times(file.path))
        if told and not _ELSEWHERE.search(file.path):
            yield from _missing(file, fact, made, few=len(schemas) < _FEWEST)


def _missing(file: SourceFile, fact: SqlTables, made: _Made, *, few: bool) -> Iterator[Hit]:
    """Each table once; where the repository makes next to none, those alone that the product writes into."""
    told: set[str] = set()
    for one in fact.uses:
        if one.name in made.names or one.name in told or (few and not _is_written(one, file)):
            continue
        told.add(one.name)
        near = made.near(one.name)
        hint = f"; `{near}` is made" if near else ""
        milder = Severity.LOW if few or _REVISIONS.search(file.path) else None
        message = f"No schema, migration or model of the repository makes the table `{one.name}`{hint}."
        yield Hit(file.path, one.line, one.line, message, one.name, milder)


def _is_written(one: TableUse, file: SourceFile) -> bool:
    return one.writes and file.role is Role.SHIPPED


_SCHEMA = "CREATE TABLE orders (id INT);\nCREATE TABLE IF NOT EXISTS shop.customers (id INT);\n"

RULE = Rule(
    id="AUD704",
    name="unknown-table",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the repository make every table that its statements ask for?",
    why="A query of a table that is not there fails whenever it runs: the count of a monitor, the check of a restore, the write of an audit entry.",
    limits=(
        "Read are statements whose words of SQL stand in capitals, and lists in variables that are named after tables. Silent where a library names tables after classes, "
        "on other schemas than the usual, on tables of the database itself, and in programs that ask a warehouse."
    ),
    fix="Name the table as the schema does, or make it in a migration.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"sql-tables"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a statement that a comment shows, and one that is sent",
            files={
                "schema.sql": "CREATE TABLE books (id int);\n",
                "shop/places.py": 'class Places:\n    def load(self):\n        """Loads all.\n\n        - SQL: SELECT * FROM places\n        """\n        raise NotImplementedError\n',
                "shop/db.py": "def set_name(db):\n    # UPDATE book SET name = 'x' WHERE id = 1\n    db.execute(\"UPDATE pages SET name = 'x' WHERE id = 1\")\n",
            },
            found=("shop/db.py:3",),
        ),
        Example(
            title="a singular in a monitor, and a list of what a restore must hold",
            files={
                "db/schema.sql": _SCHEMA,
                "ops/figures.sh": (
                    '#!/bin/sh\npsql -c "SELECT COUNT(*) FROM orders;"\npsql -c "SELECT COUNT(*) FROM order WHERE paid;"\npsql -c "SELECT relname FROM pg_stat_user_tables;"\n'
                ),
                "docs/restore.md": '# Restore\n\n```bash\nNEEDED_TABLES=("orders" "customers" "audit_entries")\n```\n',
            },
            found=("ops/figures.sh:3", "docs/restore.md:4"),
        ),
        Example(
            title="a service that writes into what nothing makes",
            files={
                "shop/store.py": (
                    'async def add(pool, order):\n    await pool.execute(\n        "INSERT INTO orders (id) VALUES ($1)",\n        order,\n    )\n    return await pool.fetch("SELECT id FROM prices")\n'
                ),
            },
            found=("shop/store.py:3",),
        ),
        Example(
            title="names of a statement's own, a rename, and models that name tables after classes",
            files={
                "db/schema.sql": _SCHEMA + "ALTER TABLE orders RENAME TO purchases;\n",
                "db/report.sql": (
                    "WITH recent AS (SELECT id FROM purchases), late AS (SELECT id FROM recent)\nSELECT id FROM late;\nSELECT * FROM generate_series(1, 3);\nSELECT x FROM other.things;\nSELECT last_value FROM purchases_id_seq;\n"
                ),
                "docs/operations.md": "Rows that come FROM suppliers are checked.\n",
            },
        ),
        Example(
            title="models that name tables after classes",
            files={
                "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    pass\n",
                "shop/count.py": 'QUERY = "SELECT COUNT(*) FROM shop_order"\nWRITE = "DELETE FROM shop_order"\n',
            },
        ),
    ),
)
