"""Readers that follow calls through a file: which function a call reaches, and with how much work."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from auditor.facts.python_callees import callee
from auditor.facts.python_grounds import Ground, grounds_of
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_waiting import only_waits
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

FUNCTIONS = """
def wait(): ...
def twice(): ...
def twice(): ...
class Client:
    def wait(self): ...
    def ask(self): ...
    def both(self): ...
    def both(self): ...
class Other:
    def ask(self): ...
"""


def _syntax(text: str) -> PythonSyntax:
    data = text.encode()
    return syntax_of(Source(SourceFile("a.py", "", len(data), Language.PYTHON, Role.SHIPPED), data))


def _named(name: str, syntax: PythonSyntax) -> FunctionView:
    return next(one for one in syntax.functions if one.qualified == name)


@pytest.mark.parametrize(
    ("caller", "call", "reached"),
    [
        ("Client.ask", "self.wait", "Client.wait"),
        ("Client.ask", "wait", "wait"),
        ("Client.ask", "Other.ask", "Other.ask"),
        ("Client.ask", "self.ask", ""),
        ("Client.ask", "self.both", ""),
        ("Client.ask", "twice", ""),
        ("Client.ask", "client.wait", ""),
        ("twice", "wait", "wait"),
        ("twice", "self.wait", ""),
        ("twice", "ask", ""),
    ],
)
def test_a_call_reaches_the_function_of_that_name_where_it_is_one(caller: str, call: str, reached: str) -> None:
    syntax = _syntax(FUNCTIONS)
    found = callee(call, _named(caller, syntax), syntax)
    assert (found.qualified if found is not None else "") == reached


WAITING = "import time\n\n\ndef pause():\n    time.sleep(1)\n\n\ndef heal():\n    pause()\n    print('healed')\n"


@pytest.mark.parametrize(("pauses", "waits"), [("time.sleep", True), ("client.post", False)])
def test_a_function_waits_through_another_of_its_module(pauses: str, waits: bool) -> None:
    syntax = _syntax(WAITING.replace("time.sleep", pauses))
    assert only_waits(_named("heal", syntax), syntax) is waits


def _calling(times: int) -> str:
    """Methods, each of which calls the next so many times."""
    methods = [f"    def m{at}(self):\n" + f"        self.m{at + 1}()\n" * times for at in range(4)]
    return "class A:\n" + "".join(methods) + "    def m4(self):\n        print('on')\n"


def _asking(names: int) -> str:
    """Names, each of which stands for the next two times."""
    bound = [f"    a{at} = a{at + 1} and not a{at + 1}\n" for at in range(names)]
    return "def f(self, given):\n" + "".join(bound) + f"    a{names} = not given\n    return bool(a0)\n"


@pytest.mark.parametrize(
    ("read", "written", "small"),
    [(grounds_of, _calling, 3), (stays_inside, _calling, 3), (only_waits, _calling, 3), (grounds_of, _asking, 5)],
)
def test_work_grows_with_the_calls_and_not_with_the_ways(
    read: Callable[[FunctionView, PythonSyntax], object], written: Callable[[int], str], small: int
) -> None:
    less, more = (_events(read, _syntax(written(size))) for size in (small, small * 2))
    assert more < less * 3


def _events(read: Callable[[FunctionView, PythonSyntax], object], syntax: PythonSyntax) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        read(syntax.functions[0], syntax)
    finally:
        sys.setprofile(None)
    return count


def test_a_name_that_stands_for_itself_is_read_once() -> None:
    syntax = _syntax("def f(given):\n    a = not a\n    b = not given\n    return bool(a and b)\n")
    assert grounds_of(syntax.functions[0], syntax) == {Ground.PRESENCE}
