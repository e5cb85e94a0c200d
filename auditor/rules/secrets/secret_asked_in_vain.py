"""AUD313: an env template or a table of a document asks for a secret that nothing reads, among settings that are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.names_fact import Via
from auditor.facts.names_inventory import NameRecord, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import words_elsewhere
from auditor.facts.unread_settings import judged_templates
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_SPEAKS_OF_IT = pattern(
    r"(?i)\b(?:optional\w*|unused|deprecated|removed|legacy|planned|future|ci|github|actions|repository|not (?:yet )?(?:used|read|needed))\b"
)
"""Rows about what nothing here has to read: the forge, its own store of secrets, and other times."""
_READ = 3
"""How many names of a document have to be read before it is taken for one about this repository."""
_PARTS = 4
"""Of so many names, all but one have to be read."""


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    mentioned, _ = repository.derive(words_elsewhere)
    templates = repository.derive(judged_templates)
    records = repository.derive(inventory)
    lists = _judged_lists(records, mentioned)
    rows = _rows(repository, lists)
    for record in records:
        if record.name in mentioned or not is_secret_name(record.name):
            continue
        for place in record.declared:
            if (place.path, place.mention.line) in rows and not _is_read(record, mentioned):
                message = f"The document lists `{record.name}`, which nothing in the repository reads."
                yield Hit(place.path, place.mention.line, place.mention.line, message, record.name)
            if record.name in templates.get(place.path, {}):
                message = f"The template asks for `{record.name}`, which nothing in the repository reads."
                yield Hit(place.path, place.mention.line, place.mention.line, message, record.name)


def _judged_lists(records: tuple[NameRecord, ...], mentioned: Container[str]) -> frozenset[str]:
    """The documents most of whose names something here reads: they are about this repository, and of today."""
    read: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    for record in records:
        for path in {one.path for one in record.declared if one.mention.via is Via.DOCUMENT}:
            listed[path] += 1
            read[path] += _is_read(record, mentioned)
    return frozenset(
        path
        for path in listed
        if read[path] >= _READ and read[path] * _PARTS >= listed[path] * (_PARTS - 1) and not about_other_times(path)
    )


def _rows(repository: RepositoryFacts, lists: frozenset[str]) -> frozenset[tuple[str, int]]:
    """The lines of these documents at which a name in code style begins an item or fills a cell."""
    return frozenset(
        (file.path, code.line)
        for file, document in repository.of(DocumentReferences)
        if file.path in lists
        for code in document.codes
        if code.leads and not _SPEAKS_OF_IT.search(code.context)
    )


def _is_read(record: NameRecord, mentioned: Container[str]) -> bool:
    return bool(record.uses or record.validated or record.passed) or record.name in mentioned


_CODE = (
    "import os\n\nTOKEN = os.environ['SHOP_TOKEN']\nURL = os.environ['SHOP_URL']\nTIMEOUT = os.getenv('SHOP_TIMEOUT')\n"
)

RULE = Rule(
    id="AUD313",
    name="secret-asked-in-vain",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Is every secret that the env template or a document asks for read by something?",
    why="Whoever sets up the system obtains a key for nothing, or sets one name while the code reads another.",
    limits="A name that any code or configuration mentions, in whatever letters, counts as read, and so does one that a known image or library reads by itself. A template of which the repository reads little is taken for that of another program, and a document counts where three of four of its names are read.",
    fix="Delete it from the template, or read it under this name.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"names", "setting-words", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a key for nothing",
            files={
                ".env.example": "SHOP_TOKEN=\nSHOP_URL=\nSHOP_TIMEOUT=\nWEATHER_API_KEY=\n",
                "app.py": _CODE,
            },
            found=(".env.example:4",),
        ),
        Example(
            title="a row of a table for nothing, and a list for another program",
            files={
                "app.py": _CODE,
                "docs/secrets.md": "# Secrets\n\n| Name | Used by |\n|---|---|\n| `SHOP_TOKEN` | shop |\n| `SHOP_URL` | shop |\n| `SHOP_TIMEOUT` | shop |\n| `COURIER_TOKEN` | courier |\n",
                "docs/hosting.md": "# Host\n\n| Name | Used by |\n|---|---|\n| `SHOP_TOKEN` | shop |\n| `HOST_TOKEN` | host |\n| `HOST_API_KEY` | host |\n",
            },
            found=("docs/secrets.md:8",),
        ),
        Example(
            title="read in another way",
            files={
                ".env.example": "SHOP_TOKEN=\nSHOP_URL=\nSHOP_TIMEOUT=\nWEATHER_API_KEY=\nMAIL_PASSWORD=\n",
                "app.py": f"{_CODE}\n\nclass Settings:\n    weather_api_key: str\n",
                "docker-compose.yml": "services:\n  api:\n    environment:\n      - MAIL_PASSWORD\n",
            },
        ),
    ),
)
