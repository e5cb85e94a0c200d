"""Who looks at a file is what asking each parser and rule about it would say."""

from __future__ import annotations

import pytest

from auditor.engine.dispatch import Dispatch, Readers
from auditor.facts.registry import parsers
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Rule
from auditor.rules.registry import rules

PATHS = (
    "app.json",
    ".github/workflows/ci.yml",
    "tests/test_x.py",
    "compose.yaml",
    "docs/a.md",
    "pyproject.toml",
    "x",
    "Makefile",
)
FILES = [
    SourceFile(path, "", size, language, role)
    for path in PATHS for size in (1, 10_000_000) for language in Language for role in Role
]  # fmt: skip
DATA = b"assert status is healthy; curl || true  # TODO"


def test_parsers_are_those_that_accept_the_file() -> None:
    readers = Readers(parsers())
    for file in FILES:
        assert readers.of(file) == [one for one in parsers() if one.accepts(file)]


@pytest.mark.parametrize("kinds", [set(), {"github-workflow"}, {"code-functions", "comments"}], ids=len)
def test_rules_are_those_whose_words_and_facts_are_there(kinds: set[str]) -> None:
    dispatch = Dispatch(rules())
    for file in FILES[::7]:
        there = {file.language.value} | kinds
        asked = [one.id for one in rules() if one.check_file and _wants(one, file, there)]
        assert [one.id for one in dispatch.wanted(file, there, DATA.lower())] == asked


def _wants(rule: Rule, file: SourceFile, kinds: set[str]) -> bool:
    if file.role not in rule.roles or (rule.reads and not rule.reads & kinds):
        return False
    return not rule.triggers or any(word.encode() in DATA.lower() for word in rule.triggers)
