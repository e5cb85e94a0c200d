"""AUD435: the test catches its own failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.ended_runs import ended_well
from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught, handlers, is_broad, is_quiet, is_unavailability
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_CLEANUP = pattern(
    r"(?i)close|shutdown|clean|kill|terminate|remove|unlink|delete|cancel|stop|join|drop|teardown|disconnect|rollback|release|purge|reset|wait|gather|raise|sleep|exit|quit|flush|destroy|dispose|result\b|next|poll|import|rmtree"
)
_LIMITED = frozenset({"asyncio.wait_for", "wait_for", "asyncio.timeout", "anyio.fail_after"})
"""What gives the call under test a limit of time."""


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(source, Flaw.SWALLOWED, "{test} ignores every failure of what it tests.")
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.name == "pytest_sessionfinish":
            for node in ended_well(view):
                message = "The run of all tests ends as passed, whichever of them have failed."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
        if not view.is_test:
            continue
        for attempt, handler in handlers(view):
            asserts = any(isinstance(node, ast.Assert) for node in own_nodes(attempt.body))
            wide = is_broad(handler, syntax) or (
                asserts and ("AssertionError" in caught(handler, syntax) or is_unavailability(handler, syntax))
            )
            arranged = asserts and _arranges(attempt, handler, view, syntax)
            wide = wide or arranged
            replaced = asserts and "AssertionError" in caught(handler, syntax) and _only_sets(handler, view)
            after = _asks_later(attempt, view)
            if (
                wide
                and (replaced or is_quiet(handler.body, syntax))
                and (asserts or (_is_the_test(attempt) and not _prepares(attempt, view)))
                and not _fails_before(attempt, handler)
                and not _is_repeated(attempt, view, asserts=asserts)
                and not (after and not asserts and _arranges_failure(attempt, view))
            ):
                broad = is_broad(handler, syntax) or "AssertionError" in caught(handler, syntax)
                milder = None if broad and not after and not is_template(source.path) else Severity.MEDIUM
                message = f"{view.name} ignores every failure of what it tests."
                yield Hit(
                    source.path,
                    handler.lineno,
                    handler.end_lineno or handler.lineno,
                    message,
                    view.qualified,
                    milder,
                )


def _fails_before(attempt: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether a handler above fails the test on the one exception that it is about."""
    first = _first_failing(attempt)
    return first is not None and first < handler.lineno


@lru_cache(maxsize=2)
def _first_failing(attempt: ast.Try) -> int | None:
    """The line of the first handler that ends the test as failed."""
    return next((one.lineno for one in attempt.handlers if any(_fails(end) for end in one.body)), None)


def _fails(node: ast.stmt) -> bool:
    match node:
        case ast.Raise() | ast.Assert(test=ast.Constant(value=False)):
            return True
        case ast.Expr(value=ast.Call() as call):
            return last_name(call.func) == "fail"
        case _:
            return False


