"""AUD488: all that a test asserts of a verdict is its type, or of a piece of work that it has a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ABOUT_TYPES = pattern(
    r"(?i)type|return_?value|returns_(?:a_)?(?:bool|int|float|number)|bool|float|int(?:eger)?(?:_|$)|convert|cast|coerc|pars"
)
_ABOUT_NAMES = pattern(
    r"(?i)attr|export|import|exist|interface|protocol|api(?:_|$)|public|has_|have_|name|member|method|signature|callable|expos|defin|present|available|subclass|inherit|abstract|register|compat|deprecat|alias|module|propert|field|contain|structure|smoke|init|factory|creat|setup|load"
)
_ASSERTS = pattern(r"(?i)assert|raises|warns|expect|verif|check_|fail")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        found = view.of(ast.Assert) if view.is_test and not _ABOUT_TYPES.search(view.name) else ()
        if found and all(_asks_for_name(one.test) for one in found) and _is_about_more(view):
            first = found[0]
            message = f"{view.name} asserts only that a name is there: what it does is not asked."
            yield Hit(source.path, first.lineno, first.end_lineno or first.lineno, message, view.qualified)
        if found and all(_asks_for_type(one.test) for one in found) and not _asserts_more(view):
            first = found[0]
            message = f"{view.name} asserts only the type of what it gets: True and False both pass."
            yield Hit(source.path, first.lineno, first.end_lineno or first.lineno, message, view.qualified)


def _asks_for_type(test: ast.expr) -> bool:
    """``isinstance(report.healthy, bool)``, ``healthy in (True, False)``."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="bool")]):
            return True
        case ast.Compare(ops=[ast.In()], comparators=[ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts)]):
            told = {one.value for one in elts if isinstance(one, ast.Constant) and isinstance(one.value, bool)}
            return len(elts) == len(told) == len((True, False))
        case _:
            return False


def _asks_for_name(test: ast.expr) -> bool:
    """``hasattr(Standby, "switch")``, ``callable(restore)``."""
    match test:
        case ast.Call(func=ast.Name(id="hasattr"), args=[_, _]) | ast.Call(func=ast.Name(id="callable"), args=[_]):
            return True
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_asks_for_name(one) for one in values)
        case _:
            return False


def _is_about_more(view: FunctionView) -> bool:
    """Whether a test that looks at names alone is named after what happens, and neither after names nor the lack of them."""
    return not _ABOUT_NAMES.search(view.name) and not _asserts_more(view)


def _asserts_more(view: FunctionView) -> bool:
    return any(_ASSERTS.search(last_name(call.func)) for call in view.calls)


RULE = Rule(
    id="AUD488",
    name="only-type-asserted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests assert which verdict comes out?",
    why="With the store down, `assert isinstance(report.ok, bool)` passes whether the report says so or not.",
    limits="Judged are tests of which every assertion is that something is a truth value, or that a name is there; those that are named for types or names are left alone.",
    fix="Assert the value that has to come out.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("bool", "true", "hasattr", "callable"),
    examples=(
        Example(
            title="a verdict of whatever kind",
            files={
                "tests/test_report.py": (
                    "async def test_outage_is_reported(store):\n"
                    "    store.down = True\n"
                    "    report = await Report([store]).run()\n"
                    "    assert isinstance(report.ok, bool)\n"
                    "\n"
                    "\n"
                    "def test_limit(gate):\n"
                    "    assert gate.open() in (True, False)\n"
                ),
            },
            found=("tests/test_report.py:4", "tests/test_report.py:8"),
        ),
        Example(
            title="a name where a test promises what happens, and a test of names",
            files={
                "tests/test_standby.py": (
                    "from app.standby import Standby\n\n\ndef test_takes_over():\n    assert hasattr(Standby, 'switch')\n\n\ndef test_every_step_can_be_reverted(steps):\n    for one in steps:\n        assert callable(one)\n\n\n"
                    "def test_public_methods():\n    assert hasattr(Standby, 'switch')\n\n\ndef test_switch(standby):\n    assert hasattr(standby, 'switch')\n    assert standby.switch() == 1\n"
                ),
            },
            found=("tests/test_standby.py:10", "tests/test_standby.py:5"),
        ),
        Example(
            title="a verdict, and a type that is what the test is about",
            files={
                "tests/test_report.py": (
                    "async def test_outage_is_reported(store):\n"
                    "    report = await Report([store]).run()\n"
                    "    assert isinstance(report.ok, bool)\n"
                    "    assert not report.ok\n"
                    "\n"
                    "\n"
                    "def test_parses_numbers():\n"
                    '    assert isinstance(parse("4"), int)\n'
                    "\n"
                    "\n"
                    "def test_depth(board):\n"
                    "    assert isinstance(board.depth, int)\n"
                    "\n"
                    "\n"
                    "def test_report(board):\n"
                    "    assert isinstance(board.report(), Report)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
