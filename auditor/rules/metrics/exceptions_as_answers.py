"""AUD883: what ran side by side and raised is not looked at, or counts as an answer that is true."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import handlers, is_broad
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENDS = pattern(
    r"(?i)cancel|shutdown|stop|close|cleanup|clean_up|teardown|drain|disconnect|__aexit__|dispose|terminate|kill|flush|abort"
)
_TOLD = frozenset({"isinstance", "type", "issubclass", "format_exception"})
_WORKS = frozenset({Claim.ACT, Claim.CHECK, Claim.NOTIFY})
_LONG = 4_000
_HOPS = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        calls = [one for one in view.calls if last_name(one.func) == "gather" and _returns_exceptions(one)]
        for call in calls:
            for node, message in _unread(view, call, syntax):
                yield Hit(
                    source.path, node.lineno, node.end_lineno or node.lineno, f"{view.name} {message}", view.qualified
                )


def _returns_exceptions(call: ast.Call) -> bool:
    return any(
        one.arg == "return_exceptions" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in call.keywords
    )


def _unread(view: FunctionView, call: ast.Call, syntax: PythonSyntax) -> Iterator[tuple[ast.expr, str]]:
    if _keeps_to_themselves(view, call, syntax):
        return
    name = _bound_to(view, call)
    if not name:
        works = claims_of(view.name) & _WORKS and not _ENDS.search(ast.unparse(view.node)[:_LONG])
        if works and _is_dropped(view, call):
            yield call, "waits for work of which every exception is given back, and looks at none."
        return
    if any(isinstance(one, ast.Name) and one.id == name for inner in view.of(ast.Return) for one in own_nodes([inner])):
        return  # whoever asked may look
    read = [one for one in view.of(ast.Name) if one.id == name and isinstance(one.ctx, ast.Load)]
    if len(read) == len(_only_counted(view, name)) and not _ENDS.search(ast.unparse(view.node)[:_LONG]):
        yield call, f"keeps the exceptions of its work in {name}, and looks at none."
        return
    if any(last_name(one.func) in _TOLD for one in view.calls):
        return
    for asked in _asked_for_truth(view, name):
        yield asked, f"asks only whether what is in {name} is true, which an exception is."


def _bound_to(view: FunctionView, call: ast.Call) -> str:
    bindings = Bindings.of(view)
    for name, values in bindings.assigned.items():
        inner = [one.value if isinstance(one, ast.Await) else one for one in values]
        if any(one is call for one in inner):
            return name
    return ""


def _is_dropped(view: FunctionView, call: ast.Call) -> bool:
    """Whether what a call gives is not even bound."""
    for one in view.of(ast.Expr):
        value = one.value.value if isinstance(one.value, ast.Await) else one.value
        if value is call:
            return True
    return False


def _only_counted(view: FunctionView, name: str) -> list[ast.Call]:
    """The calls that only ask how many there are."""
    return [
        one
        for one in view.calls
        if last_name(one.func) == "len"
        and len(one.args) == 1
        and isinstance(one.args[0], ast.Name)
        and one.args[0].id == name
    ]


def _keeps_to_themselves(view: FunctionView, call: ast.Call, syntax: PythonSyntax) -> bool:
    """Whether what is run handles its exceptions itself, or has it done by what it calls, as far as it is in the file."""
    inside = [one for given in call.args for one in own_nodes([given]) if isinstance(one, ast.Call)]
    asked = {last_name(one.func) for one in inside or view.calls}
    for _ in range(_HOPS):
        bodies = [one for one in syntax.functions if one.name in asked]
        if any(is_broad(handler, syntax) for one in bodies for _, handler in handlers(one)):
            return True
        asked = {last_name(inner.func) for one in bodies for inner in one.calls}
    return False


def _asked_for_truth(view: FunctionView, name: str) -> Iterator[ast.expr]:
    """``all(results)``, and ``if alive:`` where `alive` goes over them."""
    for one in view.calls:
        if (
            last_name(one.func) in ("all", "any")
            and len(one.args) == 1
            and isinstance(one.args[0], ast.Name)
            and one.args[0].id == name
        ):
            yield one
    going: set[str] = set()
    for loop in view.of(ast.For, ast.comprehension):
        going |= _targets(loop.target, loop.iter, name)
    tests = [one.test for one in view.of(ast.If, ast.IfExp)] + [
        test for one in view.of(ast.comprehension) for test in one.ifs
    ]
    for test in tests:
        asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        if isinstance(asked, ast.Name) and asked.id in going:
            yield test


def _targets(target: ast.expr, over: ast.expr, name: str) -> set[str]:
    """The names that go over the results, also beside others in a `zip`."""
    if isinstance(over, ast.Name) and over.id == name:
        return {last_name(target)}
    if isinstance(over, ast.Call) and last_name(over.func) in ("zip", "enumerate") and isinstance(target, ast.Tuple):
        at = [place for place, one in enumerate(over.args) if isinstance(one, ast.Name) and one.id == name]
        shift = 1 if last_name(over.func) == "enumerate" else 0
        return {last_name(target.elts[place + shift]) for place in at if place + shift < len(target.elts)}
    return set()


RULE = Rule(
    id="AUD883",
    name="exceptions-as-answers",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every exception that `gather` gives back looked at?",
    why="With `return_exceptions=True` a region that refused the roll-out is an object in a list; it is true, it is counted by `len`, and the release is live.",
    limits="Judged are results of `gather(..., return_exceptions=True)` that are only counted, not read at all in an operation or check, or asked for nothing but their truth, where what runs does not handle its exceptions itself; the end of tasks (cancelling, closing) is left alone.",
    fix="Go over the results with `isinstance(one, BaseException)`, and fail on those.",
    since="0.7.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("gather",),
    examples=(
        Example(
            title="regions that refuse, and sites that cannot be asked",
            files={
                "rollout.py": (
                    "import asyncio\n\n\nclass Rollout:\n    async def deploy(self, version):\n        done = await asyncio.gather(*(self._put(one, version) for one in self.regions), return_exceptions=True)\n        log.info('%d regions', len(done))\n        self.live = version\n\n"
                    "    async def pick(self):\n        seen = await asyncio.gather(*(self._ask(one) for one in self.sites), return_exceptions=True)\n        for site, alive in zip(self.sites, seen):\n            if alive:\n                return site\n        raise LookupError\n\n"
                    "    async def notify_all(self, text):\n        await asyncio.gather(*(one.send(text) for one in self.people), return_exceptions=True)\n"
                )
            },
            found=("rollout.py:13", "rollout.py:18", "rollout.py:6"),
        ),
        Example(
            title="results that are looked at, handed on or handled by each, and tasks that are cancelled",
            files={
                "rollout.py": (
                    "import asyncio\n\n\nclass Rollout:\n    async def deploy(self, version):\n        done = await asyncio.gather(*(self._put(one, version) for one in self.regions), return_exceptions=True)\n        failed = [one for one in done if isinstance(one, BaseException)]\n        return not failed\n\n"
                    "    async def collect(self):\n        seen = await asyncio.gather(*(self._ask(one) for one in self.sites), return_exceptions=True)\n        return seen\n\n"
                    "    async def send_all(self, tasks):\n        for one in tasks:\n            one.cancel()\n        await asyncio.gather(*tasks, return_exceptions=True)\n\n"
                    "    async def notify_all(self, text):\n        told = [self._tell(one, text) for one in self.people]\n        await asyncio.gather(*told, return_exceptions=True)\n\n"
                    "    async def _tell(self, one, text):\n        try:\n            await one.send(text)\n        except Exception:\n            self.failed.append(one)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
