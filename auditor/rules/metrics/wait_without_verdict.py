"""AUD295: a wait that is over in vain ends like one that was not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_talk import is_sleep
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WAITS = pattern(r"^_*(?:async_)?(?:wait|await|poll|ensure|until)(?:_|$)|_(?:until_ready|until_healthy|and_wait)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _WAITS.search(view.name):
            continue
        loop = _given_up(view, syntax)
        if loop is not None:
            message = f"{view.name} ends alike whether what it waits for came or not: callers go on in either case."
            last = view.body[-1].end_lineno or loop.lineno
            yield Hit(source.path, loop.lineno, last, message, view.qualified)


def _given_up(view: FunctionView, syntax: PythonSyntax) -> ast.For | ast.While | None:
    """A loop that is left by an empty return, after which the function only talks; it raises nowhere and gives nothing."""
    if view.of(ast.Raise, ast.Yield) or any(one.value is not None for one in view.returns) or not view.returns:
        return None
    at = next((at for at, one in enumerate(view.body) if isinstance(one, ast.For | ast.While)), None)
    if at is None or not is_quiet(view.body[at + 1 :], syntax):
        return None
    loop = view.body[at]
    assert isinstance(loop, ast.For | ast.While)
    if isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant):
        return None  # it ends in no other way
    inside = own_nodes(loop.body)
    left = any(isinstance(one, ast.Return) for one in inside)
    waits = any(isinstance(one, ast.Expr) and is_sleep(one, syntax) for one in inside)
    return loop if left and waits else None


RULE = Rule(
    id="AUD295",
    name="wait-without-verdict",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a wait tell that it was in vain?",
    why="A release that waits for a healthy host, logs that it never was, and goes on to call itself live.",
    limits="Judged are functions named for waiting that return nothing on success, only talk after their last attempt, and raise nowhere.",
    fix="Raise after the last attempt, or return whether it came and look at that.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("wait", "poll", "ensure", "until"),
    examples=(
        Example(
            title="a wait that gives up quietly",
            files={
                "release.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "def wait_healthy(host):\n"
                    "    for _ in range(30):\n"
                    "        if answers(host):\n"
                    "            return\n"
                    "        time.sleep(2)\n"
                    '    log.warning("%s did not become healthy", host)\n'
                ),
            },
            found=("release.py:5",),
        ),
        Example(
            title="waits that raise, and that say what came of them",
            files={
                "release.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "def wait_healthy(host):\n"
                    "    for _ in range(30):\n"
                    "        if answers(host):\n"
                    "            return\n"
                    "        time.sleep(2)\n"
                    "    raise TimeoutError(host)\n"
                    "\n"
                    "\n"
                    "def wait_ready(host):\n"
                    "    for _ in range(30):\n"
                    "        if answers(host):\n"
                    "            return True\n"
                    "        time.sleep(2)\n"
                    "    return False\n"
                    "\n"
                    "\n"
                    "def wait_for_work(queue):\n"
                    "    while True:\n"
                    "        if queue.ready():\n"
                    "            return\n"
                    "        time.sleep(2)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
