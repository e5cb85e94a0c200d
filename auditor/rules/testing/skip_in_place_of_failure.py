"""AUD445: a test that skips exactly where it would have failed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import is_broad, skip_in
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASSERTS = pattern(
    r"(?i)assert|raises|warns|expect|verif|check|valid|should|fail|compare|ensure|must|approve|snapshot|benchmark|match|exit|run_test"
)
_RESULTS = frozenset({"status_code", "returncode", "exit_code", "exitcode", "ok", "success"})
_BUILTINS = frozenset({"len", "str", "print", "range", "hasattr", "getattr", "isinstance", "list", "set", "any", "all"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test:
            continue
        seen: set[int] = set()
        for skip, why in _skips(view, syntax):
            if skip.lineno not in seen:
                seen.add(skip.lineno)
                yield Hit(
                    source.path, skip.lineno, skip.end_lineno or skip.lineno, f"{view.name} {why}.", view.qualified
                )


def _skips(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    for node in view.nodes:
        if isinstance(node, ast.If):
            yield from _in_branches(node, syntax)
        elif isinstance(node, ast.Try) and any(is_broad(one, syntax) for one in node.handlers):
            skip = _last_skip(node.body, syntax)
            if skip is not None:
                yield skip, "skips where the call that should be refused succeeds"
    last = view.body[-1] if view.body else None
    if isinstance(last, ast.If) and not _asserts(view.nodes) and _is_about_the_result(last.test, view):
        skip = skip_in(last.body, syntax)
        if skip is not None:
            yield skip, "can be skipped and cannot fail: what it finds makes it skip, and nothing is asserted"


def _in_branches(node: ast.If, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """``if response.status_code == 200: assert ... else: skip``: the result decides whether there is a test at all."""
    names = {one.attr for one in own_nodes([node.test]) if isinstance(one, ast.Attribute)}
    if not names & _RESULTS:
        return
    for body, other in ((node.body, node.orelse), (node.orelse, node.body)):
        skip = skip_in(body, syntax) if body else None
        if skip is not None and other and _asserts(own_nodes(other)):
            yield skip, "skips where the result is not the one that it would assert"


def _last_skip(body: list[ast.stmt], syntax: PythonSyntax) -> ast.stmt | None:
    """The skip at the end of a block that called something before it, in the block or at its head."""
    last = body[-1]
    if isinstance(last, ast.With | ast.AsyncWith):
        return skip_in(last.body[-1:], syntax)
    calls = any(isinstance(node, ast.Call) for node in own_nodes(body[:-1]))
    return skip_in([last], syntax) if calls else None


def _asserts(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Assert | ast.Raise)
        or (isinstance(node, ast.Call) and _ASSERTS.search(ast.unparse(node.func)) is not None)
        for node in nodes
    )


def _is_about_the_result(test: ast.expr, view: FunctionView) -> bool:
    """Whether a condition asks for something that the test computed or collected itself."""
    names = {one.id for one in own_nodes([test]) if isinstance(one, ast.Name)} - _BUILTINS
    stored = {one.id for one in view.nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return bool(names) and names <= stored


RULE = Rule(
    id="AUD445",
    name="skip-in-place-of-failure",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a test fail where it finds what it was written to find?",
    why="A test that skips when the answer is wrong has two outcomes, passed and skipped; a defect is neither.",
    limits=(
        "Sees a skip in the other branch of a condition on a status that guards assertions, after a call whose exception is what is "
        "wanted, and at the end of a test that asserts nothing."
    ),
    fix="Assert instead of skipping; mark a defect that is known with `xfail(strict=True)` and its issue.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("skip",),
    examples=(
        Example(
            title="the finding becomes a skip",
            files={
                "tests/test_routes.py": (
                    "import pytest\n\nfrom shop import app\n\n\ndef test_no_debug_routes():\n    found = []\n    for route in app.routes:\n"
                    "        if 'debug' in route.path:\n            found.append(route)\n    if found:\n        pytest.skip(f'still there: {found}')\n\n\n"
                    "def test_orders(client):\n    response = client.get('/orders')\n    if response.status_code == 200:\n        assert response.json()\n"
                    "    else:\n        pytest.skip('orders not available')\n\n\n"
                    "def test_refused(client):\n    try:\n        client.login('nobody')\n        pytest.skip('login is open')\n    except Exception as error:\n"
                    "        assert 'denied' in str(error)\n"
                ),
            },
            found=("tests/test_routes.py:12", "tests/test_routes.py:20", "tests/test_routes.py:26"),
        ),
        Example(
            title="skips that are decided before the test",
            files={
                "tests/test_routes.py": (
                    "import pytest\n\nfrom shop import app\n\n\ndef test_orders(client, backend):\n    if backend == 'memory':\n        pytest.skip('no orders')\n"
                    "    assert client.get('/orders').ok\n\n\ndef test_all(client):\n    found = client.all()\n    if not found:\n        pytest.skip('nothing')\n    assert found[0].ok\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
