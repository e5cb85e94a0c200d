"""AUD828: the clock of a request starts when its answer is already there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import PURE_METHODS, is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, subtree, syntax_of
from auditor.facts.python_timing import CLOCKS
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "fetch", "urlopen", "execute", "query", "invoke", "call", "complete", "generate", "predict"})  # fmt: skip
_CLIENTS = pattern(
    r"(?i)client|session|requests|httpx|http|api|conn|stub|channel|model|llm|db|cursor|page|urllib|request"
)
_OF_ANSWERS = frozenset({"json", "success", "failure", "raise_for_status", "text", "get", "read", "close", "decode", "record", "observe", "fail", "ok", "items", "keys", "values", "fetchall", "fetchone"})  # fmt: skip
_RECORDS = pattern(
    r"(?i)record|append|observe|report|add|track|note|time|round|int|float|str|len|isinstance|max|min|dict|list|total_seconds|inc|measure|fire|log|print"
)
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for block, answer, first in _answered(view, syntax):
            clock = block[first]
            end = _difference(block[first:], syntax)
            if end is not None and _does_nothing(block[first:], answer, syntax):
                message = f"{view.name} starts the clock when {answer} has arrived, and takes the rest for its time."
                yield Hit(source.path, clock.lineno, clock.end_lineno or clock.lineno, message, view.qualified)


def _answered(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[list[ast.stmt], str, int]]:
    """Blocks in which a clock is started right after an answer has been bound, with its name and the place of the clock."""
    for node in view.of(ast.With, ast.AsyncWith):
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name) and _is_request(item.context_expr):
                for at, one in enumerate(node.body[:_FEWEST]):
                    if _starts_clock(one, syntax):
                        yield node.body, item.optional_vars.id, at
    for block in blocks_of(view):
        for at, one in enumerate(block[:-1]):
            match one:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_request(value):
                    if _starts_clock(block[at + 1], syntax) and not _is_second(block[:at], syntax):
                        yield block, name, at + 1
                case _:
                    continue


def _is_second(before: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether another clock runs since before the request: then this one is for something else."""
    return any(_starts_clock(one, syntax) for one in before)


def _is_request(value: ast.expr) -> bool:
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in _REQUESTS:
        return False
    return _CLIENTS.search(ast.unparse(call.func.value)[:80]) is not None


def _starts_clock(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=func)):
            return syntax.name_of(func) in CLOCKS
        case _:
            return False


def _difference(block: list[ast.stmt], syntax: PythonSyntax) -> ast.BinOp | None:
    """``time.time() - start``, for the clock that the first statement starts."""
    first = block[0]
    name = last_name(first.targets[0]) if isinstance(first, ast.Assign) else ""
    for node in own_nodes(block[1:]):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and last_name(node.right) == name:
            taken = node.left
            if isinstance(taken, ast.Call) and syntax.name_of(taken.func) in CLOCKS:
                return node
    return None


def _does_nothing(block: list[ast.stmt], answer: str, syntax: PythonSyntax) -> bool:
    """Whether nothing is called after the clock has started but the answer, records of it and talk."""
    for node in own_nodes(block[1:]):
        if isinstance(node, ast.Await | ast.Yield):
            return False
        if isinstance(node, ast.Call) and not _is_record(node, answer, syntax):
            return False
    return True


def _is_record(call: ast.Call, answer: str, syntax: PythonSyntax) -> bool:
    name = syntax.name_of(call.func)
    if name in CLOCKS or is_log_call(name):
        return True
    if isinstance(call.func, ast.Attribute):
        on_answer = any(isinstance(one, ast.Name) and one.id == answer for one in subtree(call.func.value))
        if on_answer or call.func.attr in PURE_METHODS or (call.func.attr in _OF_ANSWERS and not _is_request(call)):
            return True
    return _RECORDS.search(last_name(call.func)) is not None


RULE = Rule(
    id="AUD828",
    name="timed-after-answer",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the clock started before the request?",
    why="`with client.get(url) as answer: start = time.time()` times what is done with the answer: every service has a latency of 0 ms.",
    limits="Judged are clocks that start in the first statements after an answer was bound, where until they are read nothing is called but the answer, records and logs.",
    fix="Start the clock before the request, or use the time that the client measured.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("time", "now("),
    examples=(
        Example(
            title="clocks of answers that are there",
            files={
                "load/users.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "class Visitor:\n"
                    "    def orders(self):\n"
                    "        with self.client.get('/orders', catch_response=True) as answer:\n"
                    "            began = time.perf_counter()\n"
                    "            if answer.status_code == 200:\n"
                    "                answer.success()\n"
                    "                self.figures.record(time.perf_counter() - began)\n"
                    "\n"
                    "    async def baskets(self, session):\n"
                    "        reply = await session.post('/baskets')\n"
                    "        started = time.time()\n"
                    "        reply.raise_for_status()\n"
                    "        return time.time() - started\n"
                ),
            },
            found=("load/users.py:14", "load/users.py:7"),
        ),
        Example(
            title="clocks that start in time, and one for something else",
            files={
                "load/users.py": (
                    "import time\n"
                    "\n"
                    "\n"
                    "class Visitor:\n"
                    "    def orders(self):\n"
                    "        began = time.perf_counter()\n"
                    "        with self.client.get('/orders', catch_response=True) as answer:\n"
                    "            self.figures.record(time.perf_counter() - began)\n"
                    "\n"
                    "    async def baskets(self, session):\n"
                    "        reply = await session.post('/baskets')\n"
                    "        started = time.time()\n"
                    "        await self.index(reply)\n"
                    "        return time.time() - started\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
