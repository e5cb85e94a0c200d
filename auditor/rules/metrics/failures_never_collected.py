"""AUD225: failures are counted or listed that nothing ever adds to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TROUBLE = pattern(
    r"(?i)^_?(?:\w+_)?(?:errors?|failures?|failed|issues|problems|violations|mismatches|regressions|blockers|broken|unhealthy|dropped|rejected|lost|corrupt(?:ed)?)(?:_(?:count|total|found|list|checks|tests|requests|items|rows|jobs))?$"
)
_EMPTY = frozenset({"list", "dict", "set", "tuple", "defaultdict", "Counter", "deque"})


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for name, value in _started(view):
            told = _told(view, name)
            if told is not None:
                message = f"{view.name} reports on {name}, to which nothing is ever added."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _started(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The names for failures that start at nothing, and are never touched again but to be read."""
    bindings = Bindings.of(view)
    for name in bindings.assigned:
        value = bindings.only(name) if _TROUBLE.search(name) else None
        if value is None or name in bindings.touched or name in bindings.items or not _is_nothing(value):
            continue
        if not _leaves(view, name):
            yield name, value


def _is_nothing(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=number):
            return number == 0 and not isinstance(number, bool)
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case ast.Call(func=ast.Name(id=maker), args=[], keywords=[]):
            return maker in _EMPTY
        case _:
            return False


def _leaves(view: FunctionView, name: str) -> bool:
    """Whether other code may fill what the name stands for: it is kept, yielded, given a second name or changed in place."""
    for node in view.of(ast.Assign, ast.AugAssign, ast.Delete, ast.Yield, ast.NamedExpr, ast.Starred):
        kept = node.value if isinstance(node, ast.Assign | ast.Yield | ast.Starred | ast.NamedExpr) else None
        if isinstance(kept, ast.Name) and kept.id == name:
            return True
        if isinstance(node, ast.AugAssign | ast.Delete) and any(_is(one, name) for one in subtree(node)):
            return True
    return False


def _told(view: FunctionView, name: str) -> ast.AST | None:
    """Where a verdict or a report rests on the name."""
    node: ast.AST
    for node in view.of(ast.UnaryOp, ast.Compare, ast.Dict, ast.keyword, ast.FormattedValue, ast.If):
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=found)) | ast.If(test=ast.Name(id=found)):
                hit = found == name
            case ast.Compare(left=left):
                hit = any(_is(one, name) for one in own_nodes([left]))
            case ast.Dict(values=values):
                hit = any(_is_told(one, name) for one in values)
            case ast.keyword(value=value) | ast.FormattedValue(value=value):
                hit = _is_told(value, name)
            case _:
                hit = False
        if hit:
            return node
    return None


def _is_told(value: ast.expr, name: str) -> bool:
    inner = (
        value.args[0]
        if isinstance(value, ast.Call) and last_name(value.func) in ("len", "str", "sorted") and value.args
        else value
    )
    return _is(inner, name)


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


RULE = Rule(
    id="AUD225",
    name="failures-never-collected",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every count or list of failures filled by what fails?",
    why="`return not errors` of a list that nothing is ever added to says that all is well on the day on which nothing is.",
    limits="Judged are local names for failures that start empty or at 0, are never changed, kept or handed on, and are asked or reported.",
    fix="Add to it where something fails, or drop it.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a list and a count that stay as they began",
            files={
                "audit.py": (
                    "def audit(items):\n"
                    "    problems = []\n"
                    "    for item in items:\n"
                    "        inspect(item)\n"
                    "    return not problems\n"
                    "\n"
                    "\n"
                    "def load(jobs):\n"
                    "    failed = 0\n"
                    "    done = [job.run() for job in jobs]\n"
                    '    return {"done": len(done), "failed": failed}\n'
                ),
            },
            found=("audit.py:2", "audit.py:9"),
        ),
        Example(
            title="a list that is filled, handed on, and a count that grows",
            files={
                "audit.py": (
                    "def audit(items):\n"
                    "    problems = []\n"
                    "    for item in items:\n"
                    "        inspect(item, problems)\n"
                    "    return not problems\n"
                    "\n"
                    "\n"
                    "def load(jobs):\n"
                    "    failed = 0\n"
                    "    for job in jobs:\n"
                    "        failed += not job.run()\n"
                    '    return {"failed": failed}\n'
                    "\n"
                    "\n"
                    "def collect(items):\n"
                    "    errors = []\n"
                    "    for item in items:\n"
                    "        errors.extend(item.errors)\n"
                    "    return not errors\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
