"""AUD278: a test that replaces what it is a test of."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_DOUBLES = frozenset({"Mock", "MagicMock", "AsyncMock"})


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        found = list(view.of(ast.Assert)) if view.is_test else []
        patched = _patched(view) if found else {}
        if patched and all(_asks_patched(one.test, view, patched) for one in found):
            message = f"{view.name} asserts what {', '.join(sorted(patched))} gives, which it has replaced itself."
            yield Hit(source.path, found[0].lineno, found[0].end_lineno or found[0].lineno, message, view.qualified)


def _patched(view: FunctionView) -> dict[str, str]:
    """The methods for which the test puts in an answer of its own, with what they were replaced on."""
    found: dict[str, str] = {}
    for call in view.calls:
        match call:
            case ast.Call(func=ast.Attribute(attr="object"), args=[owner, ast.Constant(value=str(name)), *_]):
                if any(one.arg == "return_value" for one in call.keywords):
                    found[name] = ast.unparse(owner)
            case ast.Call(
                func=ast.Attribute(attr="setattr"), args=[owner, ast.Constant(value=str(name)), ast.Lambda()]
            ):
                found[name] = ast.unparse(owner)
            case _:
                continue
    found |= _given_answers(view)
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name() as owner, attr=name)], value=ast.Call() as double
            ) if last_name(double.func) in _DOUBLES and any(one.arg == "return_value" for one in double.keywords):
                found[name] = ast.unparse(owner)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name() as owner, attr=name)], value=ast.Lambda()):
                found[name] = ast.unparse(owner)
            case _:
                continue
    return found


def _given_answers(view: FunctionView) -> dict[str, str]:
    """``with patch.object(engine, "query") as double: double.return_value = [...]``."""
    answered = {
        node.targets[0].value.id
        for node in view.of(ast.Assign)
        if isinstance(node.targets[0], ast.Attribute)
        and node.targets[0].attr == "return_value"
        and isinstance(node.targets[0].value, ast.Name)
    }
    found: dict[str, str] = {}
    for item in view.of(ast.withitem):
        match item:
            case ast.withitem(
                context_expr=ast.Call(
                    func=ast.Attribute(attr="object"), args=[owner, ast.Constant(value=str(name)), *_]
                ),
                optional_vars=ast.Name(id=double),
            ) if double in answered:
                found[name] = ast.unparse(owner)
            case _:
                continue
    return found


def _asks_patched(test: ast.expr, view: FunctionView, patched: dict[str, str]) -> bool:
    """Whether a condition rests on a call of what was replaced, directly or by the one name that it was given."""
    bindings = Bindings.of(view)
    called = _calls(test)
    if called:
        return all(_is_patched(one, patched, bindings) for one in called)
    names = [one.id for one in own_nodes([test]) if isinstance(one, ast.Name)]
    kept = [value for value in map(bindings.only, names) if value is not None]
    return any(_calls(value) and all(_is_patched(one, patched, bindings) for one in _calls(value)) for value in kept)


def _calls(value: ast.expr) -> list[ast.Call]:
    """What is called on something in an expression; the making of objects does not count."""
    found = [one for one in own_nodes([value]) if isinstance(one, ast.Call)]
    plain = ("isinstance", "len", "bool")
    return [one for one in found if not last_name(one.func)[:1].isupper() and last_name(one.func) not in plain]


def _is_patched(call: ast.Call, patched: dict[str, str], bindings: Bindings) -> bool:
    """Whether a call is one of what was replaced: on the very thing, or on an object made of it."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in patched:
        return False
    owner, holder = patched[call.func.attr], call.func.value
    made = bindings.only(holder.id) if isinstance(holder, ast.Name) else holder
    same = ast.unparse(holder) == owner
    return same or (isinstance(made, ast.Call) and ast.unparse(made.func) == owner)


RULE = Rule(
    id="AUD278",
    name="patched-and-asserted",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what a test asserts produced by the code under test?",
    why="A test that patches `check` to return True and asserts that `check` returns True has tested the patch.",
    limits="Sees doubles that are put on an object (`gate.check = AsyncMock(return_value=...)`), `patch.object(..., return_value=...)` and `monkeypatch.setattr(..., lambda ...)` where all assertions of the test rest on calls of what was replaced.",
    fix="Patch what the code under test depends on, and call the code itself.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("return_value", "setattr", "lambda"),
    examples=(
        Example(
            title="the patch is what is tested",
            files={
                "tests/test_gate.py": (
                    "async def test_gate():\n    with patch.object(Gate, 'check', return_value=True):\n        assert await Gate(1).check()\n\n\n"
                    "def test_rate(monkeypatch):\n    monkeypatch.setattr(Meter, 'rate', lambda self: 1.0)\n    result = Meter().rate()\n    assert result == 1.0\n"
                ),
            },
            found=("tests/test_gate.py:3", "tests/test_gate.py:9"),
        ),
        Example(
            title="an answer that is given to the double of a query",
            files={
                "tests/test_search.py": (
                    "def test_search():\n    engine = Engine()\n    with patch.object(engine, 'query') as double:\n        double.return_value = ['order']\n"
                    "        found = engine.query('orders')\n        assert len(found) > 0\n"
                ),
            },
            found=("tests/test_search.py:6",),
        ),
        Example(
            title="a double that is put on the object, and asked",
            files={
                "tests/test_meter.py": (
                    "async def test_meter():\n    meter = Meter('a')\n    meter.read = AsyncMock(return_value=Reading(4))\n    reading = await meter.read()\n    assert reading.value == 4\n\n\n"
                    "async def test_total():\n    meter = Meter('a')\n    meter.read = AsyncMock(return_value=Reading(4))\n    total = await meter.total()\n    assert total == 4\n\n\n"
                    "async def test_double():\n    meter = Mock()\n    meter.read = Mock(return_value=4)\n    assert meter.read() == 4\n"
                ),
            },
            found=("tests/test_meter.py:18", "tests/test_meter.py:5"),
        ),
        Example(
            title="what the code under test depends on",
            files={
                "tests/test_gate.py": (
                    "async def test_gate():\n    with patch.object(Gate, 'check', return_value=True):\n        assert await Release(Gate(1)).allowed()\n\n\n"
                    "def test_rate(monkeypatch):\n    monkeypatch.setattr(Meter, 'rate', lambda self: 1.0)\n    assert Report(Meter()).text() == '100%'\n\n\n"
                    "def test_filter(mocker):\n    mocker.patch.object(dates, 'shown', return_value='1 May')\n    assert filters.shown(1) == '1 May'\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
