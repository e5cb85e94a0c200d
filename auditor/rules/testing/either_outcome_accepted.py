"""AUD499: a test passes where the code does what it should, and where it refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import caught, handlers, is_quiet, skip_in
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits
from auditor.rules.testing.silent_pass import passes_silently

__all__ = ["RULE"]

_FORCES = pattern(r"(?i)(?:^|\.)(?:fail|fatal|abort|raises|assertRaises\w*|exit)$")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(source, Flaw.EITHER_OUTCOME, "{test} passes whether the call goes well or fails.")
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        for attempt, handler in handlers(view) if view.is_test and not _tries_many(view) else ():
            if _accepts_both(view, attempt, handler, syntax) and not _is_told_elsewhere(view, handler, syntax):
                message = f"{view.name} passes whether the call goes well or fails."
                yield Hit(source.path, handler.lineno, handler.end_lineno or handler.lineno, message, view.qualified)
        lone, name = _lone_alternative(view) if view.is_test and not _tries_many(view) else (None, "")
        if lone is not None:
            message = f"{view.name} passes where {name} is not there, and asserts nothing else."
            yield Hit(source.path, lone.lineno, lone.end_lineno or lone.lineno, message, view.qualified)


def _is_told_elsewhere(view: FunctionView, handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    """Whether the handler, or one within it, passes without a question, of which AUD442 speaks."""
    within = {id(one) for one in (handler, *own_nodes(handler.body))}
    return any(id(one) in within and passes_silently(attempt, one, view, syntax) for attempt, one in handlers(view))


def _lone_alternative(view: FunctionView) -> tuple[ast.Assert | None, str]:
    """``assert answer is None or answer.status == 403``: the one assertion of a test, content with no answer."""
    found = view.of(ast.Assert)
    if len(found) != 1 or any(_FORCES.search(ast.unparse(call.func)) for call in view.calls):
        return None, ""
    test = found[0].test
    if not isinstance(test, ast.BoolOp) or not isinstance(test.op, ast.Or):
        return None, ""
    name = _found_missing(test.values[0])
    given = Bindings.of(view).assigned.get(name, ())
    asked = [one for one in given if isinstance(one, ast.Call | ast.Await)]
    others = own_nodes(test.values[1:])
    if any(isinstance(one, ast.NotIn | ast.NotEq | ast.Not | ast.IsNot) for one in others):
        return None, ""  # what is not to be there may as well be nothing at all
    rest = {one.id for one in others if isinstance(one, ast.Name)}
    return (found[0], name) if asked and name in rest else (None, "")


def _found_missing(test: ast.expr) -> str:
    """The name of which a condition asks whether it is None, or not true; empty for others."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return name
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
        case _:
            return ""


def _tries_many(view: FunctionView) -> bool:
    """Whether the inputs are drawn or listed, so that some are to be taken and others refused."""
    makers = (one.func if isinstance(one, ast.Call) else one for one in view.node.decorator_list)
    return any(last_name(one) in ("given", "parametrize", "example", "data") for one in makers)


def _accepts_both(view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    if (
        attempt.orelse
        or is_quiet(handler.body, syntax)
        or skip_in(handler.body, syntax) is not None
        or _forces([attempt], syntax)
    ):
        return False
    if "AssertionError" in caught(handler, syntax):
        return False  # one of two values: it is the assertion that is tried
    if not _asserts(attempt.body) and _judges_only_the_error(view, attempt, handler):
        return True
    if not (_asserts(attempt.body) and _asserts(handler.body)):
        return False
    # what is asserted after the block may tell both ways apart
    return _last_assertion(view) <= (attempt.end_lineno or 0)


def _judges_only_the_error(view: FunctionView, attempt: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether a refusal that is wanted is asserted where it comes, and nothing is where it does not come."""
    asserted = [one for one in own_nodes(handler.body) if isinstance(one, ast.Assert)]
    told = any(isinstance(one, ast.Name) and one.id == handler.name for test in asserted for one in subtree(test))
    if (
        not handler.name
        or not told
        or len(attempt.handlers) > 1
        or any(isinstance(one, ast.Return) for one in own_nodes(attempt.body))
    ):
        return False
    return _last_judgement(view) <= (attempt.end_lineno or 0)


@lru_cache(maxsize=2)
def _last_assertion(view: FunctionView) -> int:
    """The line of the last assertion of a test."""
    return max((one.lineno for one in view.of(ast.Assert)), default=0)


@lru_cache(maxsize=2)
def _last_judgement(view: FunctionView) -> int:
    """The line of the last that can fail a test without an exception having come."""
    handled = {id(one) for other in view.of(ast.ExceptHandler) for one in own_nodes(other.body)}
    plain = (one.lineno for one in view.of(ast.Assert, ast.Raise) if id(one) not in handled)
    called = (one.lineno for one in view.calls if "assert" in last_name(one.func).lower())
    return max((*plain, *called), default=0)


def _asserts(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Assert) and not _is_false(node) for node in own_nodes(body))


def _is_false(node: ast.Assert) -> bool:
    return isinstance(node.test, ast.Constant) and not node.test.value


def _forces(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether a way through the block fails in any case, or the block expects the exception itself."""
    for node in own_nodes(body):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Assert) and _is_false(node)):
            return True
        if isinstance(node, ast.Call) and _FORCES.search(syntax.name_of(node.func)):
            return True
    return False


