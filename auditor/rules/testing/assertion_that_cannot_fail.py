"""AUD443: an assertion that nothing the code does can make fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.any_outcome import lone_state, lone_status
from auditor.facts.asserted_existence import is_made, only_existence
from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import is_broad
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_COUNTS = pattern(
    r"(?i)(?:^|_)(?:counts?|total|len|length|num|number|size|duration|elapsed|latency|calls|requests|errors|failures|hits|misses|retries|attempts|items|rows)$"
    r"|^(?:n|num|count|total|elapsed|number_of)_"
)
_TALLIES = pattern(r"(?i)(?:^|_)(?:stats|statistics|counters?|tally|tallies)$")
_TALLIED = pattern(r"^(?:sent|lost|\w*[^e]ed)$")
_AT_LEAST = frozenset({"assertGreaterEqual", "assert_greater_equal"})


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(source, Flaw.CANNOT_FAIL, "An assertion of {test} cannot fail{detail}.")
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test:
            continue
        for node in view.of(ast.Assert, ast.Call):
            why = _why(node)
            if why:
                yield Hit(
                    source.path, node.lineno, node.end_lineno or node.lineno, f"The assertion {why}.", view.qualified
                )
        status = lone_status(view)
        if status is not None:
            message = "The only assertion of the test accepts success and refusal alike."
            yield Hit(source.path, status.lineno, status.end_lineno or status.lineno, message, view.qualified)
        state = lone_state(view)
        if state is not None:
            message = "The only assertion of the test accepts the good outcome and the bad one alike."
            yield Hit(source.path, state.lineno, state.end_lineno or state.lineno, message, view.qualified)
        for node in _only_existence(view):
            message = "The test asserts of what it has made that it is there, and nothing else."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
        lone = _lone_constant(view, syntax)
        if lone is not None:
            message = f"{view.name} calls code and then asserts a constant, and nothing else."
            yield Hit(source.path, lone.lineno, lone.end_lineno or lone.lineno, message, view.qualified)


def _why(node: ast.AST) -> str:
    if isinstance(node, ast.Assert):
        return _why_vacuous(node.test)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _AT_LEAST:
        zero = len(node.args) > 1 and fold(node.args[1]) in (0, 0.0)
        return "holds for every count" if zero and _is_count(node.args[0]) else ""
    return ""


def _why_vacuous(test: ast.expr) -> str:  # noqa: PLR0911 - one case a line
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return next((why for why in map(_why_vacuous, values) if why), "")
        case ast.BoolOp(op=ast.Or(), values=values) if _are_opposite(values):
            return "is true of everything"
        case ast.Compare(left=left, ops=[ast.GtE()], comparators=[zero]) if fold(zero) in (0, 0.0) and _is_count(left):
            return "holds for every count"
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[minus]) if fold(minus) == -1 and _is_count(left):
            return "holds for every count"
        case ast.Compare(left=zero, ops=[ast.LtE()], comparators=[right]) if fold(zero) in (0, 0.0) and _is_count(
            right
        ):
            return "holds for every count"
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="object")]):
            return "is true of everything"
        case _:
            return ""


def _is_count(node: ast.expr) -> bool:
    """Whether an expression can only be zero or more: a length, or what is named for counting."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "len"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return _COUNTS.search(str(node.slice.value)) is not None
    name = last_name(node)
    if isinstance(node, ast.Attribute) and _TALLIES.search(last_name(node.value)) and _TALLIED.search(name):
        return True  # ``service.stats.stored``
    return _COUNTS.search(name) is not None


def _are_opposite(values: list[ast.expr]) -> bool:
    """``x or not x``, ``x is None or x is not None``."""
    texts = {ast.unparse(value) for value in values}
    for value in values:
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not) and ast.unparse(value.operand) in texts:
            return True
        if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.IsNot) and len(value.ops) == 1:
            opposite = ast.Compare(value.left, [ast.Is()], value.comparators)
            if ast.unparse(opposite) in texts:
                return True
    return False


