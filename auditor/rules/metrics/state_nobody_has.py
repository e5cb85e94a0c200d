"""AUD848: a state that a thing need not have, or that nobody has asked for yet, reads as good."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATE = pattern(
    r"(?i)^(?:is_)?(?:healthy|alive|ready|up|passed|verified|operational|reachable|compliant|succeeded|connected)$|_(?:passed|healthy|verified|compliant|succeeded|ready)$"
)
_ASKED = pattern(
    r"(?i)^_*is_(?:\w+_)?(?:up|healthy|alive|ready|available|reachable|verified|passing)$|_(?:healthy|is_up|reachable|ready)$"
)
"""Names of questions for a state."""
_CHECKS = pattern(r"(?i)^_*(?:check|probe)_")
"""Names of what looks at something: at a state only where the table that it asks says so."""
_TABLE = pattern(r"(?i)(?:^|_)(?:up|alive|health\w*|status\w*|states?|ready|readiness|reachable|seen)(?:_|$)")
_KEPT = pattern(r"(?i)^_*(?:cache[ds]?|known|last|results?|current|\w+_(?:cache|by_name))$")
"""Names of tables that say nothing of what they hold: of states, where the question is one for a state."""
_SETTINGS = pattern(
    r"(?i)config|setting|option|kwargs|args|param|threshold|default|spec|schema|env|limit|rule|policy|query|prefs|flag|permission|feature|visib|choice|allow"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for call, what in _states(view) if not view.is_test else ():
            message = f"{view.name} takes {what} for good where there is none."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _states(view: FunctionView) -> Iterator[tuple[ast.Call, str]]:
    """``getattr(worker, "healthy", True)``, and ``self._up.get(name, True)`` of a table of states."""
    for node in view.calls:
        match node:
            case ast.Call(
                func=ast.Name(id="getattr"), args=[held, ast.Constant(value=str(key)), ast.Constant(value=True)]
            ):
                if _STATE.search(key) and not _SETTINGS.search(last_name(held)):
                    yield node, key
            case ast.Call(
                func=ast.Attribute(value=held, attr="get"), args=[ast.Name(id=name), ast.Constant(value=True)]
            ):
                if _holds_states(last_name(held), view.name):
                    yield node, f"the state of {name}"
            case _:
                continue


def _holds_states(table: str, asker: str) -> bool:
    """Whether a table holds states by its own name, or by that of a question for a state that only has a cache to ask."""
    if _SETTINGS.search(table):
        return False
    if _TABLE.search(table):
        return _ASKED.search(asker) is not None or _CHECKS.search(asker) is not None
    return _ASKED.search(asker) is not None and _KEPT.search(table) is not None


RULE = Rule(
    id="AUD848",
    name="state-nobody-has",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a state that nobody knows read as unknown?",
    why="`getattr(worker, 'healthy', True)` over workers that have no such attribute reports each of them as healthy, the dead ones included.",
    limits="Judged are attributes with names of a good state that are taken with True as their default, and questions for a state that look it up with True as the default in a table whose name speaks of states, or in a cache; settings, permissions and choices are left alone.",
    fix="Take what is not there for unknown, and fail on it.",
    since="0.6.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("getattr", ".get("),
    examples=(
        Example(
            title="permissions, features and choices that are given unless they are taken, and what is valid unless somebody objects",
            files={
                "ops/access.py": (
                    "class Access:\n    def check_permission(self, name):\n        return self.permissions.get(name, True)\n\n"
                    "    def check_feature(self, name):\n        return FEATURES.get(name, True)\n\n"
                    "    def check_column(self, name):\n        return self.columns.get(name, True)\n\n"
                    "    def is_valid(self, key):\n        return self.choices.get(key, True)\n\n"
                    "    def shown(self, field, response):\n        return getattr(field, 'valid', True) and getattr(response, 'ok', True)\n"
                )
            },
        ),
        Example(
            title="tables of states, and a cache that is asked for them",
            files={
                "ops/health.py": (
                    "class Health:\n    def check_backend(self, name):\n        return self._up.get(name, True)\n\n"
                    "    def is_up(self, name):\n        return self._cache.get(name, True)\n\n"
                    "    def probe_till(self, name):\n        return self.last_status.get(name, True)\n"
                )
            },
            found=("ops/health.py:3", "ops/health.py:6", "ops/health.py:9"),
        ),
        Example(
            title="a state that a worker need not have, and one that nobody has asked for yet",
            files={
                "ops/watch.py": (
                    "class Watch:\n    def snapshot(self):\n        return {one.name: getattr(one, 'healthy', True) for one in self.workers}\n\n"
                    "    def is_up(self, name):\n        return self.seen.get(name, True)\n\n"
                    "    def is_shown(self, name):\n        return self.seen.get(name, True)\n\n    def wants(self, one):\n        return getattr(one, 'enabled', True)\n"
                )
            },
            found=("ops/watch.py:3", "ops/watch.py:6"),
        ),
        Example(
            title="a state that is unknown where nobody has it",
            files={
                "ops/watch.py": "class Watch:\n    def is_up(self, name):\n        return self.seen.get(name, False)\n\n    def healthy(self, one):\n        return getattr(one, 'healthy', None)\n"
            },
        ),
    ),
    check_file=_check,
)
