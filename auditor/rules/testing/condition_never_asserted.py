"""AUD943: a test works out several conditions, and asserts only some of them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from auditor.facts.literal_verdicts import keyed
from auditor.facts.python_syntax import FunctionView, neighbours, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONDITIONS = (ast.Compare, ast.BoolOp)
_FEWEST = 3


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not view.is_test:
            continue
        tables = list(_tables(view))
        known = _keys_read(view) if tables else {}
        for name, table in tables:
            read = known.get(name, set())
            left = [(value, key) for key, value in keyed(table) if isinstance(value, _CONDITIONS) and key not in read]
            for first, last, key in neighbours(left if read else ()):
                message = f"{view.name} works out {key!r} and asserts nothing about it."
                yield Hit(source.path, first, last, message, view.qualified)


def _tables(view: FunctionView) -> Iterator[tuple[str, ast.Dict]]:
    """The tables of conditions, by the name that each is bound to once."""
    for one in view.of(ast.Assign):
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table):
                values = [value for _, value in keyed(table)]
                conditions = [value for value in values if isinstance(value, _CONDITIONS)]
                if len(values) == len(table.keys) and len(conditions) >= _FEWEST and 2 * len(conditions) > len(values):
                    yield name, table
            case _:
                continue


def _keys_read(view: FunctionView) -> Mapping[str, set[str]]:
    """The keys that are read one by one, by the name of the table; those of no table that is looked at as a whole."""
    loads = Counter(one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load))
    keys: dict[str, list[str]] = {}
    for one in view.of(ast.Subscript):
        match one:
            case ast.Subscript(value=ast.Name(id=held), slice=ast.Constant(value=str() as key)):
                keys.setdefault(held, []).append(key)
            case _:
                continue
    return {name: set(found) for name, found in keys.items() if len(found) == loads[name]}


RULE = Rule(
    id="AUD943",
    name="condition-never-asserted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every condition asserted that a test works out?",
    why="A table of checks reads as if all of them had to hold; those that no assertion asks for may fail for ever.",
    limits="Judged are literal tables of at least three conditions within a test, of which single entries are read, and never the whole.",
    fix="Assert the entry, or remove it.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="two checks of four that nothing asks for",
            files={
                "tests/test_image.py": (
                    "def test_image(text):\n    checks = {\n        'user': 'USER shop' in text,\n        'read_only': 'read_only: true' in text,\n        'capabilities': 'cap_drop' in text,\n        'no_root': 'USER root' not in text,\n    }\n"
                    "    assert checks['user']\n    assert checks['no_root']\n"
                ),
            },
            found=("tests/test_image.py:4",),
        ),
        Example(
            title="a table that is asserted as a whole, and one of values",
            files={
                "tests/test_image.py": (
                    "def test_image(text):\n    checks = {'user': 'USER' in text, 'port': 'EXPOSE' in text, 'cmd': 'CMD' in text}\n    assert all(checks.values())\n    assert checks['user']\n\n\n"
                    "def test_order(shop):\n    order = {'id': 1, 'name': 'a', 'sum': 3}\n    assert shop(order['id'])\n"
                ),
            },
        ),
    ),
)
