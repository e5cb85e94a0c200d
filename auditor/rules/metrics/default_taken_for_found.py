"""AUD229: an assertion that what cannot be None is not None."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for node in _never_none(view) if view.is_test else ():
            message = "The assertion asks whether something is there that is made where nothing is found."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _never_none(view: FunctionView) -> Iterator[ast.Assert]:
    """``assert x.get("k", "") is not None``, at once or by way of a name."""
    for node in view.of(ast.Assert):
        match node.test:
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
                value = Bindings.of(view).only(left.id) if isinstance(left, ast.Name) else left
                if value is not None and _is_something(value):
                    yield node
            case _:
                continue


def _is_something(value: ast.expr) -> bool:
    """Whether an expression gives an object whatever it finds."""
    match value:
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, ast.Constant(value=default)]):
            return default is not None and not default  # anything else may be the second part of a key
        case ast.Call(func=ast.Name(id="getattr"), args=[_, _, ast.Constant(value=default)]):
            return default is not None
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, ast.List() | ast.Dict()]):
            return True
        case ast.Call(
            func=ast.Name(id="len" | "str" | "list" | "dict" | "sorted" | "bool" | "int" | "float" | "set" | "tuple")
        ):
            return True
        case _:
            return isinstance(
                value, ast.JoinedStr | ast.List | ast.Dict | ast.Set | ast.Tuple | ast.ListComp | ast.DictComp
            )


RULE = Rule(
    id="AUD229",
    name="default-taken-for-found",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every assertion that something is there fail?",
    why="`headers.get(name, '')` is never None: the test passes on the day on which the header is gone.",
    limits="Judged are `is not None` on lookups with a default, on literals and on conversions, at once or by a name that is bound once.",
    fix="Look it up without a default, and compare it with what it should be.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("is not none",),
    examples=(
        Example(
            title="a default that is always there",
            files={
                "tests/test_api.py": (
                    "def test_origin(client):\n"
                    '    response = client.options("/")\n'
                    '    origin = response.headers.get("Access-Control-Allow-Origin", "")\n'
                    "    assert origin is not None\n"
                    "    assert len(response.text) is not None\n"
                ),
            },
            found=("tests/test_api.py:4", "tests/test_api.py:5"),
        ),
        Example(
            title="a lookup that may find nothing",
            files={
                "tests/test_api.py": (
                    "def test_origin(client):\n"
                    '    response = client.options("/")\n'
                    '    origin = response.headers.get("Access-Control-Allow-Origin")\n'
                    "    assert origin is not None\n"
                    '    assert response.json().get("id", None) is not None\n'
                ),
            },
        ),
        Example(
            title="a lookup with two parts",
            files={
                "tests/test_cache.py": (
                    "def test_cache(cache):\n"
                    '    found = cache.get("commit", "settings")\n'
                    "    assert found is not None\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
