"""AUD961: a verdict waits for a state that none of the checks ever gives."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATE = frozenset({"status", "state", "health", "level", "severity", "outcome", "verdict", "result"})
_WORDS = frozenset({
    "healthy", "unhealthy", "degraded", "ok", "fail", "failed", "failing", "error", "critical", "warning", "up", "down", "pass", "passed", "ready", "not_ready", "unavailable", "available", "good", "bad", "red", "green", "yellow",
    "offline", "online", "broken", "alive", "dead", "unknown", "success", "failure",
})  # fmt: skip
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    given = _given(syntax)
    if not given:
        return
    told = Counter(_word(one) for kind in (ast.Constant, ast.Attribute) for one in nodes_of(syntax.tree, kind))
    makers = _makers(syntax, given)
    for view in syntax.functions:
        asked = list(_asked(view)) if not view.is_test else []
        kinds = (
            {kind for call in view.calls for kind in makers.get((view.owner, last_name(call.func)), ())}
            if asked
            else set()
        )
        for test, word in asked:
            if told[word] == 1 and any(word not in given[kind] for kind in kinds):
                kind = min(kinds)
                known = ", ".join(sorted(given[kind])[:4])
                message = (
                    f"{view.name} asks for {word!r}, and its checks only ever give {known}: the condition never holds."
                )
                yield Hit(source.path, test.lineno, test.end_lineno or test.lineno, message, view.qualified)


def _given(syntax: PythonSyntax) -> dict[str, set[str]]:
    """The classes of results that a file makes with at least two words for a state, and no other text in that place."""
    found: dict[str, set[str]] = {}
    unknown: set[str] = set()
    for call in nodes_of(syntax.tree, ast.Call):
        name = last_name(call.func)
        if not name[:1].isupper():
            continue
        values = [*call.args, *(one.value for one in call.keywords if one.arg in _STATE)]
        parts = [part for one in values for part in ([one.body, one.orelse] if isinstance(one, ast.IfExp) else [one])]
        words = {word for one in parts if (word := _word(one))}
        found.setdefault(name, set()).update(words)
        unknown |= set() if words else {name}
    return {name: words for name, words in found.items() if len(words) >= _FEWEST and name not in unknown}


def _makers(syntax: PythonSyntax, given: dict[str, set[str]]) -> dict[tuple[ast.ClassDef | None, str], set[str]]:
    """The functions of a file that return such a result, by their class and name."""
    found: dict[tuple[ast.ClassDef | None, str], set[str]] = {}
    for view in syntax.functions:
        for one in view.returns:
            if isinstance(one.value, ast.Call) and last_name(one.value.func) in given:
                found.setdefault((view.owner, view.name), set()).add(last_name(one.value.func))
    return found


def _asked(view: FunctionView) -> Iterator[tuple[ast.Compare, str]]:
    """``component.status == "critical"``."""
    for node in view.of(ast.Compare):
        match node:
            case ast.Compare(
                left=ast.Attribute(attr=name, value=ast.Name(id=held)),
                ops=[ast.Eq() | ast.Is()],
                comparators=[given],
            ):
                word = _word(given)
                if name in _STATE and word and held not in ("self", *view.parameters):
                    yield node, word
            case _:
                continue


def _word(node: ast.AST) -> str:
    """A word for a state, as a text or as the member of an enumeration; empty for others."""
    match node:
        case ast.Constant(value=str(word)) if word in _WORDS:
            return word
        case ast.Attribute(value=ast.Name(id=owner), attr=member) if member.lower() in _WORDS and owner[:1].isupper():
            return f"{owner}.{member}"
        case _:
            return ""


RULE = Rule(
    id="AUD961",
    name="state-never-given",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can the checks give the state for which their verdict waits?",
    why="The report turns unhealthy when a component is 'critical'; the checks say 'healthy' or 'unhealthy': with the database down, all is well.",
    limits="Judged are comparisons with a word for a state that stands nowhere else in the file, in a function that calls checks of its own class which give at least two other such words, each time as literals; states of the object itself and of what the function is given are left alone.",
    fix="Ask for the word that the checks give; an enumeration keeps both alike.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=tuple(sorted(_WORDS)),
    check_file=_check,
    examples=(
        Example(
            title="a database that is down, and a report that waits for another word",
            files={
                "shop/health.py": (
                    "class Checker:\n    async def database(self):\n        if not await self.db.ping():\n            return Component('database', 'unhealthy')\n        return Component('database', 'healthy')\n\n"
                    "    async def report(self):\n        parts = [await self.database()]\n        bad = any(one.status == 'critical' for one in parts)\n        return 'no' if bad else 'yes'\n"
                )
            },
            found=("shop/health.py:9",),
        ),
        Example(
            title="the same with an enumeration",
            files={
                "shop/health.py": (
                    "class Checker:\n    def queue(self):\n        return Part('queue', State.HEALTHY if self.depth() < 5 else State.DEGRADED)\n\n"
                    "    def report(self):\n        part = self.queue()\n        return 'no' if part.state is State.CRITICAL else 'yes'\n"
                )
            },
            found=("shop/health.py:7",),
        ),
        Example(
            title="the word that is given, and one that comes from elsewhere",
            files={
                "shop/health.py": (
                    "class Checker:\n    async def database(self):\n        return Component('database', 'healthy' if await self.db.ping() else 'unhealthy')\n\n"
                    "    async def report(self):\n        return any(one.status == 'unhealthy' for one in [await self.database()])\n\n"
                    "    def other(self, parts):\n        return any(one.status == 'critical' for one in parts)\n"
                )
            },
        ),
        Example(
            title="a word that another check may give, and the state of the object itself",
            files={
                "shop/health.py": "class Checker:\n    def database(self):\n        return Part('database', 'healthy' if self.ok() else 'unhealthy')\n\n    def remote(self):\n        return Part('remote', self.fetch()['status'])\n\n    def report(self):\n        parts = [self.database(), self.remote()]\n        return any(one.status == 'critical' for one in parts)\n",
                "shop/gate.py": "class Gate:\n    def database(self):\n        return Part('database', 'healthy' if self.ok() else 'unhealthy')\n\n    def report(self):\n        if self.state == 'offline':\n            return None\n        return self.database()\n",
            },
        ),
    ),
)
