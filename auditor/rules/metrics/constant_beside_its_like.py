"""AUD952: one of two classes that do the same gives a figure that is written in the code, where the other works it out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import is_number
from auditor.facts.sibling_functions import alike_methods, is_worked_out
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PLAIN = pattern(
    rf"(?i){PLAIN_CLASSES}|memory|local|simple|default|static|constant|empty|dict|simulat|disabled|example|offline"
)
_SAYS_SO = pattern(r"(?i)\bnot? |nothing|none|never|without|override|always|unsupported|constant|default")
_RANKS = pattern(
    r"(?i)priority|order|weight|rank|version|size_hint|cost|precedence|level|width|height|arity|timeout|default|limit|max|min|port|offset|degree|dim|slope|deriv|grad|area|perimeter|volume|curvature|jacobian|exponent|factor|scale|norm|angle|determinant|trace"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        alike = alike_methods(view, syntax) if _gives_constant(view) else ()
        other = next((one for one in alike if is_worked_out(one)), None)
        if other is not None:
            line = view.body[-1].lineno
            message = f"{view.qualified} gives a number of the code; {other.qualified} works it out."
            yield Hit(source.path, line, line, message, view.qualified)


def _gives_constant(view: FunctionView) -> bool:
    """Whether a method that could find something out only returns a number."""
    if view.is_test or view.owner is None or _PLAIN.search(view.owner.name) or view.node.decorator_list:
        return False
    if _RANKS.search(view.name) or _SAYS_SO.search(view.docstring):
        return False
    asked = isinstance(view.node, ast.AsyncFunctionDef) or bool(view.parameters)
    match view.body:
        case [ast.Return(value=value)]:
            return asked and is_number(value)
        case _:
            return False


RULE = Rule(
    id="AUD952",
    name="constant-beside-its-like",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the class for the real thing find out what its like finds out?",
    why="The store in memory works out how long the oldest order waits, and the one on the database returns 0.0: the gauge is green as soon as it matters.",
    limits="Judged are methods with parameters, or asynchronous ones, whose only statement returns a number, in a class that shares at least three methods with another of its file, where the method of that works its answer out. Ranks, sizes and what is geometry are left alone.",
    fix="Ask the database, the queue or the service for it.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="an age that only the store in memory knows",
            files={
                "shop/store.py": (
                    "class MemoryStore:\n    def add(self, one):\n        self.rows.append(one)\n\n    def count(self):\n        return len(self.rows)\n\n"
                    "    async def oldest_seconds(self, now):\n        ages = [now - one.due for one in self.rows]\n        return max(ages)\n\n\n"
                    "class PostgresStore:\n    def add(self, one):\n        self.pool.execute('INSERT', one)\n\n    def count(self):\n        return self.pool.fetchval('SELECT count(*)')\n\n"
                    "    async def oldest_seconds(self, now):\n        return 0.0\n"
                )
            },
            found=("shop/store.py:21",),
        ),
        Example(
            title="a store in memory that has nothing to find out, and ranks",
            files={
                "shop/store.py": (
                    "class MemoryStore:\n    def add(self, one):\n        self.rows.append(one)\n\n    def count(self):\n        return len(self.rows)\n\n    def lag(self, now):\n        return 0.0\n\n    def priority(self, now):\n        return self.rows[0] + 1\n\n\n"
                    "class PostgresStore:\n    def add(self, one):\n        self.pool.execute('INSERT', one)\n\n    def count(self):\n        return self.pool.fetchval('SELECT count(*)')\n\n"
                    "    def lag(self, now):\n        row = self.pool.fetchval('SELECT lag')\n        return row - now\n\n    def priority(self, now):\n        return 5\n"
                )
            },
        ),
        Example(
            title="curves",
            files={
                "shop/curves.py": "class Linear:\n    def value(self, x):\n        return x\n\n    def slope(self, x):\n        return 1.0\n\n    def inverse(self, y):\n        return y\n\n\nclass Square:\n    def value(self, x):\n        return x * x\n\n    def slope(self, x):\n        factor = 2\n        return factor * x\n\n    def inverse(self, y):\n        return sqrt(y)\n",
            },
        ),
    ),
)
