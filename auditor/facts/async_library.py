"""Methods of well-known asynchronous objects that give a coroutine, by the classes of those objects."""

from __future__ import annotations

from auditor.facts.call_targets import CallTargets
from auditor.facts.pattern import pattern
from auditor.facts.python_calls import PythonCall
from auditor.facts.python_graph import Module

__all__ = ["gives_coroutine"]

_SESSION = "sqlalchemy.ext.asyncio.AsyncSession"
_COROUTINES = {
    _SESSION: frozenset(
        {"execute", "commit", "rollback", "refresh", "flush", "scalar", "scalars", "get", "delete", "merge", "close", "stream", "connection"}
    ),
    "sqlalchemy.ext.asyncio.AsyncConnection": frozenset({"execute", "commit", "rollback", "scalar", "scalars", "run_sync"}),
    "httpx.AsyncClient": frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "aclose"}),
    "redis.asyncio.Redis": frozenset({"ping", "get", "set", "delete", "publish", "expire", "incr", "lpush", "rpush", "hset", "hget", "aclose"}),
    "asyncpg.Connection": frozenset({"execute", "fetch", "fetchrow", "fetchval", "executemany", "close"}),
    "asyncpg.Pool": frozenset({"execute", "fetch", "fetchrow", "fetchval", "executemany"}),
}  # fmt: skip
_YIELDED = pattern(r"^(?:\w+\.)*Async(?:Generator|Iterator|Iterable)\[([\w.]+)")
_NAMES = {one.rpartition(".")[2]: one for one in _COROUTINES if one.rpartition(".")[2].startswith("Async")}


def gives_coroutine(targets: CallTargets, module: Module, call: PythonCall) -> bool:
    """Whether a method of a library's object, whose class the code tells, is called, and gives a coroutine."""
    return call.name in _COROUTINES.get(_class(targets, module, call.type), ())


def _class(targets: CallTargets, module: Module, kind: str) -> str:
    """The dotted name of the library's class; what a dependency gives is told by the annotation of its function."""
    if kind.startswith("~"):
        return _entered(targets, module, kind.removeprefix("~"))
    if not kind.startswith("()"):
        return kind
    reached = targets.function(module, kind.removeprefix("()"))
    other = targets.table.module(reached.path) if reached else None
    if reached is None or other is None:
        return ""
    if reached.signature.returns.startswith("~"):
        return _entered(targets, other, reached.signature.returns.removeprefix("~"))
    found = _YIELDED.search(reached.signature.returns)
    return _NAMES.get(found.group(1).rpartition(".")[2], "") if found else ""


def _entered(targets: CallTargets, module: Module, maker: str) -> str:
    """What ``async with maker()`` gives: a maker of sessions that can be entered so makes asynchronous ones."""
    if maker == "httpx.AsyncClient":
        return maker
    owner, _, name = targets.table.graph.absolute(module, maker).rpartition(".")
    other = targets.table.graph.find(owner) if owner else module
    kind = targets.table.object_class(other, name) if other is not None else ""
    return _SESSION if kind.rpartition(".")[2] in ("sessionmaker", "async_sessionmaker") else ""
