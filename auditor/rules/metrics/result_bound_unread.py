"""AUD835: a test ends by binding what it got to a name, and never looks at it."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from auditor.facts.comments import comments_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENOUGH = pattern(
    r"(?i)no_?err|does_?n[o']?t_?(?:raise|crash|fail)|does not (?:raise|crash|fail)|not_?raise|no_?raise|without_(?:err|exc|crash)|smoke|crash|should not (?:raise|fail|crash|throw)|no exception"
)
_HANDED = pattern(r"(?i)benchmark|snapshot|queries|recwarn|approv")
_TIDIES = pattern(
    r"(?i)^(?:delete|remove|close|stop|shutdown|cleanup|clean_up|teardown|unlink|drop|rollback|logout|reset|clear|terminate|kill|disconnect)(?:_|$)"
)
"""What a test may do when all has been asserted."""
_GUARDS = ("raises", "warns", "assert", "suppress", "expect", "queries", "fail", "check")
_EXPECTS = pattern(r"(?i)^(?:expect(?:ed)?(?:_\w+)?|status(?:_code)?)$")
"""Arguments that tell a helper which answer is to come: the call is the look."""
_MAKES = pattern(r"(?i)^(?:patch|Mock|MagicMock|AsyncMock|copy|deepcopy|time|perf_counter|now|mock_open|fixture)$")


def _check(source: Source) -> Iterator[Hit]:
    said = sorted(one.line for one in comments_of(source) if _ENOUGH.search(one.text))
    for view in syntax_of(source).functions:
        if not view.is_test or _ENOUGH.search(view.name) or any(_HANDED.search(one) for one in view.parameters):
            continue
        inside = bisect_right(said, view.node.end_lineno or 0) - bisect_left(said, view.node.lineno)
        if inside > 0 or _ENOUGH.search(view.docstring):
            continue
        last = _last(view.body)
        if last is not None and _is_dropped(last, view):
            name = last_name(last.targets[0])
            message = f"{view.name} keeps what it got as {name}, and ends without a look at it."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _last(body: list[ast.stmt]) -> ast.Assign | None:
    """The assignment of an answer with which a test ends, within a context or not."""
    last = body[-1] if body else None
    while isinstance(last, ast.With | ast.AsyncWith):
        if any(_guards(one.context_expr) for one in last.items):
            return None
        last = last.body[-1]
    if not isinstance(last, ast.Assign) or len(last.targets) != 1 or not isinstance(last.targets[0], ast.Name):
        return None
    value = last.value.value if isinstance(last.value, ast.Await) else last.value
    asked = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute | ast.Name)
    name = last_name(value.func) if isinstance(value, ast.Call) else ""
    tells = isinstance(value, ast.Call) and any(_EXPECTS.search(one.arg or "") for one in value.keywords)
    return last if asked and not tells and not _MAKES.match(name) and not _TIDIES.match(name) else None


def _guards(context: ast.expr) -> bool:
    """Whether a context asks for an exception, a warning or a number of queries."""
    text = ast.unparse(context).lower()
    return any(word in text for word in _GUARDS)


def _is_dropped(last: ast.Assign, view: FunctionView) -> bool:
    """Whether the name is read by nothing after it was bound, and is not one that says so."""
    name = last_name(last.targets[0])
    if name.startswith("_") or name in {one for node in view.of(ast.Global, ast.Nonlocal) for one in node.names}:
        return False
    after = (last.end_lineno or last.lineno, last.end_col_offset or 0)
    return not any(
        isinstance(one, ast.Name)
        and one.id == name
        and isinstance(one.ctx, ast.Load)
        and (one.lineno, one.col_offset) > after
        for one in subtree(view.node)
    )


RULE = Rule(
    id="AUD835",
    name="result-bound-unread",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test look at what it asked for last?",
    why="`response = client.post(...)`, a comment, and the end: the test of the login passes when nobody can log in.",
    limits="Judged are tests whose last statement binds the answer of a call to a name that nothing reads. Tests that say that coming to the end is enough, and names with an underscore, are left alone.",
    fix="Assert what the answer has to be.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("test_", "test"),
    examples=(
        Example(
            title="an answer at the end",
            files={
                "tests/test_login.py": (
                    "def test_login(client):\n"
                    "    refused = client.post('/login')\n"
                    "    assert refused.status_code == 401\n"
                    "    accepted = client.post('/login', json={'name': 'a'})\n"
                    "    # gets past the door, whatever comes then\n"
                    "\n"
                    "\n"
                    "async def test_drift(detector):\n"
                    "    with detector.session():\n"
                    "        found = await detector.detect()\n"
                ),
            },
            found=("tests/test_login.py:10", "tests/test_login.py:4"),
        ),
        Example(
            title="answers that are looked at, and a test that must only come to its end",
            files={
                "tests/test_login.py": (
                    "def test_login(client):\n"
                    "    accepted = client.post('/login', json={'name': 'a'})\n"
                    "    assert accepted.status_code == 200\n"
                    "\n"
                    "\n"
                    "def test_login_does_not_raise(client):\n"
                    "    accepted = client.post('/login')\n"
                    "\n"
                    "\n"
                    "def test_door(client):\n"
                    "    with pytest.raises(Closed):\n"
                    "        door = client.open()\n"
                    "\n"
                    "\n"
                    "def test_tidy(client):\n"
                    "    assert client.open()\n"
                    "    gone = client.delete('/door')\n"
                    "\n"
                    "\n"
                    "def test_refused(client):\n"
                    "    refused = client.post('/login', expect=403)\n"
                    "\n"
                    "\n"
                    "def test_twice(client):\n"
                    "    _ = client.open()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
