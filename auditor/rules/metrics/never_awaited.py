"""AUD268: a coroutine that is made and never run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.python_dropped import DroppedResult, DroppedResults
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    coroutines: dict[str, frozenset[str]] = {}
    for file, fact in facts.of(DroppedResults):
        module = graph.by_path.get(file.path)
        for dropped in fact.items if module and not is_test_data(file.path) else ():
            if (
                module is not None
                and not dropped.awaited
                and not dropped.kept
                and _is_coroutine(graph, module, dropped, coroutines)
            ):
                name = dropped.function.rpartition(".")[2]
                what = dropped.call.rpartition(".")[2]
                message = f"{name} calls {what}, which is asynchronous, and does not await it: nothing of it is run."
                yield Hit(file.path, dropped.line, dropped.end_line, message, dropped.function)


def _is_coroutine(
    graph: PythonGraph, module: Module, dropped: DroppedResult, coroutines: dict[str, frozenset[str]]
) -> bool:
    function = module.functions.get(dropped.function)
    if function is None:
        return False
    method = dropped.call.partition(".")[2]
    target = (
        graph.method_of(module, dropped.made_by, method)
        if dropped.made_by
        else graph.target(module, function, dropped.call)
    )
    if target is None:
        return False
    where = target[0]
    if where.path not in coroutines:
        coroutines[where.path] = _coroutines(where)
    return target[1].name in coroutines[where.path]


def _coroutines(module: Module) -> frozenset[str]:
    """The names that are coroutines wherever a module binds them, as one name may be bound again and again."""
    functions = module.fact.functions
    others = {one.name for one in functions if not one.is_async or one.is_generator or one.decorators}
    return frozenset(one.name for one in functions if one.name not in others)


RULE = Rule(
    id="AUD268",
    name="never-awaited",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every coroutine that is called also awaited?",
    why="`storage.put(sample)` without `await` makes an object and drops it: the check that is built on it has asked nobody, and raises never.",
    limits="Follows calls of functions of the repository, methods of the same class, and methods of an object that the function makes itself; decorated functions are left alone.",
    fix="Await the call, or hand it to asyncio.create_task and keep the task.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"dropped-results"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a probe of a store, and a notification, neither of which is run",
            files={
                "app/store.py": "class Store:\n    async def put(self, sample):\n        await self.client.put(sample)\n",
                "app/health.py": (
                    "from app.store import Store\n\n\nasync def tell(text):\n    await post(text)\n\n\n"
                    "def check(report):\n    store = Store()\n    store.put(b'sample')\n    report['store'] = 'healthy'\n    tell('checked')\n"
                ),
            },
            found=("app/health.py:10", "app/health.py:12"),
        ),
        Example(
            title="awaited, scheduled, and not asynchronous",
            files={
                "app/health.py": (
                    "import asyncio\n\n\nasync def tell(text):\n    await post(text)\n\n\ndef note(text):\n    print(text)\n\n\n"
                    "async def check(report):\n    await tell('checking')\n    note('checking')\n    asyncio.create_task(tell('checked'))\n    later = tell('done')\n    await later\n"
                ),
                "tests/test_guard.py": (
                    "from app.health import guard\n\n\ndef test_guard():\n    @guard\n    def _():\n        return 1\n\n    _()\n\n    async def _():\n        return 2\n"
                ),
                "tests/fixtures/wrong.py": "async def nested():\n    await later()\n\n\ndef main():\n    nested()\n",
            },
        ),
    ),
    check_repository=_check,
)
