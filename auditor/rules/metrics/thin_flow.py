"""AUD836: a test of a whole flow asserts only that something came back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FLOWS = pattern(
    r"(?i)flow|cycle|pipeline|end_?to_?end|e2e|integration|workflow|full_|complete_|healing|scenario|journey|orchestrat"
)
_LOOKS_UP = pattern(r"(?i)^(?:get|find|next|first|lookup|load|loads|read|search|match|pop|fetch)(?:_|$)")
_ABOUT = pattern(
    r"(?i)init|import|creat|exist|instan|construct|singleton|factory|none|returns_(?:a_|an_)?(?:list|dict|bool|str|string|object|response)|type|callable|registered|available|default|smoke|importable|loads?$|setup|does_?no?t|not_raise|no_err|without_err|crash|toler|surviv|graceful"
)
_ASSERTS = pattern(r"(?i)assert|raises|warns|expect|verif|check_|fail|must")
_PLAIN = frozenset({"list", "dict", "str", "tuple", "int", "float", "bool", "set", "bytes", "object"})
_MOST = 2
_DOUBLES = pattern(r"(?i)^(?:patch|object|dict|multiple|Mock|MagicMock|AsyncMock|create_autospec)$")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if not view.is_test or _ABOUT.search(view.name) or not _FLOWS.search(view.qualified):
            continue
        found = view.of(ast.Assert)
        if not 0 < len(found) <= _MOST or any(_ASSERTS.search(last_name(call.func)) for call in view.calls):
            continue
        bindings = Bindings.of(view)
        if all(_is_thin(one.test, bindings) for one in found) and _is_much(view):
            message = f"{view.name} asserts of all that it went through only that something came back."
            yield Hit(source.path, found[0].lineno, found[-1].end_lineno or found[-1].lineno, message, view.qualified)


def _is_thin(test: ast.expr, bindings: Bindings) -> bool:
    """``found is not None``, ``isinstance(found, list)``, ``len(found) > 0``, of the answer to a call."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _is_answer(name, bindings)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), ast.Name(id=kind)]):
            return kind in _PLAIN and _is_answer(name, bindings)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]),
            ops=[ast.Gt() | ast.GtE()],
            comparators=[ast.Constant(value=0 | 1)],
        ):
            return _is_answer(name, bindings)
        case ast.Name(id=name):
            return _is_answer(name, bindings)
        case _:
            return False


def _is_answer(name: str, bindings: Bindings) -> bool:
    value = bindings.only(name)
    inner = value.value if isinstance(value, ast.Await) else value
    if not isinstance(inner, ast.Call) or last_name(inner.func)[:1].isupper():
        return False
    own = isinstance(inner.func, ast.Attribute) and isinstance(inner.func.value, ast.Name)
    return own or not _LOOKS_UP.search(last_name(inner.func))


def _is_much(view: FunctionView) -> bool:
    """Whether a test puts so much together that more could be asserted: several doubles, or many statements."""
    doubles = [call for call in view.calls if _DOUBLES.match(last_name(call.func))]
    return len(doubles) >= _MOST or len(view.of(ast.Expr, ast.Assign)) >= 2 * _MOST


RULE = Rule(
    id="AUD836",
    name="thin-flow",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a test of a flow assert what has to come out of it?",
    why="`results = pipeline.run(order); assert results is not None` passes when the pipeline has refused, lost or doubled the order.",
    limits=(
        "Judged are tests named for flows, pipelines, cycles, integrations and the like, with several doubles or statements, whose one or two assertions are that the answer of a call is there, "
        "is a list or is not empty; tests about making, importing and types are left alone."
    ),
    fix="Assert the state or the values that must come out.",
    since="0.5.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("assert",),
    examples=(
        Example(
            title="a pipeline, and a search",
            files={
                "tests/test_orders.py": (
                    "def test_order_pipeline(shop):\n"
                    "    order = shop.order('tea')\n"
                    "    shop.pay(order)\n"
                    "    shop.pack(order)\n"
                    "    results = shop.run(order)\n"
                    "    assert results is not None\n"
                    "\n"
                    "\n"
                    "def test_index_integration(index):\n"
                    "    index.add([[0.1], [0.2]])\n"
                    "    index.build()\n"
                    "    wanted = [0.1]\n"
                    "    found = index.search(wanted)\n"
                    "    assert isinstance(found, list)\n"
                ),
            },
            found=("tests/test_orders.py:14", "tests/test_orders.py:6"),
        ),
        Example(
            title="what came out, and a test of making",
            files={
                "tests/test_orders.py": (
                    "def test_order_pipeline(shop):\n"
                    "    order = shop.order('tea')\n"
                    "    shop.pay(order)\n"
                    "    shop.pack(order)\n"
                    "    results = shop.run(order)\n"
                    "    assert results is not None\n"
                    "    assert results[0].state == 'sent'\n"
                    "\n"
                    "\n"
                    "def test_create_pipeline(shop):\n"
                    "    order = shop.order('tea')\n"
                    "    shop.pay(order)\n"
                    "    shop.pack(order)\n"
                    "    results = shop.run(order)\n"
                    "    assert results is not None\n"
                    "\n"
                    "\n"
                    "def test_process(shop):\n"
                    "    results = shop.run()\n"
                    "    assert results\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
