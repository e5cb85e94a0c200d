"""Python of later versions is read on every version, and its lines stay where they are."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.base import ParseFailure
from auditor.facts.newer_python import in_older_words
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def parsed(text: str) -> ast.Module:
    data = text.encode()
    return Source(SourceFile("app.py", "0", len(data), Language.PYTHON, Role.SHIPPED), data).python


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    run()\nexcept ValueError, zlib.error:\n    pass\n",
        "type Pair[T] = tuple[T, T]\n",
        "async def first[T: (str, bytes), *Ts](pair: list[T]) -> T:\n    return pair[0]\n",
        "class Box[T: Sequence[int]](Base):\n    pass\n",
        "print(f'{fields['a']} and {other['b'].get('c')}')\n",
        'print(f"{f"{name}"} is {"é" + x["y"]}")\n',
    ],
)
def test_later_syntax_is_read(text: str) -> None:
    tree = parsed(f"before = 1\n{text}after = 2\n")
    assert [node.lineno for node in tree.body] == [1, 2, 2 + text.count("\n")]


@pytest.mark.parametrize("text", ["print 'hello'\n", "f'{a['b'\n", "type = \n", "except A, B:\n"])
def test_what_no_version_reads_fails_at_its_line(text: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parsed("x = 1\n" + text)
    assert failure.value.line == 2


@given(st.text(alphabet="exceptydf[]{}()'\":,=T A\n", max_size=120))
def test_no_line_is_added_or_lost(text: str) -> None:
    assert in_older_words(text).count("\n") == text.count("\n")
