"""AUD442: a test that returns early, and so passes, where what it tests is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.flaws import Flaw
from auditor.facts.http_statuses import MEANT, REFUSED
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_handlers import caught, handlers, is_broad, is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE", "passes_silently"]

_ASSERTS = pattern(r"(?i)(?:^|\.|_)(?:assert|raises|expect|verif|check|validate|should|fail)|^self\._*test_")
_PLATFORM = pattern(
    r"(?i)platform|windows|win32|linux|darwin|macos|version|os\.name|sys\.|symlink|gete?uid|hasattr\((?:signal|os|socket|select|time|ssl|asyncio), |pypy|cpython|gil|TYPE_CHECKING|\bCI\b|backend|dialect|driver|engine|settings\.[A-Z][A-Z0-9_]*$|_ENABLED$"
)
_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(
            source, Flaw.EARLY_RETURN, "{test} returns, and so passes, where what it tests is missing or refused."
        )
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test:
            continue
        for branch in _early_returns(view, syntax):
            message = f"{view.name} returns, and so passes, where {ast.unparse(branch.test)[:80]}."
            yield Hit(source.path, branch.lineno, branch.end_lineno or branch.lineno, message, view.qualified)
        for attempt, handler in handlers(view):
            if passes_silently(attempt, handler, view, syntax):
                what = " or ".join(name or "any exception" for name in caught(handler, syntax))
                message = f"{view.name} passes on {what}, before it has asserted anything."
                yield Hit(source.path, handler.lineno, handler.end_lineno or handler.lineno, message, view.qualified)


def _early_returns(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.If]:
    """The conditions that ask for something missing, guard nothing but talk and a return, and stand before the assertions."""
    for node in view.nodes:
        if not isinstance(node, ast.If) or node.orelse or not _leaves_quietly(node.body, syntax):
            continue
        names = {one.id for one in own_nodes([node.test]) if isinstance(one, ast.Name)}
        if not _asks_for_absence(node.test) or names & set(view.parameters) or _PLATFORM.search(ast.unparse(node.test)):
            continue
        if _hooks(syntax) & {one.attr for one in own_nodes([node.test]) if isinstance(one, ast.Attribute)}:
            continue
        first, last = _asserted(view)
        if first >= node.lineno and last > node.lineno:
            yield node


def _hooks(syntax: PythonSyntax) -> set[str]:
    """The names that classes of the file leave empty and nothing in it sets: those who derive from them fill them in."""
    empty = {
        target.id
        for node in syntax.module_nodes
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, ast.Assign) and _is_empty(one.value)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    stored = [one for view in syntax.functions for one in view.of(ast.Attribute) if isinstance(one.ctx, ast.Store)]
    return empty - {one.attr for one in stored}


def _is_empty(value: ast.expr) -> bool:
    plain = isinstance(value, ast.Tuple | ast.List) and not value.elts
    return plain or (isinstance(value, ast.Constant) and value.value in (None, False, ""))


def _asks_for_absence(test: ast.expr) -> bool:
    match test:
        case ast.BoolOp(values=values):
            return all(_asks_for_absence(one) for one in values)
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None | 0 | False | "")]):
            return True
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=int(value))]) if _is_status(left):
            good = value < REFUSED
            return isinstance(operator, ast.NotEq if good else ast.Gt | ast.GtE) or (
                isinstance(operator, ast.Eq) and not good and value not in MEANT
            )
        case _:
            return False


def _is_status(node: ast.expr) -> bool:
    name = last_name(node)
    return name in ("status_code", "status")


def _leaves_quietly(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether statements end in a bare return, and only talk before it."""
    last = body[-1]
    nothing = isinstance(last, ast.Return) and (
        last.value is None or (isinstance(last.value, ast.Constant) and last.value.value in (None, True))
    )
    return nothing and is_quiet(body[:-1], syntax)


@lru_cache(maxsize=2)
def _asserted(view: FunctionView) -> tuple[int, int]:
    """The first and the last line on which a test asserts anything; zeros where it never does."""
    lines = [
        node.lineno
        for node in view.nodes
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _ASSERTS.search(ast.unparse(node.func)))
    ]
    return min(lines, default=0), max(lines, default=0)


