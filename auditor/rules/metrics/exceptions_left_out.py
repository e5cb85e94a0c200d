"""AUD801: checks that run side by side, of which those that raise are left out of the verdict."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import is_broad, is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JUDGES = pattern(r"(?i)health|probe|check|gate|readiness|ready|verif|valid|monitor|audit|diagnos|smoke|status|test")
_CHECKS = pattern(
    r"(?i)check|probe|gate|criteri|verif|validat|indicator|smoke|health|condition|safeguard|watchdog|tripwire"
)
_LONG = 80
_ERRORS = frozenset({"Exception", "BaseException"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for handler in _dropped(view, syntax):
            message = f"{view.name} passes over the checks that raise: they are counted neither as good nor as bad."
            yield Hit(source.path, handler.lineno, handler.end_lineno or handler.lineno, message, view.qualified)
        judges = _JUDGES.search(f"{source.path} {view.qualified}") is not None
        for name in _gathered(view) if judges else ():
            left_out = _left_out(view, name)
            if left_out is not None:
                message = f"{view.name} keeps what went well of {name}, and drops the checks that raised."
                yield Hit(source.path, left_out.lineno, left_out.end_lineno or left_out.lineno, message, view.qualified)


def _dropped(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.ExceptHandler]:
    """The handlers that only talk, around the check that a loop over checks makes, where a verdict comes after the loop."""
    loops: list[ast.For | ast.AsyncFor] = [*view.of(ast.For), *view.of(ast.AsyncFor)]
    for node in loops:
        if not _CHECKS.search(ast.unparse(node.iter)[:_LONG]) or not _decides_after(view, node):
            continue
        targets = {one.id for one in own_nodes([node.target]) if isinstance(one, ast.Name)}
        for attempt in node.body:
            if not isinstance(attempt, ast.Try) or not _asks(attempt, targets):
                continue
            yield from (one for one in attempt.handlers if is_broad(one, syntax) and is_quiet(one.body, syntax))


def _asks(attempt: ast.Try, targets: set[str]) -> bool:
    """Whether a block keeps what it gets by calling what the loop goes over: the check itself, or a method of it."""
    kept = [one for one in own_nodes(attempt.body) if isinstance(one, ast.Assign | ast.AugAssign | ast.If)]
    kept_in = [one.value if not isinstance(one, ast.If) else one.test for one in kept]
    appended = [
        one.args[0]
        for one in own_nodes(attempt.body)
        if isinstance(one, ast.Call) and last_name(one.func) == "append" and one.args
    ]
    calls = [one for one in own_nodes([*kept_in, *appended]) if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Name) and one.id in targets for call in calls for one in own_nodes([call.func]))


def _decides_after(view: FunctionView, node: ast.For | ast.AsyncFor) -> bool:
    """Whether a function gives something after a loop, other than nothing or a refusal: who is not let in by any is not let in."""
    last = node.end_lineno or node.lineno
    given = (one.value for one in view.returns if one.lineno > last and one.value is not None)
    return any(not isinstance(one, ast.Constant) or one.value not in (None, False) for one in given)


def _gathered(view: FunctionView) -> Iterator[str]:
    """The names for what ``await gather(..., return_exceptions=True)`` gave."""
    bindings = Bindings.of(view)
    for name in bindings.assigned:
        value = bindings.only(name)
        call = value.value if isinstance(value, ast.Await) else None
        if not isinstance(call, ast.Call) or last_name(call.func) != "gather":
            continue
        for one in call.keywords:
            if one.arg == "return_exceptions" and isinstance(one.value, ast.Constant) and one.value.value is True:
                yield name


def _left_out(view: FunctionView, name: str) -> ast.expr | None:
    """The one use of the results: a comprehension over them that takes what is no exception."""
    read = [one for one in view.of(ast.Name) if one.id == name and isinstance(one.ctx, ast.Load)]
    if len(read) != 1:
        return None
    comprehensions: list[ast.ListComp | ast.SetComp | ast.GeneratorExp] = [
        *view.of(ast.ListComp),
        *view.of(ast.SetComp),
        *view.of(ast.GeneratorExp),
    ]
    for node in comprehensions:
        part = node.generators[0]
        if read[0] in subtree(part.iter) and len(part.ifs) == 1 and _takes_good(part.ifs[0]):
            return node
    return None


def _takes_good(test: ast.expr) -> bool:
    """``not isinstance(one, Exception)``, or ``isinstance(one, Answer)``."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    call = test.operand if isinstance(test, ast.UnaryOp) else test
    if not isinstance(call, ast.Call) or last_name(call.func) != "isinstance" or len(call.args) != 2:  # noqa: PLR2004 - what, and of which class
        return False
    kinds = {one.id for one in own_nodes([call.args[1]]) if isinstance(one, ast.Name)}
    return bool(kinds & _ERRORS) == negated


