"""AUD868: an answer that may be missing fills the details, and the verdict beside them does not ask whether it came."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_value
from auditor.facts.literal_verdicts import keyed
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SEVERAL = 2


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        tables = [table for table in view.of(ast.Dict) if any(_is_good(key, value) for key, value in keyed(table))]
        asked = _asked(view) if tables else frozenset()
        for table in tables:
            names = _perhaps(table, view)
            if len(names) >= _SEVERAL and asked.isdisjoint(names):
                message = (
                    f"{view.name} tells that all is well, and fills in something else where there is no {names[0]}."
                )
                yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, view.qualified)


def _is_good(key: str, value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, bool | str) and is_good_value(key, value.value)


def _perhaps(table: ast.Dict, view: FunctionView) -> list[str]:
    """The answers of which the other entries are made, each only where it is there; nothing where an entry is made of something else."""
    bindings = Bindings.of(view)
    found: list[str] = []
    for _, value in keyed(table):
        match value:
            case ast.IfExp(test=ast.Name(id=name), body=body, orelse=ast.Constant()):
                bound = bindings.only(name)
                call = bound.value if isinstance(bound, ast.Await) else bound
                uses = any(isinstance(one, ast.Name) and one.id == name for one in own_nodes([body]))
                if not isinstance(call, ast.Call) or not uses:
                    return []
                found.append(name)
            case ast.Constant():
                continue
            case _:
                return []
    return found


def _asked(view: FunctionView) -> frozenset[str]:
    """The names that conditions of statements, comparisons and negations look at."""
    tests = [one.test for one in view.of(ast.If, ast.While, ast.Assert)]
    nodes = own_nodes([*tests, *view.of(ast.Compare, ast.UnaryOp)])
    return frozenset(one.id for one in nodes if isinstance(one, ast.Name))


RULE = Rule(
    id="AUD868",
    name="healthy-without-answer",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is nothing called healthy that gave no answer?",
    why="`{'healthy': True, 'version': row['version'] if row else 'none'}` is healthy on the stand-in that has no version.",
    limits="Judged are tables that tell by a literal that all is well, in which all other entries are literals or are made of the answers of calls, two or more of them only where the answer is there, and no condition asks for these.",
    fix="Make the verdict depend on the answer.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(" else ",),
    examples=(
        Example(
            title="healthy with and without a row, and workers that may be none",
            files={
                "store.py": (
                    "def health(self):\n    row = self.store.one('select version()')\n    return {\n        'healthy': True,\n        'version': row['version'] if row else 'none',\n        'user': row['user'] if row else 'none',\n    }\n\n\n"
                    "async def workers(control, checks):\n    busy = control.busy()\n    waiting = await control.waiting()\n    checks['workers'] = {'status': 'healthy', 'busy': len(busy) if busy else 0, 'waiting': len(waiting) if waiting else 0}\n"
                )
            },
            found=("store.py:13", "store.py:3"),
        ),
        Example(
            title="one detail that may be missing, and a verdict that asks",
            files={
                "store.py": (
                    "def health(self):\n    row = self.store.one('select version()')\n    return {'healthy': True, 'version': row['version'] if row else 'none', 'rows': self.store.rows()}\n\n\n"
                    "def ready(self):\n    row = self.store.one('select version()')\n    if not row:\n        return {'ready': False}\n    return {'ready': True, 'version': row['version'] if row else '', 'user': row['user'] if row else ''}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
