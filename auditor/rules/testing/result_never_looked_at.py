"""AUD423: a test that drops what the code under test gives, and asserts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction
from auditor.facts.repository import RepositoryFacts
from auditor.facts.unasserted_calls import UnassertedCall, UnassertedCalls
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = ("check", "assert", "verify", "validate", "ensure", "expect", "must", "test")
"""Functions named so fail by an exception: their result need not be looked at."""

_STEPS = 3
"""A test of so many statements prepares and does something: that is more than to ask that one call comes to its end."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    shipped = {file.path for file in facts.files if file.role is Role.SHIPPED}
    for file, fact in facts.of(UnassertedCalls):
        module = graph.by_path.get(file.path)
        for one in fact.items if module is not None else ():
            target = _target(graph, module, one)
            short = one.test.rpartition(".")[2]
            if target is not None and target[0].path in shipped and _gives(target[1]):
                message = f"{short} calls {target[1].short_name}, drops what it gives, and asserts nothing."
                yield Hit(file.path, one.line, one.line, message, one.test)
            elif one.owned and one.steps >= _STEPS:
                message = f"{short} ends with {one.call.rpartition('.')[2]}, and asserts nothing of what it has done."
                yield Hit(file.path, one.last, one.last, message, one.test)


def _target(graph: PythonGraph, module: Module | None, one: UnassertedCall) -> tuple[Module, PythonFunction] | None:
    test = module.functions.get(one.test) if module is not None else None
    return graph.target(module, test, one.call) if module is not None and test is not None else None


def _gives(function: PythonFunction) -> bool:
    """Whether a function gives a value on every path, and one that is more than a sign that it got there."""
    if function.short_name.lstrip("_").startswith(_CHECKS) or function.is_generator or function.falls_through:
        return False
    return bool(function.verdicts - {Verdict.NOTHING}) and Verdict.NOTHING not in function.verdicts


RULE = Rule(
    id="AUD423",
    name="result-never-looked-at",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test look at what the code that it calls gives back?",
    why="`def test_billing(session): run_billing(session)` is green when nothing was billed: all it asks is that no exception comes.",
    limits=(
        "Judged are tests whose last statement calls a function of the repository that gives a value on every path, and that assert nothing; or in at least three steps a method of what they have made; where another test of the file calls the same function, this one may ask for no more than its end, unless it takes three steps and the others look at what is given. Names, comments and docstrings that say that no "
        "error is what is asked for are believed; doubles and recorders that are handed in may assert, and so do functions named for checking."
    ),
    fix="Assert what the function returns, or what it changed.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"unasserted-calls"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="a number of letters that nobody compares",
            files={
                "app/letters.py": "def send_letters(store):\n    sent = 0\n    for one in store.late():\n        store.post(one)\n        sent += 1\n    return sent\n\n\ndef send_one(store):\n    return store.post(store.first())\n",
                "tests/test_letters.py": (
                    "import pytest\n\nfrom app import letters\n\n\ndef test_letters(store):\n    letters.send_letters(store)\n\n\n"
                    "@pytest.mark.slow\ndef test_many_letters(store):\n    store.fill(1000)\n    letters.send_letters(store)\n\n\n"
                    "@pytest.mark.timeout(5)\ndef test_letters_in_time(store):\n    letters.send_one(store)\n"
                ),
            },
            found=("tests/test_letters.py:11", "tests/test_letters.py:6"),
        ),
        Example(
            title="an object that is put to work, and of which nothing is asked",
            files={
                "app/watch.py": "class Watch:\n    def __init__(self, store):\n        self.store = store\n\n    def start(self):\n        self.store.open()\n\n    def beat(self):\n        self.store.touch()\n",
                "tests/test_watch.py": (
                    "from app.watch import Watch\n\n\ndef test_beats(store):\n    watch = Watch(store)\n    watch.start()\n    watch.beat()\n\n\n"
                    "def test_ends(store):\n    watch = Watch(store)\n    watch.start()\n    watch.close()\n\n\n"
                    "def test_page(page):\n    page.open('/')\n    page.press('more')\n    page.see('less')\n"
                ),
            },
            found=("tests/test_watch.py:7",),
        ),
        Example(
            title="what others look at, dropped at the end of a story",
            files={
                "app/plan.py": "class Planner:\n    def plan(self, one):\n        return self.store.add(one)\n\n    def pause(self, one):\n        self.store.stop(one)\n\n    def resume(self, one):\n        self.store.go(one)\n",
                "tests/test_plan.py": (
                    "async def test_plan(planner):\n    planned = await planner.plan(1)\n    assert planned.id == 1\n\n\n"
                    "async def test_resume(planner):\n    await planner.pause(1)\n    await planner.resume(1)\n    await planner.plan(1)\n\n\n"
                    "async def test_twice(planner):\n    await planner.plan(1)\n    await planner.plan(1)\n"
                ),
            },
            found=("tests/test_plan.py:9",),
        ),
        Example(
            title="what other tests of the same file look at, and is here only to come to its end",
            files={
                "app/names.py": "def parse(text):\n    if not text:\n        raise ValueError(text)\n    return text.split()\n",
                "tests/test_names.py": (
                    "import pytest\n\nfrom app.names import parse\n\n\ndef test_none():\n    with pytest.raises(ValueError):\n        parse('')\n\n\ndef test_two():\n    parse('a b')\n"
                ),
            },
        ),
        Example(
            title="a result that is compared, one that is none, and a test that says that it asks for no error",
            files={
                "app/letters.py": (
                    "def send_letters(store):\n    sent = store.send()\n    return sent\n\n\ndef count(store):\n    return store.count()\n\n\ndef close(store):\n    store.close()\n\n\ndef check_store(store):\n    return store.ask()\n"
                ),
                "tests/test_letters.py": (
                    "from app import letters\n\n\ndef test_letters(store):\n    assert letters.count(store) == 2\n\n\ndef test_close(store):\n    letters.close(store)\n\n\n"
                    "def test_letters_without_debtors(store):\n    letters.send_letters(store)\n\n\ndef test_store(store):\n    letters.check_store(store)\n\n\n"
                    "def test_again(store):\n    # must not raise\n    letters.send_letters(store)\n"
                ),
            },
        ),
    ),
    check_repository=_check,
)
