"""AUD883: what ran side by side and raised is not looked at, or counts as an answer that is true."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.claims import WORK, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import handlers, is_broad
from auditor.facts.python_names import last_name
from auditor.facts.python_nodes import SCOPES
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENDS = pattern(
    r"(?i)cancel|shutdown|stop|close|cleanup|clean_up|teardown|drain|disconnect|__aexit__|dispose|terminate|kill|flush|abort"
)
_TOLD = frozenset({"isinstance", "type", "issubclass", "format_exception"})
_LONG = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Uses:
    """What a function does with what it has, read once for all that it waits for.

    `bound` are the names by the values that they are given, `dropped` the values that are given none (or `_`), `followed`
    the names that are handed on or that inner functions read; `read` and `counted` tell how often a name is read, and how often only for its length.
    `whole` are the questions whether all of a name is true, `over` the names that go over it, and `tests` the conditions on a name.
    """

    bound: Mapping[int, str]
    dropped: frozenset[int]
    followed: frozenset[str]
    read: Counter[str]
    counted: Counter[str]
    whole: Mapping[str, list[ast.expr]]
    over: Mapping[str, set[str]]
    tests: Mapping[str, list[ast.expr]]
    looks: bool
    works: bool
    ends: bool


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    waiting = [
        (view, calls)
        for view in syntax.functions
        if not view.is_test
        and (calls := [one for one in view.calls if last_name(one.func) == "gather" and _returns_exceptions(one)])
    ]
    handled = _handled(syntax) if waiting else frozenset()
    for view, calls in waiting:
        for node, message in _unread_of(view, calls, handled):
            yield Hit(
                source.path, node.lineno, node.end_lineno or node.lineno, f"{view.name} {message}", view.qualified
            )


def _returns_exceptions(call: ast.Call) -> bool:
    return any(
        one.arg == "return_exceptions" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in call.keywords
    )


def _handled(syntax: PythonSyntax) -> frozenset[str]:
    """The functions of a file that handle their exceptions themselves, or call one that does."""
    broad = {view.name for view in syntax.functions if any(is_broad(handler, syntax) for _, handler in handlers(view))}
    callers = {view.name for view in syntax.functions if any(last_name(call.func) in broad for call in view.calls)}
    return frozenset(broad | callers)


def _unread_of(view: FunctionView, calls: list[ast.Call], handled: frozenset[str]) -> Iterator[tuple[ast.expr, str]]:
    uses = _uses(view)
    every = not handled.isdisjoint(last_name(one.func) for one in view.calls)
    asked: set[str] = set()
    for call in calls:
        inside = [one for given in call.args for one in own_nodes([given]) if isinstance(one, ast.Call)]
        if every if not inside else any(last_name(one.func) in handled for one in inside):
            continue  # what runs keeps its exceptions to itself
        name = uses.bound.get(id(call), "")
        if name not in asked:
            yield from _unread(call, name, uses)
        if name and uses.counted[name] < uses.read[name]:
            asked.add(name)  # what is asked of a name is the same for all that it is given


def _unread(call: ast.Call, name: str, uses: _Uses) -> Iterator[tuple[ast.expr, str]]:
    if not name:
        if uses.works and not uses.ends and id(call) in uses.dropped:
            yield call, "waits for work of which every exception is given back, and looks at none."
        return
    if name in uses.followed:
        return  # whoever asked may look
    unread = uses.read[name] == uses.counted[name]
    if unread and not uses.read[name] and not uses.works:
        return  # what is fetched before anybody asks for it may fail
    if unread and not uses.ends:
        yield call, f"keeps the exceptions of its work in {name}, and looks at none."
        return
    if uses.looks:
        return
    tests = [test for going in sorted(uses.over.get(name, ())) for test in uses.tests.get(going, ())]
    for asked in (*uses.whole.get(name, ()), *tests):
        yield asked, f"asks only whether what is in {name} is true, which an exception is."


def _uses(view: FunctionView) -> _Uses:
    bound: dict[int, str] = {}
    assigned = dict(Bindings.of(view).assigned)
    dropped = [*assigned.pop("_", ()), *(one.value for one in view.of(ast.Expr))]
    for name, values in assigned.items():
        for value in values:
            bound.setdefault(id(_awaited(value)), name)
    names = [one for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load)]
    followed = [one.id for one in own_nodes(view.returns) if isinstance(one, ast.Name)]
    for inner in view.of(*SCOPES):
        followed += [one.id for one in subtree(inner) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    return _Uses(
        bound=bound,
        dropped=frozenset(id(_awaited(one)) for one in dropped),
        followed=frozenset(followed),
        read=Counter(one.id for one in names),
        counted=Counter(name for name, _ in _given_to(view, "len")),
        whole=_by_name(_given_to(view, "all", "any")),
        over=_over(view),
        tests=_by_name(_conditions(view)),
        looks=any(last_name(one.func) in _TOLD for one in view.calls),
        works=bool(claims_of(view.name) & WORK),
        ends=_ENDS.search(ast.unparse(view.node)[:_LONG]) is not None,
    )


def _awaited(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Await) else value


def _by_name(found: Iterable[tuple[str, ast.expr]]) -> dict[str, list[ast.expr]]:
    told: dict[str, list[ast.expr]] = {}
    for name, node in found:
        told.setdefault(name, []).append(node)
    return told


def _given_to(view: FunctionView, *functions: str) -> Iterator[tuple[str, ast.Call]]:
    """The names that are all that a function is given, with the call: ``len(results)``, ``all(results)``."""
    for one in view.calls:
        if last_name(one.func) in functions and len(one.args) == 1 and isinstance(one.args[0], ast.Name):
            yield one.args[0].id, one


def _over(view: FunctionView) -> dict[str, set[str]]:
    """The names that go over something with a name, by that name, also beside others in a `zip`."""
    found: dict[str, set[str]] = {}
    for loop in view.of(ast.For, ast.comprehension):
        for name, going in _targets(loop.target, loop.iter):
            found.setdefault(name, set()).add(going)
    return found


def _conditions(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The conditions that ask for nothing but the truth of a name: ``if alive:`` and ``if not alive:``."""
    tests = [one.test for one in view.of(ast.If, ast.IfExp)]
    tests += [test for one in view.of(ast.comprehension) for test in one.ifs]
    for test in tests:
        asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        if isinstance(asked, ast.Name):
            yield asked.id, test