RULE = Rule(
    id="AUD801",
    name="exceptions-left-out",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check that raises count as one that failed?",
    why="A database that refuses every connection makes its probe raise; dropped from the list, it can no longer make the report unhealthy.",
    limits=(
        "Judged are results of `gather(..., return_exceptions=True)` in code that is named for checks, of which all that is done is to keep those that are no exceptions, and loops over "
        "checks that only talk where one raises."
    ),
    fix="Turn each exception into a failed result of the check that raised it.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except",),
    examples=(
        Example(
            title="a loop over checks that goes on where one raises",
            files={
                "ops/ready.py": (
                    "async def main(checks):\n    bad = 0\n    for name, check in checks.items():\n        try:\n            good = await check()\n        except Exception as error:\n"
                    "            print(f'{name} left out: {error}')\n            continue\n        bad += not good\n    return 0 if not bad else 1\n"
                ),
                "ops/steady.py": (
                    "async def main(checks):\n    bad = 0\n    for name, check in checks.items():\n        try:\n            good = await check()\n        except Exception as error:\n"
                    "            bad += 1\n            continue\n        bad += not good\n    return 0 if not bad else 1\n"
                ),
            },
            found=("ops/ready.py:6",),
        ),
        Example(
            title="checks that raise are dropped",
            files={
                "board.py": (
                    "import asyncio\n"
                    "\n"
                    "\n"
                    "class HealthBoard:\n"
                    "    async def run(self):\n"
                    "        answers = await asyncio.gather(*(one.ask() for one in self.parts), return_exceptions=True)\n"
                    "        good = [one for one in answers if isinstance(one, Answer)]\n"
                    "        return all(one.ok for one in good)\n"
                    "\n"
                    "    async def check(self):\n"
                    "        answers = await asyncio.gather(*self.parts, return_exceptions=True)\n"
                    "        return all(one.ok for one in answers if not isinstance(one, Exception))\n"
                ),
            },
            found=("board.py:12", "board.py:7"),
        ),
        Example(
            title="checks that raise are counted, and work that judges nothing",
            files={
                "board.py": (
                    "import asyncio\n"
                    "\n"
                    "\n"
                    "class HealthBoard:\n"
                    "    async def run(self):\n"
                    "        answers = await asyncio.gather(*self.parts, return_exceptions=True)\n"
                    "        good = [one for one in answers if isinstance(one, Answer)]\n"
                    "        return len(good) == len(answers)\n"
                ),
                "door.py": (
                    "def check_login(name, checkers):\n    for check in checkers:\n        try:\n            found = check(name)\n        except Exception as error:\n            print(error)\n            continue\n"
                    "        if found is not None:\n            return found\n    return None\n"
                ),
                "feed.py": (
                    "import asyncio\n"
                    "\n"
                    "\n"
                    "async def pages(urls):\n"
                    "    found = await asyncio.gather(*map(load, urls), return_exceptions=True)\n"
                    "    return [one for one in found if not isinstance(one, Exception)]\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
