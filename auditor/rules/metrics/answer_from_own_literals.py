"""AUD951: what a function is asked about, it works out of figures and names that it has written down itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PURE = frozenset(
    {"len", "sum", "min", "max", "round", "abs", "float", "int", "bool", "all", "any", "sorted", "set", "list", "tuple"}
)
_CHOSEN = pattern(
    rf"(?i){PLAIN_CLASSES}|default|example|demo|sample|simulat|expected|target|config|setting|constant|weight|threshold|limit|budget|theoretic|convert|unit|layout|color|size|format|parse|version|benchmark|fixture"
)
_DEEPEST = 6


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or view.nested or not _is_asked(view):
            continue
        for given in view.returns:
            written = _written(given.value, view)
            if written is not None and len(view.returns) == 1:
                message = f"{view.name} works its answer out of what it has written down itself: it is the same whatever is asked."
                yield Hit(source.path, written.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _is_asked(view: FunctionView) -> bool:
    """Whether a function is given something, or belongs to an object, and is to find something out about it."""
    if _CHOSEN.search(view.qualified) or view.node.decorator_list:
        return False
    return bool(view.parameters) or (view.owner is not None and isinstance(view.node, ast.AsyncFunctionDef))


def _written(value: ast.expr | None, view: FunctionView) -> ast.expr | None:
    """The first literal that a returned comparison or quotient is made of, where it is made of nothing else."""
    if not isinstance(value, ast.Compare | ast.BinOp | ast.Call | ast.BoolOp):
        return None
    if isinstance(value, ast.BinOp) and not isinstance(value.op, ast.Div | ast.Sub | ast.Mult):
        return None
    bindings = Bindings.of(view)
    names = [one.id for one in ast.walk(value) if isinstance(one, ast.Name) and one.id not in _PURE]
    bound = [bindings.only(name) for name in names]
    if not bound or not _is_literal(value, bindings, 0) or not _has_number_or_truth(value):
        return None
    return min((one for one in bound if one is not None), key=lambda one: one.lineno)


def _has_number_or_truth(value: ast.expr) -> bool:
    """Whether an expression asks something of its parts: it divides, compares, counts or sums."""
    return not isinstance(value, ast.Call) or (
        isinstance(value.func, ast.Name) and value.func.id in _PURE - {"list", "tuple", "set", "sorted"}
    )


def _is_literal(value: ast.expr, bindings: Bindings, depth: int) -> bool:
    """Whether an expression rests on literals alone, by whatever names of the function."""
    if depth > _DEEPEST or isinstance(value, ast.Constant):
        return depth <= _DEEPEST
    parts = _of_name(value.id, bindings) if isinstance(value, ast.Name) else _parts(value)
    return bool(parts) and all(_is_literal(one, bindings, depth + 1) for one in parts)


def _of_name(name: str, bindings: Bindings) -> list[ast.expr]:
    """The one expression that a name holds, where nothing can have changed it since."""
    kept = bindings.only(name)
    changes = name in bindings.touched and isinstance(kept, ast.List | ast.Set | ast.Dict | ast.Call)
    return [] if kept is None or changes or name in bindings.items else [kept]


def _parts(value: ast.expr) -> list[ast.expr]:
    """What an expression is put together of; nothing for those that may know more than their parts."""
    match value:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.BoolOp(values=parts):
            return parts
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in _PURE:
            return parts
        case _:
            return []


RULE = Rule(
    id="AUD951",
    name="answer-from-own-literals",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what a function answers depend on what it is asked about?",
    why="`errors, total = 2, 1000` and `return errors / total` look like a rate that was measured; two names in a set, and `len(approvers) >= 2`, look like an approval that was given.",
    limits="Judged are functions with parameters, and asynchronous methods, whose one answer is a comparison, a quotient, a difference, a count or a sum of literals that stand in the function under names of their own.",
    fix="Ask whoever knows; raise NotImplementedError until then.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="a rate that nobody measured, and an approval that nobody gave",
            files={
                "ops/roll.py": (
                    "class Roll:\n    async def error_rate(self, version):\n        errors, total = 2, 1000\n        return errors / total\n\n"
                    "    def approved(self, version):\n        approvers = {'lead', 'risk'}\n        log.info('approved by %s', sorted(approvers))\n        return len(approvers) >= 2\n\n\n"
                    "def lag_of(replica):\n    samples = [3, 4, 5]\n    mean = sum(samples) / len(samples)\n    return round(mean)\n"
                )
            },
            found=("ops/roll.py:14", "ops/roll.py:3", "ops/roll.py:7"),
        ),
        Example(
            title="what depends on what is given, and figures that are chosen",
            files={
                "ops/roll.py": (
                    "def error_rate(version, counters):\n    errors, total = counters.get(version), 1000\n    return errors / total\n\n\n"
                    "def approved(version, approvers):\n    wanted = 2\n    return len(approvers) >= wanted\n\n\n"
                    "def default_ratio(kind):\n    width, height = 16, 9\n    return width / height\n\n\n"
                    "def found(version):\n    names = []\n    collect(version, names)\n    return len(names) > 0\n"
                )
            },
        ),
    ),
)
