"""Tables of SQL databases: which ones schemas, migrations and models make, and which ones statements ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_prose import in_docstring
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "SqlTables", "TableUse"]

_CODE = frozenset(
    {
        Language.PYTHON, Language.SHELL, Language.SQL, Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.TYPESCRIPT,
        Language.TSX, Language.RUST, Language.YAML, Language.MARKDOWN, Language.TEXT,
    }
)  # fmt: skip
_ENDINGS = (".rb", ".php", ".prisma", ".kt", ".cs", ".ex", ".exs", ".xml", ".j2", ".tmpl", ".ipynb", ".sql")
_NAME = r"(?:[\"'`]?\w+[\"'`]?\.)?[\"'`]?([A-Za-z_]\w*)[\"'`]?"
_MADE = (
    pattern(
        r"(?i)\bcreate\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|virtual|external|foreign|materialized|recursive)\s+)*(?:table|view)\s+(?:if\s+not\s+exists\s+)?"
        + _NAME
    ),
    pattern(r"(?i)\b(?:rename\s+to|partition\s+of|with(?:\s+recursive)?)\s+" + _NAME),
    pattern(r"(?i)\b(\w+)(?:\s*\([^()]{0,400}\))?\s+as\s+(?:(?:not\s+)?materialized\s+)?\("),
    pattern(r"(?i)\binto\s+(?:temp\s+|temporary\s+)" + _NAME),
    pattern(
        r"(?:__tablename__|__table_name__|db_table|table_name|tableName|tablename|TABLE_NAME)\w*[\"']?\s*[:=]\s*[\"'`](?:\w+\.)?(\w+)[\"'`]"
    ),
    pattern(
        r"(?:\bTable|create_table|createTable|createTableIfNotExists|rename_table|renameTable|pgTable|mysqlTable|sqliteTable|Entity|define|create|TableName|@Table)\s*\(\s*(?:name\s*=\s*)?[\"'`:](?:\w+\.)?(\w+)"
    ),
    pattern(r"(?:rename_table|renameTable)\s*\(\s*[\"'`]\w+[\"'`]\s*,\s*[\"'`](\w+)"),
    pattern(r"\bcreate_table\s+:(\w+)"),
    pattern(r"@@map\(\s*\"(\w+)\""),
)
_OF_MODELS = pattern(
    r"\bmodels\.Model\b|gorm\.|ActiveRecord|ApplicationRecord|@Entity\(\s*\)|@Entity\(\s*\{|sequelize|^\s*model\s+\w+\s*\{|def\s+__tablename__|"
    r"\bpeewee\b|tortoise\.|\bpony\.orm\b|table=True|db\.Model\b|@Entity\b|DbSet<|Eloquent|ent\.Schema|piccolo|django\.db|dbt_project|read_sql_table|to_sql\(|from_pandas"
)
"""Libraries that name tables after classes, so that not all names stand in the text."""
_ASKED = (
    (pattern(r"\b(?:INSERT|REPLACE|MERGE)\s+INTO\s+" + _NAME), True),
    (pattern(r"\bUPDATE\s+(?:ONLY\s+)?" + _NAME + r"\s+(?:AS\s+\w+\s+)?SET\b"), True),
    (pattern(r"\bDELETE\s+FROM\s+(?:ONLY\s+)?" + _NAME), True),
    (pattern(r"\bTRUNCATE\s+(?:TABLE\s+)?" + _NAME), True),
    (pattern(r"\bSELECT\b[^;\"`']{0,400}?\bFROM\s+" + _NAME + r"(\s*\()?"), False),
    (
        pattern(r"\b(?:LEFT|RIGHT|INNER|OUTER|CROSS|FULL)?\s*JOIN\s+" + _NAME + r"\s+(?:AS\s+)?\w+\s+(?:ON|USING)\b"),
        False,
    ),
)
_PART_OF_A_VALUE = pattern(r"(?i)\b(?:extract|substring|trim|overlay|position)\s*\([^()]*\bfrom\s+[\w.\"]+$")
_SCHEMA = pattern(r"(?i)(\w+)[\"'`]?\.[\"'`]?\w+$")
_FEW_SCHEMAS = frozenset({"public", "dbo", "main", "app"})
_LISTED = pattern(r"(?i)\b(?:[a-z]+_)*tables\s*=\s*[(\[{]([^()\[\]{}]{1,800})[)\]}]")
_ITEM = pattern(r"[\"']([a-z][a-z0-9_]{2,60})[\"']")
_KEYWORDS = frozenset({
    "select", "values", "set", "where", "the", "a", "an", "this", "that", "table", "only", "lateral", "unnest", "dual", "json_each", "generate_series", "information_schema",
    "now", "current_date", "interval", "your", "my", "if", "not", "exists", "each", "all", "any", "it", "your_table", "table_name", "tablename", "temp", "tmp", "excluded", "new", "old",
})  # fmt: skip
_SYSTEM = (
    "pg_", "sqlite_", "sys", "mysql", "information_schema", "performance_schema", "innodb_", "svv_", "stl_", "dba_", "tmp_", "temp_", "test", "timescaledb", "alembic_", "django_",
    "schema_migrations", "flyway_", "knex_", "goose_", "ar_internal", "spatial_ref", "geometry_columns", "celery_", "auth_", "dashboard", "cron_", "dual",
    "all_tab", "all_obj", "all_ind", "all_cons", "all_view", "all_col", "user_tab", "user_obj", "user_cons", "gv$", "v$",
)  # fmt: skip
"""How tables of databases, of their extensions and of tools for migrations begin."""
_MOST = 400
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class TableUse:
    """A table that a statement asks for, in small letters, with the 1-based line; `writes` where rows are put in or taken out."""

    line: int
    name: str
    writes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlTables(Fact):
    """What one file makes and asks for. `models` where tables may be named after classes."""

    kind: ClassVar[str] = "sql-tables"
    made: frozenset[str]
    uses: tuple[TableUse, ...]
    models: bool


def _accepts(file: SourceFile) -> bool:
    return file.language in _CODE or file.name.endswith(_ENDINGS)


def _parse(source: Source) -> SqlTables | None:
    if len(source.data) > _MOST_BYTES:
        return None
    text = source.text
    made = frozenset(match.group(1).lower() for rule in _MADE for match in rule.finditer(text))
    models = _OF_MODELS.search(text) is not None
    uses = tuple(sorted(set(_uses(source)))) if source.file.language in _CODE and source.file.role in _ROLES else ()
    if not (made or uses or models):
        return None
    return SqlTables(made=made, uses=uses[:_MOST], models=models)


_ROLES = frozenset({Role.SHIPPED, Role.DOCUMENTATION})


def _uses(source: Source) -> Iterator[TableUse]:
    text = source.text
    asks = any(word in text for word in ("FROM ", "INTO ", "UPDATE ", "TRUNCATE "))
    lists = "ables" in text or "ABLES" in text
    for at, name, writes in (*(_asked(text) if asks else ()), *(_listed(text) if lists else ())):
        number = source.line_at(at)
        told = source.lines[number - 1].lstrip().startswith("#") or in_docstring(source, number)
        if source.file.language is not Language.PYTHON or not told:
            yield TableUse(number, name, writes)


def _asked(text: str) -> Iterator[tuple[int, str, bool]]:
    """The places and names of the tables of statements, and whether those write."""
    for rule, writes in _ASKED:
        for match in rule.finditer(text):
            name, whole = match.group(1), match.group()
            if whole.endswith("(") or _PART_OF_A_VALUE.search(whole) or not _is_table(name):
                continue
            if not _is_of_a_schema(text[match.start() : match.end(1)]):
                yield match.start(1), name, writes


def _listed(text: str) -> Iterator[tuple[int, str, bool]]:
    """The places and names of the entries of lists of tables."""
    for match in _LISTED.finditer(text):
        for item in _ITEM.finditer(match.group(1)):
            yield match.start(1) + item.start(1), item.group(1), False


def _is_table(name: str) -> bool:
    """Whether this can be a table of the project's own database; objects of other services begin with a capital."""
    if name.endswith("_seq"):
        return False  # a sequence, which a column makes for itself
    return len(name) > 2 and name.islower() and name not in _KEYWORDS and not name.startswith(_SYSTEM)  # noqa: PLR2004 - shorter are aliases


def _is_of_a_schema(text: str) -> bool:
    """Whether the name stands in a schema of its own, which another system may fill."""
    match = _SCHEMA.search(text)
    return match is not None and match.group(1).lower() not in _FEW_SCHEMAS


PARSER = Parser(fact=SqlTables, accepts=_accepts, parse=_parse)