def passes_silently(attempt: ast.Try, handler: ast.ExceptHandler, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a handler ends the test well: it returns, says that all is fine, or swallows a missing import."""
    if attempt.orelse or _provokes(attempt.body, syntax):
        return False
    missing = bool(_IMPORTS & set(caught(handler, syntax)))
    if not (missing or is_broad(handler, syntax)) or not _does_something(attempt, syntax):
        return False
    if _leaves_quietly(handler.body, syntax):
        return True
    if _says_fine(handler.body, syntax):
        return True
    if not missing or not is_quiet(handler.body, syntax) or not _asserts(attempt.body):
        return False
    return _asserted(view)[1] <= (attempt.end_lineno or attempt.lineno)  # else it says what holds without the package


def _says_fine(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    last = body[-1]
    constant = isinstance(last, ast.Assert) and isinstance(last.test, ast.Constant) and bool(last.test.value)
    return constant and is_quiet(body[:-1], syntax)


def _asserts(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Assert) for node in own_nodes(body))


def _does_something(attempt: ast.Try, syntax: PythonSyntax) -> bool:
    return any(
        isinstance(node, ast.Assert | ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Call) and not is_log_call(syntax.name_of(node.func)))
        for node in own_nodes(attempt.body)
    )


def _provokes(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether the block ends by failing the test, so that the exception is what is wanted."""
    last = body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    return isinstance(last, ast.Raise) or (
        isinstance(call, ast.Call) and syntax.name_of(call.func).rpartition(".")[2] in ("fail", "skip", "xfail")
    )


RULE = Rule(
    id="AUD442",
    name="silent-pass",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a test fail, or at least say that it was skipped, where it cannot run?",
    why=(
        "A test that returns where its module could not be imported or its service did not answer is counted among those that passed: "
        "the report is green and nothing was tested."
    ),
    limits="Looks at conditions that ask for something missing, before the first assertion; those on parameters and platforms are accepted, and so is a handler with an `else`.",
    fix="Let the import or the call fail; where the test really need not run, skip it with a reason, so that it shows.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.GO}),
    roles=frozenset({Role.TEST}),
    triggers=("return", "except"),
    examples=(
        Example(
            title="a base of tests whose classes fill it in, and a client that could not be made",
            files={
                "tests/bases.py": "class Base:\n    table = None\n",
                "tests/test_tables.py": (
                    "class ReadTests:\n    table = None\n\n    def test_read(self):\n        if self.table is None:\n            return\n        assert self.read(self.table)\n\n\n"
                    "def test_unreadable(path):\n    if os.geteuid() == 0:\n        return\n    assert not readable(path)\n\n\n"
                    "class TestPress:\n    client = None\n\n    def setup_method(self):\n        self.client = connect()\n\n    def test_turn(self):\n        if self.client is None:\n            return\n        assert self.client.turn()\n"
                ),
            },
            found=("tests/test_tables.py:23",),
        ),
        Example(
            title="returns where there is nothing to test",
            files={
                "tests/test_search.py": (
                    "import logging\n\nlogger = logging.getLogger(__name__)\n\ntry:\n    from shop import search\nexcept ImportError:\n    search = None\n\n\n"
                    'def test_find():\n    if search is None:\n        logger.warning("search not available")\n        return\n    assert search.find("a") == []\n\n\n'
                    'def test_index():\n    try:\n        from shop import index\n    except ImportError:\n        print("no index")\n        return\n    assert index.size() > 0\n\n\n'
                    "def test_rank():\n    try:\n        rank = search.rank('a')\n        assert rank\n    except ImportError:\n        pass\n\n\n"
                    "def test_remote():\n    try:\n        search.remote('a')\n    except Exception:\n        assert True  # not configured here\n\n\n"
                    "def test_files():\n    found = search.files()\n    if not found:\n        return\n    for one in found:\n        assert one.exists()\n\n\n"
                    "def test_answer(client):\n    response = client.get('/search')\n    if response.status_code != 200:\n        return\n    assert response.json() == []\n"
                ),
            },
            found=(
                "tests/test_search.py:12",
                "tests/test_search.py:21",
                "tests/test_search.py:31",
                "tests/test_search.py:38",
                "tests/test_search.py:44",
                "tests/test_search.py:52",
            ),
        ),
        Example(
            title="a page that is not shown, and a server that refuses",
            files={
                "e2e/cart.spec.ts": (
                    "import { test, expect } from '@playwright/test';\n\ntest('shows the cart', async ({ page }) => {\n  await page.goto('/cart');\n"
                    "  if (!(await page.locator('#cart').isVisible())) return;\n  await expect(page.locator('#total')).toHaveText('0');\n});\n\n"
                    "test('lists the items', async ({ request }) => {\n  const response = await request.get('/api/items');\n  if (response.status() >= 400) {\n    console.log('not available');\n    return;\n  }\n"
                    "  expect(await response.json()).toEqual([]);\n});\n\n"
                    "test('adds an item', async ({ page }) => {\n  const button = await page.$('#add');\n  if (button === null) {\n    return;\n  }\n  await button.click();\n  await expect(page.locator('#total')).toHaveText('1');\n});\n"
                ),
            },
            found=("e2e/cart.spec.ts:11", "e2e/cart.spec.ts:20", "e2e/cart.spec.ts:5"),
        ),
        Example(
            title="platforms, tests made one by one, and what is asserted before",
            files={
                "e2e/cart.spec.ts": (
                    "import { test, expect } from '@playwright/test';\n\ntest('shows the cart', async ({ page, browserName }) => {\n  if (browserName !== 'firefox') return;\n  await expect(page.locator('#cart')).toBeVisible();\n});\n\n"
                    "for (const item of ITEMS) {\n  test(`adds ${item.name}`, async ({ page }) => {\n    if (!item.price) return;\n    await expect(page.locator('#total')).toHaveText(item.price);\n  });\n}\n\n"
                    "test('pages', async ({ page }) => {\n  const rows = await page.locator('tr').count();\n  expect(rows).toBeGreaterThan(0);\n  if (!(await page.locator('#next').isVisible())) return;\n  await expect(page.locator('#next')).toBeEnabled();\n});\n"
                ),
            },
        ),
        Example(
            title="parameters, platforms, skips that show, and errors that are wanted",
            files={
                "tests/test_search.py": (
                    "import sys\n\nimport pytest\n\nfrom shop import search\n\n\n@pytest.mark.parametrize('query', ['', 'a'])\ndef test_find(query):\n"
                    "    result = search.find(query)\n    if not query:\n        return\n    assert result\n\n\n"
                    "def test_platform():\n    if not sys.platform.startswith('win'):\n        return\n    assert search.drive()\n\n\n"
                    "def test_alarm():\n    if not hasattr(signal, 'SIGALRM'):\n        return\n    assert search.alarm()\n\n\n"
                    "def test_skip():\n    if not search.ready():\n        pytest.skip('not ready')\n    assert search.find('a')\n\n\n"
                    "def test_wanted():\n    try:\n        search.find(None)\n        pytest.fail('no error')\n    except Exception:\n        return\n\n\n"
                    "def test_choice():\n    try:\n        import quick\n\n        assert search.engine() == quick.NAME\n        return\n    except ImportError:\n        pass\n    assert search.engine() == 'plain'\n\n\n"
                    "def test_trust():\n    if not search_settings.RANKING_ENABLED:\n        return\n    assert search.rank('a')\n\n\n"
                    "def test_after():\n    page = search.page()\n    assert page.ok\n    if not page.more:\n        return\n    assert page.next().ok\n\n\n"
                    "class TestPage:\n    def test_again(self):\n        self._test_page('a', found=self.found)\n        if not self.found:\n            return\n        assert self.page('a')\n\n\n"
                    "def test_competing(client):\n    response = client.post('/search')\n    if response.status_code == 409:\n        return\n    assert response.json() == []\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
