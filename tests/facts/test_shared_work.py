"""What is done once for all who ask says what asking each time would say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import auditor.facts
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes, children
from auditor.facts.shell_program import Command, Word

SOURCES = sorted(Path(auditor.facts.__file__).parent.glob("python_*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_shared_walk_is_that_of_the_standard_library(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    assert list(all_nodes(tree)) == list(ast.walk(tree))
    assert all(children(node) == list(ast.iter_child_nodes(node)) for node in all_nodes(tree))


@pytest.mark.parametrize("lead", ["", "a", "é", "🙂", "\ud800"])
def test_positions_count_characters(lead: str) -> None:
    text = f"{lead} key=value {lead}"
    match = pattern(r"(\w+)=(\w+)").search(text)
    assert match is not None
    assert (match.start(), match.end(2)) == (len(lead) + 1, len(lead) + 10)
    assert (match.group(1), match.group(2)) == ("key", "value")
    assert [one.start() for one in pattern("e").finditer(text)] == [len(lead) + 2, len(lead) + 9]


def test_replacing_keeps_what_lies_between() -> None:
    assert pattern(r"\d+").sub("#", "a1é22b") == "a#é#b"
    assert pattern("x*").sub("-", "ab") == "-a-b-"


def test_a_command_begins_after_what_only_runs_it() -> None:
    words = ("sudo", "-n", "env", "A=1", "/usr/bin/make", "all")
    command = Command(
        words=tuple(Word(text=text, line=1, literal=True, quoted=False) for text in words), line=1, end_line=1
    )
    assert command.texts == ("/usr/bin/make", "all")
    assert command.name == "make"
    assert Command(line=1, end_line=1).name == ""