RULE = Rule(
    id="AUD499",
    name="either-outcome-accepted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every test say which outcome is the right one?",
    why="A test that is content with an answer and content with a refusal stays green when the door that it guards is left open.",
    limits="Single assertions that are content with there being no result (`assert answer is None or answer.ok`), blocks that assert something where the call goes well and something else where it raises, without a failure on either way, and blocks that assert something of the error alone, with nothing that fails where none comes. Tests whose inputs are drawn or listed are left alone.",
    fix="Decide what must happen, and assert that alone (`pytest.raises`, `rejects.toThrow`); write two tests where both can be provoked.",
    since="0.5.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="a payment or none, and one of two ends that is asserted beside others",
            files={
                "tests/test_pay.py": (
                    "def test_paused(planner, shop):\n    planner.pause(shop)\n    payment = planner.plan(shop)\n    assert payment is None or payment.shop == shop\n\n\n"
                    "def test_plan(planner, shop):\n    payment = planner.plan(shop)\n    assert planner.count == 1\n    assert payment is None or payment.shop == shop\n\n\n"
                    "def test_no_mark(shop):\n    marks = shop.marks()\n    assert marks is None or 'old' not in marks\n\n\n"
                    "def test_given(payment, shop):\n    assert payment is None or payment.shop == shop\n"
                )
            },
            found=("tests/test_pay.py:4",),
        ),
        Example(
            title="a door that may be open or shut",
            files={
                "tests/test_door.py": "def test_door(client):\n    try:\n        answer = client.enter()\n        assert answer['open']\n    except Refused as refusal:\n        assert refusal.code == 4401\n",
                "tests/door.test.ts": "it('guards', async () => {\n  try {\n    const answer = await enter();\n    expect(answer.open).toBe(true);\n  } catch (error) {\n    expect(error.code).toBe(4401);\n  }\n});\n",
            },
            found=("tests/door.test.ts:5", "tests/test_door.py:5"),
        ),
        Example(
            title="a refusal that need not come",
            files={
                "tests/test_desk.py": (
                    "async def test_bad_ticket(desk):\n    try:\n        await desk.take(Ticket(code=''))\n        await desk.commit()\n    except Exception as error:\n        assert 'code' in str(error)\n\n\n"
                    "def test_refused(desk):\n    refused = False\n    try:\n        desk.take(None)\n    except ValueError as error:\n        assert 'none' in str(error)\n        refused = True\n    assert refused\n"
                ),
            },
            found=("tests/test_desk.py:5",),
        ),
        Example(
            title="an answer that need not be there",
            files={
                "tests/test_desk.py": (
                    "def test_refused(client, app):\n    answer = None\n    if app.open:\n        answer = client.post('/desk')\n    assert answer is None or answer.status_code == 403\n\n\n"
                    "async def test_found(desk):\n    found = await desk.find('x')\n    assert not found or found.open\n\n\n"
                    "def test_each(desk):\n    for one in desk.all():\n        assert one is None or one.open\n\n\n"
                    "def test_two(desk):\n    found = desk.find('x')\n    assert found is None or found.open\n    assert desk.asked == 1\n"
                )
            },
            found=("tests/test_desk.py:10", "tests/test_desk.py:5"),
        ),
        Example(
            title="one outcome that is the right one, and what AUD442 tells of",
            files={
                "tests/test_door.py": (
                    "import pytest\n\n\ndef test_any(client):\n    try:\n        assert client.enter()\n    except Exception:\n        assert True\n\n\ndef test_shut(client):\n    try:\n        answer = client.enter()\n        assert answer\n        pytest.fail('open')\n    except Refused as refusal:\n        assert refusal.code == 4401\n\n\n"
                    "def test_open(client):\n    try:\n        assert client.enter()\n    except Refused as refusal:\n        raise AssertionError(str(refusal))\n\n\n"
                    "def test_order(client):\n    try:\n        assert client.list() == [1, 2]\n    except AssertionError:\n        assert client.list() == [2, 1]\n\n\n"
                    "def test_state(client):\n    try:\n        assert client.enter()\n        state = 1\n    except Refused as refusal:\n        assert refusal.code\n        state = 2\n    assert state == 1\n"
                ),
                "tests/door.test.ts": "it('guards', async () => {\n  expect.assertions(1);\n  try {\n    expect(await enter()).toBe(1);\n  } catch (error) {\n    expect(error.code).toBe(4401);\n  }\n});\n",
            },
        ),
    ),
)