def _targets(target: ast.expr, over: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(over, ast.Name):
        yield over.id, last_name(target)
    elif isinstance(over, ast.Call) and last_name(over.func) in ("zip", "enumerate") and isinstance(target, ast.Tuple):
        shift = 1 if last_name(over.func) == "enumerate" else 0
        for one, going in zip(over.args, target.elts[shift:], strict=False):
            if isinstance(one, ast.Name):
                yield one.id, last_name(going)


RULE = Rule(
    id="AUD883",
    name="exceptions-as-answers",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every exception that `gather` gives back looked at?",
    why="With `return_exceptions=True` a region that refused the roll-out is an object in a list; it is true, it is counted by `len`, and the release is live.",
    limits="Judged are results of `gather(..., return_exceptions=True)` that are only counted, not read at all (or not even bound) in an operation or check, or asked for nothing but their truth, where what runs does not handle its exceptions itself; the end of tasks (cancelling, closing) is left alone.",
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
                    "    async def notify_all(self, text):\n        await asyncio.gather(*(one.send(text) for one in self.people), return_exceptions=True)\n\n"
                    "    async def send_again(self, text):\n        _ = await asyncio.gather(*(one.send(text) for one in self.people), return_exceptions=True)\n\n"
                    "    async def deploy_twice(self):\n        left = await asyncio.gather(*(self._put(one, 2) for one in self.regions), return_exceptions=True)\n"
                )
            },
            found=("rollout.py:13", "rollout.py:18", "rollout.py:21", "rollout.py:24", "rollout.py:6"),
        ),
        Example(
            title="results that are looked at, also by an inner function, handed on or handled by each, what nobody needs, and tasks that are cancelled",
            files={
                "rollout.py": (
                    "import asyncio\n\n\nclass Rollout:\n    async def deploy(self, version):\n        done = await asyncio.gather(*(self._put(one, version) for one in self.regions), return_exceptions=True)\n        failed = [one for one in done if isinstance(one, BaseException)]\n        return not failed\n\n"
                    "    async def collect(self):\n        seen = await asyncio.gather(*(self._ask(one) for one in self.sites), return_exceptions=True)\n        return seen\n\n"
                    "    async def prefetch(self):\n        _ = await asyncio.gather(*(self._put(one, 1) for one in self.regions), return_exceptions=True)\n\n"
                    "    async def preload(self):\n        left = await asyncio.gather(*(self._put(one, 1) for one in self.regions), return_exceptions=True)\n\n"
                    "    async def deploy_some(self):\n        seen = await asyncio.gather(*(self._put(one, 2) for one in self.regions), return_exceptions=True)\n\n"
                    "        def refused():\n            return [one for one in seen if isinstance(one, BaseException)]\n\n        self.report(refused)\n\n"
                    "    async def send_all(self, tasks):\n        for one in tasks:\n            one.cancel()\n        await asyncio.gather(*tasks, return_exceptions=True)\n\n"
                    "    async def notify_all(self, text):\n        told = [self._tell(one, text) for one in self.people]\n        await asyncio.gather(*told, return_exceptions=True)\n\n"
                    "    async def _tell(self, one, text):\n        try:\n            await one.send(text)\n        except Exception:\n            self.failed.append(one)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
