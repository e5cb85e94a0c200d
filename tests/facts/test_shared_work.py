"""What is done once for all who ask says what asking each time would say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor.facts
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes, children, nodes_of, own_nodes, subtree
from auditor.facts.shell_program import Command, Word

SOURCES = sorted(Path(auditor.facts.__file__).parent.glob("python_*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_shared_walk_is_that_of_the_standard_library_without_contexts(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    assert list(all_nodes(tree)) == list(_in_order(tree))
    assert all(children(node) == _plain(ast.iter_child_nodes(node)) for node in all_nodes(tree))
    for node in all_nodes(tree):
        if isinstance(node, ast.stmt | ast.expr):
            assert list(subtree(node)) == list(_in_order(node))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nodes_of_kinds_are_those_of_a_walk_in_its_order(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    for kinds in ((ast.Call,), (ast.Assign, ast.Name), (ast.Global, ast.Match)):
        assert list(nodes_of(tree, *kinds)) == [node for node in _in_order(tree) if isinstance(node, kinds)]


_NESTED = """
@outer(1)
class A(B):
    x = 1
    @inner
    def f(self, a=lambda: 2):
        @deep(g)
        def g():
            class C: y = 3
            return y
        for i in g(): yield i
    z = [f for f in x]
if A:
    async def h(): pass
"""


@pytest.mark.parametrize("text", [_NESTED, *(path.read_text() for path in SOURCES)])
def test_own_nodes_leave_out_what_is_in_functions_and_classes(text: str) -> None:
    tree = ast.parse(text)
    scopes = [one for one in ast.walk(tree) if isinstance(one, ast.Module | ast.ClassDef | ast.FunctionDef)]
    again = ast.Module(body=tree.body[:2], type_ignores=[])  # a node made anew, over nodes that have been walked
    for scope in (*scopes, again, *scopes):
        assert list(own_nodes(scope.body)) == [one for part in scope.body for one in _own(part)]
        assert list(subtree(scope)) == list(_in_order(scope))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    is_scope = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    inner: Iterable[ast.AST] = getattr(node, "decorator_list", ()) if is_scope else ast.iter_child_nodes(node)
    for child in _plain(inner):
        yield from _own(child)


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in _plain(ast.iter_child_nodes(node)):
        yield from _in_order(child)


def _plain(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    return [node for node in nodes if not isinstance(node, ast.expr_context)]


@given(st.text("aA1 =\n:#'\"_-", max_size=60))
def test_a_search_over_all_lines_misses_none(text: str) -> None:
    for expression in (r"^a\s*=", r"a$", r"\ba\b", r"^\s*#.*A$", r"(?i)^a[:=]\s*['\"]?1\b"):
        asked = pattern(expression)
        matching = any(asked.search(line) for line in text.split("\n"))
        assert not matching or asked.in_lines(text)


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
