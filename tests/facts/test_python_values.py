"""What expressions come to is told with little work, however they are written."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import UNKNOWN, fold, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language, Role, SourceFile

ROWS = 6
KEYS = ("ok", "healthy", "passed", "success")


def _function(body: str) -> FunctionView:
    data = ("def f():\n" + "".join(f"    {line}\n" for line in body.splitlines())).encode()
    source = Source(SourceFile("a.py", "", len(data), Language.PYTHON, Role.SHIPPED), data)
    return syntax_of(source).functions[0]


def _result(body: str) -> tuple[ast.expr | None, Bindings]:
    view = _function(body)
    return view.returns[0].value, Bindings.of(view)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("round(0.98765, 3)", 0.988),
        ("round(1250, -2)", 1200),
        ("round(7.5)", 8),
        ("round(1, -1_000_000)", UNKNOWN),
        ("round(0.5, 1_000_000)", UNKNOWN),
        ("round(1, 0x" + "f" * 5_000 + ")", UNKNOWN),
        ("0x" + "f" * 5_000 + " * 2", UNKNOWN),
        ("2 ** 1_000_000", UNKNOWN),
        ("1 << 1_000_000", UNKNOWN),
        ("'a' * 1_000_000", UNKNOWN),
        ("999_999_999 * 999_999_999 * 9 * 9", UNKNOWN),
    ],
)
def test_a_number_that_nobody_writes_is_not_computed(written: str, value: object) -> None:
    folded = fold(*_result(f"return {written}"))
    assert folded is value or folded == value


def test_a_key_gives_what_stands_under_it_last() -> None:
    node, bindings = _result("table = {'a': 1, 'b': 2, 'a': 3, **{}}\nreturn table['a'] + table['b']")
    assert fold(node, bindings) == 5


def _many(text: str) -> str:
    return ", ".join([text] * ROWS)


FOLDED = {
    "names": "".join(f"a{n} = max({_many(f'a{n + 1}')})\n" for n in range(ROWS)),
    "keys": "".join(f"a{n} = max({_many(f't{n}[0]')})\nt{n} = {{0: a{n + 1}}}\n" for n in range(ROWS)),
}


@pytest.mark.parametrize("name", sorted(FOLDED))
def test_what_stands_in_many_places_is_looked_at_once(name: str) -> None:
    folded, asked = _counted(fold, f"{FOLDED[name]}a{ROWS} = 4\nreturn a0")
    assert folded == 4
    assert asked < ROWS * ROWS * 10


def test_a_verdict_that_stands_in_many_places_is_looked_at_once() -> None:
    fields = [*KEYS, *map(str.upper, KEYS)]
    inner, outer = (", ".join(f"'{key}': {value}" for key in fields) for value in ("True", "a"))
    verdict, asked = _counted(verdict_of, f"a = {{{inner}}}\nreturn {{{outer}}}")
    assert verdict is Verdict.SUCCESS
    assert asked == len(fields) * 2 + 2


def _counted(told_by: Callable[[ast.expr | None, Bindings], object], body: str) -> tuple[object, int]:
    """What is told of the value that a function returns, and how often the teller was asked for that."""
    node, bindings = _result(body)
    asked = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal asked
        asked += event == "call" and frame.f_code is told_by.__code__

    sys.setprofile(note)
    try:
        told = told_by(node, bindings)
    finally:
        sys.setprofile(None)
    return told, asked
