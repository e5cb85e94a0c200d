"""AUD854: the steps of an operation say how they went, and the state that it ends in does not depend on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.ended_states import is_ended, is_state_field, state_word
from auditor.facts.pattern import pattern
from auditor.facts.python_callees import callee
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, subtree, syntax_of
from auditor.facts.python_values import RESULTS, is_true
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HOLDS = pattern(r"(?i)^(?:\w+_)?(?:mode|active|primary|current|outcome)$")
_STANDS = pattern(
    r"(?i)^(?:ok|activated|running|standby|applied|ready|healthy|stable|committed|closed|verified|synced|healed)$"
)
"""What is no end by itself, and is one behind steps that should have led there."""
_ENDS = pattern(
    r"(?i)stop|close|shut|teardown|cleanup|clean_up|cancel|drain|disconnect|abort|dispose|prefetch|warm|broadcast"
)
_SEVERAL = 2
_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _ENDS.search(view.name):
            continue
        for block in blocks_of(view):
            for noted, what in _noted(block, view, syntax):
                message = f"{view.name} ends in {ast.unparse(noted)[:60]} whatever {what} said."
                yield Hit(source.path, noted.lineno, noted.end_lineno or noted.lineno, message, view.qualified)


def _noted(block: list[ast.stmt], view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, str]]:
    """The statements that set a final state behind steps at whose answers nobody looks in between."""
    waiting: dict[str, str] = {}
    for one in block:
        name, what = _steps(one, view, syntax)
        if what:
            waiting[name] = what
            continue
        for read in _read(one) if waiting else ():
            waiting.pop(read, None)
        if waiting and _is_final(one):
            yield one, next(iter(waiting.values()))
            waiting.clear()
        if isinstance(one, _BRANCHES):
            waiting.clear()  # which may have looked


def _steps(statement: ast.stmt, view: FunctionView, syntax: PythonSyntax) -> tuple[str, str]:
    """The name that the answers of several steps get (empty where they are dropped), and what to call them; nothing for other statements."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.Expr(value=value):
            name = ""
        case _:
            return "", ""
    inner = value.value if isinstance(value, ast.Await) else value
    if isinstance(inner, ast.Call) and last_name(inner.func) == "gather":
        kept = any(one.arg == "return_exceptions" and is_true(one.value) for one in inner.keywords)
        answers = kept or _answer(list(inner.args), view, syntax)
        return (name, "the steps that ran side by side") if answers and inner.args else ("", "")
    if isinstance(inner, ast.List | ast.Tuple) and name and _answer(inner.elts, view, syntax):
        return name, f"the steps in {name}"
    return "", ""


def _answer(steps: list[ast.expr], view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether two or more steps are methods of the class that say by what they give how they went."""
    calls = [one.value if isinstance(one, ast.Await) else one for one in steps]
    called = [callee(syntax.name_of(one.func), view, syntax) for one in calls if isinstance(one, ast.Call)]
    return sum(one is not None and _says_outcome(one) for one in called) >= _SEVERAL


def _says_outcome(view: FunctionView) -> bool:
    """Whether a step is declared to give a flag or a result, and may say that it failed."""
    declared = view.node.returns
    if declared is None:
        return False
    kind = last_name(declared)
    return kind == "bool" or kind.endswith(RESULTS)


def _read(statement: ast.stmt) -> set[str]:
    """The names with which a statement does more than to hand them back."""
    if isinstance(statement, ast.Return):
        return set()
    return {one.id for one in subtree(statement) if isinstance(one, ast.Name)}


def _is_final(statement: ast.stmt) -> bool:
    """``self.state = State.SECONDARY``, ``result["status"] = "completed"``, ``return True``."""
    match statement:
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target], value=value):
            stored = stored_name(target)
            return (is_state_field(stored) or _HOLDS.search(stored) is not None) and _is_end(value)
        case ast.Return(value=ast.Constant(value=True)):
            return True
        case _:
            return False


def _is_end(value: ast.expr) -> bool:
    word = state_word(value)
    return is_ended(word) or _STANDS.search(word) is not None or verdict_of_word(word) is Verdict.SUCCESS


RULE = Rule(
    id="AUD854",
    name="state-whatever-steps-said",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the state that an operation ends in depend on how its steps went?",
    why="A failover whose fencing failed is noted as done: two primaries take writes, and the state says that there is one.",
    limits="Judged are lists of two or more methods of the class that give a flag or a result, and work that ran side by side with its exceptions given back, before a final state is set or True given, with nothing between that reads the answers.",
    fix="Look at every answer, and set the final state only where all are good.",
    since="0.8.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a switch whatever its steps said, and work whose exceptions are dropped",
            files={
                "depot.py": (
                    "class Depot:\n    async def switch(self):\n        steps = [await self._lock(), await self._copy()]\n        self.state = DepotState.SECONDARY\n        return steps\n\n"
                    "    async def open(self, result):\n        await asyncio.gather(self._lock(), self.shout(), return_exceptions=True)\n        result.state = DepotState.PROMOTED\n        return result\n\n"
                    "    async def _lock(self) -> StepResult:\n        return StepResult(await self.bus.lock())\n\n    async def _copy(self) -> bool:\n        return await self.bus.copy()\n\n    async def shout(self):\n        await self.bus.shout()\n"
                )
            },
            found=("depot.py:4", "depot.py:9"),
        ),
        Example(
            title="answers that are looked at, and a state on the way",
            files={
                "depot.py": (
                    "class Depot:\n    async def switch(self):\n        steps = [await self._lock(), await self._copy()]\n        if not all(steps):\n            self.state = DepotState.FAILED\n            return steps\n        self.state = DepotState.SECONDARY\n        return steps\n\n"
                    "    async def begin(self):\n        steps = [await self._lock(), await self._copy()]\n        self.state = DepotState.SWITCHING\n        return steps\n\n"
                    "    async def both(self):\n        await asyncio.gather(self.shout(), self.shout())\n        self.state = DepotState.READY\n\n"
                    "    async def _lock(self) -> bool:\n        return await self.bus.lock()\n\n    async def _copy(self) -> bool:\n        return await self.bus.copy()\n\n    async def shout(self):\n        await self.bus.shout()\n"
                )
            },
        ),
    ),
    check_file=_check,
)