def _only_existence(view: FunctionView) -> list[ast.Assert]:
    """The assertions of a test that all say ``X is not None`` of objects that it made, or that such objects gave."""
    found, bindings = only_existence(view), Bindings.of(view)
    return [one for one, _ in found] if all(is_made(value, bindings) for _, value in found) else []


def _lone_constant(view: FunctionView, syntax: PythonSyntax) -> ast.Assert | None:
    """The one assertion of a test that calls code: ``assert True``, at its end or where every exception is caught."""
    found = view.of(ast.Assert)
    if len(found) != 1 or not view.calls or not (isinstance(found[0].test, ast.Constant) and found[0].test.value):
        return None
    caught = [attempt for attempt in view.of(ast.Try) if any(is_broad(one, syntax) for one in attempt.handlers)]
    inside = any(one.lineno <= found[0].lineno <= one.body[-1].end_lineno for one in caught if one.body[-1].end_lineno)
    return found[0] if found[0] in _straight(view.body) or inside else None


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run one after the other, those within ``with`` blocks among them."""
    for one in body:
        yield one
        if isinstance(one, ast.With | ast.AsyncWith):
            yield from _straight(one.body)


RULE = Rule(
    id="AUD443",
    name="assertion-that-cannot-fail",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every assertion fail?",
    why="`assert count >= 0` holds when nothing was counted: the test is green whether or not the code works.",
    limits="Counts are told by their names and by `len`; statuses by the attribute that holds them. Other conditions that cannot be false are not worked out.",
    fix="Assert the value that is expected: the count after what the test did, the one status that is right.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("assert", "expect"),
    examples=(
        Example(
            title="a sign-in that gives nothing where it is refused",
            files={
                "tests/test_login.py": "from shop import Provider\n\n\ndef test_signs_in():\n    provider = Provider('a', 'b')\n    assert provider.authenticate() is not None\n"
            },
        ),
        Example(
            title="asked whether what the test made is there",
            files={
                "test/drain.test.ts": "it('can be drained', () => {\n  const pool = new Pool(3);\n  expect(pool).toBeDefined();\n});\n\nit('is created', () => {\n  const pool = new Pool(3);\n  expect(pool).toBeDefined();\n});\n"
            },
            found=("test/drain.test.ts:3",),
        ),
        Example(
            title="counts, opposites, refusals and constants",
            files={
                "tests/test_cart.py": (
                    "def test_items(cart):\n    cart.add('pen')\n    assert len(cart.items()) >= 0\n    assert cart.stats()['item_count'] >= 0\n\n\n"
                    "def test_state(cart):\n    assert cart.open or not cart.open\n\n\n"
                    "def test_page(client):\n    response = client.get('/cart')\n    assert response.status_code in (200, 404)\n\n\n"
                    "def test_clear(cart):\n    cart.clear()\n    assert True\n\n\n"
                    "def test_refresh(cart):\n    with patch('time.sleep'):\n        cart.refresh()\n        assert True\n"
                ),
            },
            found=(
                "tests/test_cart.py:13",
                "tests/test_cart.py:18",
                "tests/test_cart.py:24",
                "tests/test_cart.py:3",
                "tests/test_cart.py:4",
                "tests/test_cart.py:8",
            ),
        ),
        Example(
            title="that something is there",
            files={
                "tests/test_report.py": (
                    "async def test_report(pool):\n    report = await HealthService(pool).run()\n    assert report is not None\n\n\n"
                    "def test_service(pool):\n    service = HealthService(pool)\n    assert service is not None\n\n\n"
                    "def test_use(pool):\n    service = HealthService(pool)\n    assert service is not None\n    service.start()\n\n\n"
                    "def test_find(pool):\n    found = HealthService(pool).find('db')\n    assert found is not None\n\n\n"
                    "def test_pool(pool):\n    service = HealthService(pool)\n    assert service is not None\n    assert service.pool is pool\n"
                ),
            },
            found=("tests/test_report.py:3", "tests/test_report.py:8"),
        ),
        Example(
            title="the same in TypeScript",
            files={
                "src/cart.test.ts": (
                    "it('counts', () => {\n  expect(cart.items().length).toBeGreaterThanOrEqual(0);\n});\n\n"
                    "it('answers', async () => {\n  const response = await get('/cart');\n  expect([200, 401, 404]).toContain(response.status);\n});\n\n"
                    "it('opens', async () => {\n  const page = await open('/cart');\n  if (page.ready) {\n    expect(page.title).toBe('Cart');\n  } else {\n    expect(true).toBe(true);\n  }\n});\n\n"
                    "it('pays', async () => {\n  await cart.pay();\n  expect(true).toBe(true);\n});\n\n"
                    "it('closes', () => {\n  expect(cart.close() || true).toBeTruthy();\n});\n"
                ),
            },
            found=(
                "src/cart.test.ts:15",
                "src/cart.test.ts:2",
                "src/cart.test.ts:21",
                "src/cart.test.ts:25",
                "src/cart.test.ts:7",
            ),
        ),
        Example(
            title="in TypeScript: what can fail, errors that are wanted, and a test that nothing goes wrong",
            files={
                "src/cart.test.ts": (
                    "it('counts', () => {\n  expect(cart.items().length).toBeGreaterThanOrEqual(1);\n  expect(cart.balance).toBeGreaterThanOrEqual(0);\n});\n\n"
                    "it('answers', async () => {\n  const response = await get('/cart');\n  expect([200, 204]).toContain(response.status);\n  expect(['a', 'b']).toContain(response.text);\n});\n\n"
                    "it('refuses', async () => {\n  try {\n    await cart.pay();\n    expect(true).toBe(false);\n  } catch {\n    expect(true).toBe(true);\n  }\n});\n\n"
                    "it('does not throw', async () => {\n  await cart.pay();\n  expect(true).toBe(true);\n});\n"
                ),
            },
        ),
        Example(
            title="every status, every state, and a tally that is nought or more",
            files={
                "tests/test_desk.py": (
                    "async def test_export(client):\n    response = await client.get('/export')\n    assert response.status in range(100, 600)\n\n\n"
                    "def test_list(client):\n    response = client.get('/list')\n    assert 100 <= response.status_code < 600\n\n\n"
                    "async def test_state(service):\n    state = await service.overall()\n    assert state in (State.HEALTHY, State.DEGRADED, State.UNHEALTHY)\n\n\n"
                    "def test_word(service):\n    assert service.word() in {'ok', 'error'}\n\n\n"
                    "def test_tally(service):\n    service.work()\n    assert service.stats.stored >= 0\n"
                )
            },
            found=(
                "tests/test_desk.py:13",
                "tests/test_desk.py:17",
                "tests/test_desk.py:22",
                "tests/test_desk.py:3",
                "tests/test_desk.py:8",
            ),
        ),
        Example(
            title="some statuses, two good states, and one of several assertions",
            files={
                "tests/test_desk.py": (
                    "def test_list(client):\n    assert client.get('/list').status_code in range(200, 300)\n\n\n"
                    "def test_no_error(client):\n    assert client.get('/list').status_code < 500\n\n\n"
                    "def test_state(service):\n    assert service.state in (State.HEALTHY, State.DEGRADED)\n\n\n"
                    "def test_both(service):\n    assert service.state in (State.UP, State.DOWN)\n    assert service.asked == 1\n\n\n"
                    "def test_speed(service):\n    assert service.stats.speed >= 0\n"
                )
            },
        ),
        Example(
            title="what can fail",
            files={
                "tests/test_cart.py": (
                    "def test_items(cart):\n    assert len(cart.items()) >= 1\n    assert cart.balance >= 0\n    assert cart.items() or cart.empty\n\n\n"
                    "def test_page(client):\n    assert client.get('/cart').status_code in (200, 204)\n    assert client.get('/x').status_code in (401, 403)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
