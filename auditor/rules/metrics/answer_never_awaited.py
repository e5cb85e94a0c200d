"""AUD280: a coroutine of a session, a client or a part that was handed in is never awaited, or asked without being awaited."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.async_library import gives_coroutine
from auditor.facts.call_fates import Fate
from auditor.facts.call_targets import call_targets, reached_calls
from auditor.facts.python_calls import PythonCalls
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SAYS = {
    Fate.DROPPED: "is called and not awaited: nothing of it runs",
    Fate.ASKED: "is asked without being awaited: a coroutine is always true",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for path, call, reached in facts.derive(reached_calls):
        is_lent = call.lent or (not call.type and "." in reached.name)
        if reached.signature.is_coroutine and (call.fate is Fate.ASKED or (call.fate is Fate.DROPPED and is_lent)):
            yield Hit(path, call.line, call.line, f"{reached.name} ({reached.path}) {_SAYS[call.fate]}.", reached.name)
    targets = facts.derive(call_targets)
    for file, fact in facts.of(PythonCalls):
        module = targets.table.module(file.path)
        for call in fact.calls:
            if call.fate in _SAYS and call.type and module is not None and gives_coroutine(targets, module, call):
                message = f"{call.name} of an asynchronous object {_SAYS[call.fate]}."
                yield Hit(file.path, call.line, call.line, message, call.name)


RULE = Rule(
    id="AUD280",
    name="answer-never-awaited",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are sessions, clients and parts that work asynchronously awaited, and the answers of coroutines before they are asked?",
    why="Nothing of it runs: a check that pings the database so finds it healthy for ever, and what was to be stored is not.",
    limits=(
        "Judged are methods of parameters, attributes and objects of modules whose class is certain, and of well-known asynchronous objects whose class an "
        "annotation or a dependency tells, where the call stands alone; and coroutines of the repository that are asked whether they are true."
    ),
    fix="Await it, or hand it to a task that is kept.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"python-calls"}),
    check_repository=_check,
    examples=(
        Example(
            title="checks that never run",
            files={
                "shop/store.py": "class Store:\n    async def ping(self):\n        return True\n\n\nasync def clean():\n    return 1\n",
                "shop/session.py": (
                    "from collections.abc import AsyncGenerator\n\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\n\nasync def get_session() -> AsyncGenerator[AsyncSession, None]:\n    yield make()\n"
                ),
                "shop/health.py": (
                    "from fastapi import Depends\n\nfrom shop.session import get_session\nfrom shop.store import Store, clean\n\n\nasync def health(store: Store, session=Depends(get_session)):\n    store.ping()\n"
                    "    if clean():\n        session.execute('SELECT 1')\n    return 'healthy'\n"
                ),
            },
            found=("shop/health.py:8", "shop/health.py:9", "shop/health.py:10"),
        ),
        Example(
            title="awaited, or handed on",
            files={
                "shop/store.py": "import asyncio\n\n\nclass Store:\n    async def ping(self):\n        return True\n\n    async def rows(self):\n        yield 1\n\n    def flush(self):\n        return 1\n",
                "shop/health.py": (
                    "import asyncio\n\nfrom sqlalchemy.orm import Session\n\nfrom shop.store import Store\n\n\nasync def health(session: Session):\n    store = Store()\n    await store.ping()\n    asyncio.create_task(store.ping())\n"
                    "    store.flush()\n    session.execute('SELECT 1')\n    return [store.ping(), store.rows()]\n"
                ),
            },
        ),
    ),
)