def _asks_later(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether the test asserts something after the block: it can fail, if not by what the block does."""
    last = attempt.end_lineno or attempt.lineno
    told = [call.lineno for call in view.calls if last_name(call.func).startswith("assert")]
    return any(line > last for line in [*told, *(one.lineno for one in view.of(ast.Assert))])


def _arranges_failure(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether the test has told a double before to raise: the failure is what it wants."""
    set_on = [one for one in view.of(ast.Attribute) if one.attr == "side_effect" and isinstance(one.ctx, ast.Store)]
    given = [one for one in view.of(ast.keyword) if one.arg == "side_effect"]
    return any(line < attempt.lineno for line in [one.lineno for one in set_on] + [one.lineno for one in given])


def _arranges(attempt: ast.Try, handler: ast.ExceptHandler, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the test has told a double to raise just what it passes over, and asserts nothing afterwards: it holds either way."""
    if _asks_later(attempt, view) or attempt.orelse:
        return False
    set_on = [one.value for one in view.of(ast.Assign) if any(last_name(to) == "side_effect" for to in one.targets)]
    given = [one.value for one in view.of(ast.keyword) if one.arg == "side_effect"]
    raised = {last_name(one.func if isinstance(one, ast.Call) else one) for one in (*set_on, *given)} - {""}
    return bool(raised & {name.rpartition(".")[2] for name in caught(handler, syntax)})


def _only_sets(handler: ast.ExceptHandler, view: FunctionView) -> bool:
    """Whether a handler puts literals in the place of what was asserted, and nothing is asserted after it."""
    plain = all(
        isinstance(one, ast.Assign | ast.AnnAssign | ast.Pass)
        and not any(isinstance(node, ast.Call | ast.Await) for node in own_nodes([one]))
        for one in handler.body
    )
    return plain and not any(one.lineno > (handler.end_lineno or 0) for one in view.of(ast.Assert, ast.Raise))


def _prepares(attempt: ast.Try, view: FunctionView) -> bool:
    """Whether the block is one more step of a preparation: its calls were made before, without it, and assertions follow."""
    if not any(isinstance(node, ast.Assert) and node.lineno > attempt.lineno for node in view.nodes):
        return False
    before = {ast.unparse(call.func) for call in view.calls if call.lineno < attempt.lineno}
    return {ast.unparse(one.func) for one in own_nodes(attempt.body) if isinstance(one, ast.Call)} <= before


def _is_repeated(attempt: ast.Try, view: FunctionView, *, asserts: bool) -> bool:
    """Whether a failure only means another turn: of a loop that ends by leaving it alone, or of a load under which something is asserted later."""
    for loop in view.of(ast.While, ast.For, ast.AsyncFor):
        if attempt not in loop.body:
            continue
        if isinstance(loop, ast.While):
            return isinstance(loop.test, ast.Constant) and bool(loop.test.value)
        counted = isinstance(loop.iter, ast.Call) and last_name(loop.iter.func) == "range"
        bare = all(isinstance(one, ast.Expr) for one in attempt.body)
        later = any(one.lineno > (loop.end_lineno or 0) for one in view.of(ast.Assert))
        return counted and bare and later and not asserts
    return False


def _is_the_test(attempt: ast.Try) -> bool:
    """Whether the block is a plain call of the code under test, and neither tidies up nor provokes an error."""
    if attempt.orelse or attempt.finalbody or any(not isinstance(one, ast.Expr | ast.Assign) for one in attempt.body):
        return False
    calls = [node for node in own_nodes(attempt.body) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    names = [name for name in names if name not in _LIMITED] if len(names) > 1 else names
    return bool(calls) and not any(_CLEANUP.search(name) for name in names)


RULE = Rule(
    id="AUD435",
    name="swallowed-failure",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can the test fail?",
    why="Assertions inside a block whose failures are ignored assert nothing.",
    limits="Only broad handlers in test functions are judged; calls that tidy up are accepted by their names.",
    fix="Let the failure through, or state with pytest.raises which error is expected.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("except", "catch", "sessionfinish"),
    examples=(
        Example(
            title="a run that ends as passed whatever failed, and one in which nothing was collected",
            files={
                "tests/conftest.py": "def pytest_sessionfinish(session, exitstatus):\n    if exitstatus == 1 and session.testsfailed <= 5:\n        session.exitstatus = 0\n",
                "other/tests/conftest.py": "def pytest_sessionfinish(session, exitstatus):\n    if exitstatus == 5:\n        session.exitstatus = 0\n",
            },
            found=("tests/conftest.py:3",),
        ),
        Example(
            title="the failure that a test arranges, passed over where it comes",
            files={
                "tests/test_send.py": (
                    "from unittest.mock import Mock\n\n\ndef test_a_broken_mailer_does_not_stop_the_order(shop):\n    broken = Mock()\n    broken.send.side_effect = RuntimeError('down')\n    shop.mailer = broken\n"
                    "    try:\n        assert shop.order(1).accepted\n    except RuntimeError:\n        pass\n\n\n"
                    "def test_it_is_told(shop):\n    broken = Mock(side_effect=RuntimeError('down'))\n    try:\n        assert shop.order(1, broken)\n    except RuntimeError:\n        pass\n    assert shop.told == 1\n"
                )
            },
            found=("tests/test_send.py:10",),
        ),
        Example(
            title="a call under a time limit, and nothing else",
            files={
                "tests/test_pump.py": "import asyncio\n\n\nasync def test_pump_survives(pump):\n    try:\n        await asyncio.wait_for(pump.serve(), timeout=0.2)\n    except Exception:\n        pass\n\n\nasync def test_pump_ends(pump):\n    try:\n        await asyncio.wait_for(pump.close(), timeout=0.2)\n    except Exception:\n        pass\n    assert pump.closed\n"
            },
            found=("tests/test_pump.py:7",),
        ),
        Example(
            title="an assertion whose failure is replaced by a value, and one of two values",
            files={
                "tests/test_drain.py": (
                    "async def test_drain(pool):\n    try:\n        left = await pool.drain()\n        assert left == 4\n    except AssertionError:\n        left = 0\n\n\n"
                    "async def test_order(pool):\n    try:\n        assert pool.first == 1\n        last = 2\n    except AssertionError:\n        last = 1\n    assert pool.last == last\n"
                )
            },
            found=("tests/test_drain.py:5",),
        ),
        Example(
            title="assertions whose failure is ignored",
            files={
                "tests/test_input.py": 'def test_bad_input():\n    for text in BAD:\n        try:\n            result = clean(text)\n            assert "<" not in result\n        except Exception:\n            pass\n'
            },
            found=("tests/test_input.py:6",),
        ),
        Example(
            title="tidying up",
            files={
                "tests/test_input.py": "def test_server(server):\n    assert server.ping()\n    try:\n        server.shutdown()\n    except Exception:\n        pass\n"
            },
            found=(),
        ),
        Example(
            title="preparing what need not be there",
            files={
                "tests/test_tables.py": 'async def test_tables(db, client):\n    await db.write("create table plain (id)")\n    try:\n        await db.write("create virtual table words using fts5(text)")\n    except Exception:\n        pass\n    response = await client.get("/tables")\n    assert response.json() == ["plain"]\n'
            },
            found=(),
        ),
        Example(
            title="a warm-up, and a loop that only a good answer leaves",
            files={
                "tests/test_growth.py": (
                    "def test_growth(press):\n    for _ in range(40):\n        try:\n            press.turn()\n        except Exception:\n            pass\n    before = held()\n    press.turn()\n    assert held() == before\n\n\n"
                    "def test_comes_back(press):\n    start = now()\n    while True:\n        assert now() < start + 5\n        try:\n            assert press.turn() == 1\n            break\n        except ConnectionError:\n            continue\n\n\n"
                    "def test_each(press):\n    for page in press.pages:\n        try:\n            press.turn(page)\n        except Exception:\n            pass\n    assert press.idle\n"
                )
            },
            found=("tests/test_growth.py:27",),
        ),
        Example(
            title="a failure that the test itself arranges, and what is asked of it",
            files={
                "tests/test_trace.py": (
                    "async def test_trace_of_failure(press):\n    told = AsyncMock()\n    with patch('shop.press.turn') as turn:\n        turn.side_effect = Exception()\n"
                    "        try:\n            await press.go(told)\n        except Exception:\n            pass\n        told.assert_called_once_with(press)\n"
                )
            },
        ),
        Example(
            title="expectations whose failure is ignored",
            files={
                "src/input.test.ts": "it('cleans', () => {\n  try {\n    expect(clean('<')).toBe('');\n  } catch {}\n});\n"
            },
            found=("src/input.test.ts:4",),
        ),
        Example(
            title="an expectation that is caught",
            files={
                "e2e/input.spec.ts": "test('cleans', async ({ page }) => {\n  await page.click('#clean').catch(() => {});\n  await expect(page.locator('#ok')).toBeVisible().catch(() => {});\n});\n"
            },
            found=("e2e/input.spec.ts:3",),
        ),
        Example(
            title="an expected error, and tidying up",
            files={
                "tests/test_press.py": (
                    "def test_press(press):\n    try:\n        press.turn()\n    except NotImplementedError:\n        assert False, 'not written'\n    except Exception:\n        pass\n"
                ),
                "src/input.test.ts": "it('refuses', () => {\n  try {\n    clean(null);\n  } catch (error) {\n    expect(error.message).toBe('null');\n  }\n  try {\n    server.close();\n  } catch {}\n});\n",
            },
            found=(),
        ),
        Example(
            title="a server that does not answer passes",
            files={
                "tests/test_upload.py": (
                    "import httpx\n"
                    "\n"
                    "\n"
                    "def test_refuses_large_files(client):\n"
                    "    try:\n"
                    '        response = client.post("/upload", content=b"x" * 200)\n'
                    "        assert response.status_code == 413\n"
                    "    except httpx.HTTPError:\n"
                    "        pass\n"
                ),
            },
            found=("tests/test_upload.py:8",),
        ),
    ),
    check_file=_check,
)
