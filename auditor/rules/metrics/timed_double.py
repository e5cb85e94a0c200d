"""AUD831: a performance test takes the time of a double, or of its own sleep."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, strings_in, subtree, syntax_of
from auditor.facts.python_timing import stretches
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOUBLES = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec", "stub"})
_NAMED_DOUBLE = pattern(r"(?i)^(?:mock|mocked|fake|stub|dummy)_|_(?:mock|fake|stub)$|^mocker$")
_MEASURES = pattern(
    r"(?i)throughput|latenc|perf|speed|elapsed|duration|per[ _]sec|scal|concurren|benchmark|load|response_?time|took|fast|rps|qps|\bops\b"
)
_ABOUT_TIME = pattern(
    r"(?i)timeout|retry|backoff|rate_?limit|throttl|delay|wait|sleep|cancel|interval|debounce|schedul|timer|ttl|expir|cooldown|poll|pause|parallel|overlap|async_order|semaphore|lock|deadline|circuit|breaker"
)
_HARMLESS = frozenset({
    "range", "len", "list", "dict", "set", "tuple", "enumerate", "zip", "str", "int", "float", "sum", "min", "max", "sorted", "isinstance", "round", "append", "extend", "items", "keys",
    "values", "gather", "submit", "result", "results", "as_completed", "map", "ThreadPoolExecutor", "ProcessPoolExecutor", "create_task", "ensure_future", "join", "start", "Thread", "wait",
    "run", "copy", "get", "format", "uuid4", "choice", "randint", "random", "uniform", "shutdown", "encode",
})  # fmt: skip


_HANDING = frozenset({"submit", "map", "Thread", "run"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    made = _made_by_fixtures(syntax)
    for view in syntax.functions:
        if not view.is_test or _ABOUT_TIME.search(view.name) or not _reports(view):
            continue
        known = _doubles(view, made)
        waiting = _waiting(view, syntax)
        for timed, last in _timed(view, syntax):
            what = _only_doubles(timed, known, waiting, syntax)
            if what:
                message = f"{view.name} takes the time of {what}: whatever is reported as fast, nothing of the project has run."
                yield Hit(source.path, view.node.lineno, last.lineno, message, view.qualified)
                break


def _reports(view: FunctionView) -> bool:
    """Whether a test is about how fast something is: by its name, or what it asserts and prints."""
    if _MEASURES.search(view.qualified):
        return True
    return any(_MEASURES.search(ast.unparse(one.test)[:200]) for one in view.of(ast.Assert)) or any(
        _MEASURES.search(strings_in(call)) for call in view.calls if last_name(call.func) == "print"
    )


def _made_by_fixtures(syntax: PythonSyntax) -> frozenset[str]:
    """The fixtures of a file that give a double."""
    found: set[str] = set()
    for view in syntax.functions:
        if any("fixture" in ast.unparse(one)[:60] for one in view.node.decorator_list):
            held = {last_name(to) for node in view.of(ast.Assign) if _is_double(node.value) for to in node.targets}
            told = [*(one.value for one in view.returns), *(one.value for one in view.of(ast.Yield))]
            given = [one for one in told if one is not None]
            if given and all(_is_double(one) or last_name(one) in held for one in given):
                found.add(view.name)
    return frozenset(found)


def _is_double(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) in _DOUBLES


def _doubles(view: FunctionView, fixtures: frozenset[str]) -> set[str]:
    """The names that stand for doubles in a test, those of a table of doubles among them."""
    found = {one for one in view.parameters if one in fixtures or _NAMED_DOUBLE.search(one)}
    tables: set[str] = set()
    for node in view.of(ast.Assign):
        if _is_double(node.value):
            found.update(last_name(to) for to in node.targets if isinstance(to, ast.Name))
        if isinstance(node.value, ast.Dict) and node.value.values and all(_is_double(one) for one in node.value.values):
            tables.update(last_name(to) for to in node.targets)
    for loop in view.of(ast.For):
        if (
            isinstance(loop.iter, ast.Call)
            and isinstance(loop.iter.func, ast.Attribute)
            and last_name(loop.iter.func.value) in tables
        ):
            found.update(one.id for one in subtree(loop.target) if isinstance(one, ast.Name))
    return found - {""}


def _waiting(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    """The functions within a test that do nothing but sleep."""
    found: set[str] = set()
    for inner in view.of(ast.FunctionDef, ast.AsyncFunctionDef):
        calls = [one for one in own_nodes(inner.body) if isinstance(one, ast.Call)]
        effects = {effect_of_call(syntax.name_of(call.func), call) for call in calls}
        if effects and effects <= {Effect.SLEEP, Effect.RANDOM, None} and Effect.SLEEP in effects:
            found.add(inner.name)
    return found


def _timed(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    """What stands between a clock and its difference, and the statement that takes the difference."""
    for block in blocks_of(view):
        for first, last in sorted(stretches(block, syntax)):
            yield block[first + 1 : last], block[last]


def _only_doubles(timed: list[ast.stmt], known: set[str], waiting: set[str], syntax: PythonSyntax) -> str:
    """What alone is called between the two readings of the clock: "doubles" or "a sleep"; empty where anything else is."""
    found = ""
    for node in own_nodes(timed):
        if not isinstance(node, ast.Call):
            continue
        name = last_name(node.func)
        root = _root(node.func)
        if root in known:
            found = "a double"
        elif name in waiting or effect_of_call(syntax.name_of(node.func), node) is Effect.SLEEP:
            found = found or "a sleep"
        elif name in _HANDING:
            handed = _handed(node)
            if handed not in known | waiting:
                return ""
            found = "a double" if handed in known else found or "a sleep"
        elif name not in _HARMLESS and name not in _DOUBLES:
            return ""
    return found


def _handed(call: ast.Call) -> str:
    """What is handed to an executor, a thread or a loop to be called."""
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "target")]
    return _root(given[0]) if given else ""


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


RULE = Rule(
    id="AUD831",
    name="timed-double",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a performance test run what it is a test of?",
    why="A throughput of 40000 documents a second is that of MagicMock; a latency of 10 ms is that of the sleep which the test wrote.",
    limits=(
        "Judged are tests that speak of speed, with a clock in a name and its difference in the same block, between which nothing is called but doubles, functions of the test that only sleep, "
        "and builtins. Tests about timeouts, retries, limits and the like are left alone."
    ),
    fix="Time the real thing, with real input, or delete the figure.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("time",),
    examples=(
        Example(
            title="doubles and sleeps of great speed",
            files={
                "tests/perf/test_speed.py": (
                    "import asyncio\n"
                    "import time\n"
                    "from unittest.mock import MagicMock\n"
                    "\n"
                    "import pytest\n"
                    "\n"
                    "\n"
                    "@pytest.fixture\n"
                    "def engine():\n"
                    "    made = MagicMock()\n"
                    "    made.parse.return_value = {}\n"
                    "    return made\n"
                    "\n"
                    "\n"
                    "def test_parse_throughput(engine):\n"
                    "    began = time.perf_counter()\n"
                    "    for number in range(100):\n"
                    "        engine.parse({'number': number})\n"
                    "    took = time.perf_counter() - began\n"
                    "    assert 100 / took > 50\n"
                    "\n"
                    "\n"
                    "async def test_many_at_once_speed():\n"
                    "    async def handle(number):\n"
                    "        await asyncio.sleep(0.01)\n"
                    "        return number\n"
                    "\n"
                    "    began = time.time()\n"
                    "    done = await asyncio.gather(*[handle(one) for one in range(9)])\n"
                    "    assert time.time() - began < 1\n"
                ),
            },
            found=("tests/perf/test_speed.py:15", "tests/perf/test_speed.py:23"),
        ),
        Example(
            title="the real thing, and a test of a timeout",
            files={
                "tests/perf/test_speed.py": (
                    "import time\n"
                    "from unittest.mock import MagicMock\n"
                    "\n"
                    "from shop.parse import parse\n"
                    "\n"
                    "\n"
                    "def test_parse_throughput():\n"
                    "    store = MagicMock()\n"
                    "    began = time.perf_counter()\n"
                    "    parse('text', store)\n"
                    "    store.close()\n"
                    "    assert time.perf_counter() - began < 1\n"
                    "\n"
                    "\n"
                    "def test_timeout_is_fast():\n"
                    "    began = time.time()\n"
                    "    time.sleep(0.1)\n"
                    "    assert time.time() - began < 1\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
