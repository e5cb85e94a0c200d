"""AUD888: the first answer of a check is kept, and given for ever after."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CACHES = frozenset({"cache", "lru_cache", "cached_property", "memoize", "alru_cache"})
_STATES = frozenset(
    {"health", "healthy", "ready", "readiness", "status", "alive", "reachable", "connectivity", "liveness"}
)
_MAKES = tuple(
    (one,) for one in ("load", "create", "build", "init", "initialize", "setup", "make", "connect", "open", "ensure")
)
_PARTS = tuple(
    (one,)
    for one in (
        "components",
        "client",
        "service",
        "manager",
        "checker",
        "monitor",
        "config",
        "url",
        "path",
        "name",
        "code",
        "codes",
        "class",
    )
)
_TIMED = pattern(
    r"(?i)time|clock|now|expire|ttl|age|fresh|stale|valid|until|deadline|monotonic|elapsed|last_|interval|dirty|changed"
)
_CHECKERS = pattern(r"(?i)health|probe|monitor|readiness|watch|heartbeat")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _asks_for_state(view):
            continue
        found: list[ast.expr | ast.stmt] = [*_decorated(view), *_remembered(view)]
        for node in found:
            message = f"{view.name} keeps its first answer, and gives it for ever: nothing asks how old it is."
            yield Hit(source.path, node.lineno, node.lineno, message, view.qualified)


def _asks_for_state(view: FunctionView) -> bool:
    if words_of(view.name)[:1] in _MAKES or words_of(view.name)[-1:] in _PARTS:
        return False
    of_checker = view.owner is not None and _CHECKERS.search(view.owner.name) is not None
    asks = Claim.CHECK in claims_of(view.name) or not _STATES.isdisjoint(words_of(view.name))
    return asks and (of_checker or not _STATES.isdisjoint(words_of(view.name)))


def _decorated(view: FunctionView) -> Iterator[ast.expr]:
    """``@lru_cache`` above a question for a state that takes nothing."""
    given = [one for one in view.parameters if one not in ("self", "cls")]
    of_another = view.owner is not None and not _CHECKERS.search(view.owner.name)
    for one in view.node.decorator_list if not given and not of_another else ():
        call = one.func if isinstance(one, ast.Call) else one
        plain = not isinstance(one, ast.Call) or not any(
            word.arg in ("ttl", "expire", "timeout", "seconds") for word in one.keywords
        )
        if last_name(call) in _CACHES and plain and any(True for _ in view.calls):
            yield one


def _remembered(view: FunctionView) -> Iterator[ast.If]:
    """``if self._kept is not None and not force: return self._kept``, where nothing resets it and no clock is asked."""
    if view.owner is None or not _CHECKERS.search(view.owner.name):
        return  # what belongs to a request or a row of a table lives no longer than that
    stored = {last_name(one.targets[0]) for one in view.of(ast.Assign)}
    timed = _timed(view)
    for node in view.of(ast.If):
        last = node.body[-1]
        kept = last.value if isinstance(last, ast.Return) else None
        if not isinstance(kept, ast.Attribute) or last_name(kept.value) not in ("self", "cls"):
            continue
        asked = any(isinstance(one, ast.Attribute) and one.attr == kept.attr for one in own_nodes([node.test]))
        first = next((line for line, name in timed if name != kept.attr), node.lineno + 1)
        if asked and kept.attr in stored and first > node.lineno and not _is_reset(view, view.owner, kept.attr):
            yield node


def _timed(view: FunctionView) -> list[tuple[int, str]]:
    """The names that tell of a clock or an age, each with the first line that it stands in, from the top."""
    first: dict[str, int] = {}
    for one in (*view.of(ast.Attribute), *view.of(ast.Name)):
        name = last_name(one)
        first[name] = min(one.lineno, first.get(name, one.lineno))
    return sorted((line, name) for name, line in first.items() if _TIMED.search(name))


def _is_reset(view: FunctionView, owner: ast.ClassDef, attribute: str) -> bool:
    """Whether another method than ``__init__`` sets the attribute as well."""
    return not _setters(owner).get(attribute, frozenset()) <= {"__init__", view.name}


@lru_cache(maxsize=2)
def _setters(owner: ast.ClassDef) -> Mapping[str, set[str]]:
    """The methods of a class that set an attribute, by its name."""
    found: dict[str, set[str]] = {}
    for method in owner.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in subtree(method):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.setdefault(node.attr, set()).add(method.name)
    return found


RULE = Rule(
    id="AUD888",
    name="answer-kept-for-ever",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the answer of a check grow old?",
    why="The first answer after the start was good, so the platform is healthy; it is the object of that morning which is served in the evening, with its time of creation in it.",
    limits="Judged are questions for health, readiness or status whose answer is kept in an attribute that no clock, age or other method touches, or by a cache of functions without an age.",
    fix="Compare the age of the answer with a limit, and ask again.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="health that is kept, and a status that is cached",
            files={
                "health.py": (
                    "class HealthService:\n    def __init__(self):\n        self._kept = None\n\n    async def check(self, *, force=False):\n        if self._kept is not None and not force:\n            return self._kept\n        self._kept = await self.ask()\n        return self._kept\n\n\n"
                    "@lru_cache\ndef database_healthy():\n    return connect().ping()\n"
                )
            },
            found=("health.py:12", "health.py:6"),
        ),
        Example(
            title="health with an age, one that is reset, and a client that is made once",
            files={
                "health.py": (
                    "class HealthService:\n    def __init__(self):\n        self._kept = None\n\n    async def check(self):\n        if self._kept is not None and now() - self.asked_at < 5:\n            return self._kept\n        self._kept = await self.ask()\n        return self._kept\n\n"
                    "    async def status(self):\n        if self._seen is not None:\n            return self._seen\n        self._seen = await self.ask()\n        return self._seen\n\n    def forget(self):\n        self._seen = None\n\n\n"
                    "@lru_cache\ndef client():\n    return connect()\n"
                )
            },
        ),
    ),
    check_file=_check,
)
