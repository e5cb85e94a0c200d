"""AUD920: where there is nothing to compare with, a thing is compared with itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TRUTH = pattern(
    r"(?i)(?:^|_)(?:baseline|baselines|expected|reference|golden|champion|incumbent|recorded|original|snapshot|known_good|published)(?:_|$)"
)
_BEFORE = pattern(r"(?i)(?:^|_)(?:previous|prev|prior|last|old|before|earlier|stored|saved)(?:_|$)")
_JUDGES = pattern(
    r"(?i)drift|regress|compar|deviat|divergen|anomal|verify|validat|check|gate|detect|diff|changed|parity|consisten"
)
_MOST = 20
"""So many of a function are followed: nobody writes more."""
_COPIES = frozenset(
    {
        "list",
        "dict",
        "tuple",
        "set",
        "copy",
        "deepcopy",
        "array",
        "asarray",
        "sorted",
        "str",
        "float",
        "Series",
        "DataFrame",
    }
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for node, name, other in islice(_stand_ins(view), _MOST):
            judged = _TRUTH.search(name) or (_BEFORE.search(name) and _JUDGES.search(view.qualified))
            if judged and _meet(view, name, other, node):
                message = f"{view.name} compares {other[:40]} with itself where there is no {name}: nothing differs."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _stand_ins(view: FunctionView) -> Iterator[tuple[ast.Assign, str, str]]:
    """The names that are given a copy of another for want of a value, with that other."""
    guarded = {id(one): branch for branch in view.of(ast.If) for one in branch.body}
    handled = {id(one) for handler in view.of(ast.ExceptHandler) for one in handler.body}
    for node in view.of(ast.Assign):
        name = last_name(node.targets[0])
        if not name or not isinstance(node.targets[0], ast.Name):
            continue
        branch = guarded.get(id(node))
        if id(node) in handled or (branch is not None and _asks_absence(branch.test, name)):
            other = _copied(node.value)
        else:
            other = _fallen_back(node.value)
        if other and other != name:
            yield node, name, other


def _asks_absence(test: ast.expr, name: str) -> bool:
    """``expected is None``, ``not expected``."""
    match test:
        case ast.Compare(left=ast.Name(id=asked), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return asked == name
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=asked)):
            return asked == name
        case _:
            return False


def _fallen_back(value: ast.expr) -> str:
    """The name that stands in: ``load() or actual``, ``kept.get(key, actual)``, ``load() if there else actual``."""
    match value:
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return _copied(last)
        case ast.IfExp(orelse=orelse, body=body):
            return _copied(orelse) if not isinstance(body, ast.Name) else ""
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
            return _copied(default)
        case _:
            return ""


def _copied(value: ast.expr) -> str:
    if isinstance(value, ast.Name):
        return value.id
    if isinstance(value, ast.Call) and last_name(value.func) in _COPIES:
        inner = value.args[0] if value.args else getattr(value.func, "value", None)
        return inner.id if isinstance(inner, ast.Name) else ""
    return ""


def _meet(view: FunctionView, name: str, other: str, stand_in: ast.Assign) -> bool:
    """Whether both are handed to one call, compared or subtracted further down."""
    if len(Bindings.of(view).assigned.get(other, ())) > 1:
        return False
    for node in view.of(ast.Call, ast.Compare, ast.BinOp):
        if node.lineno <= (stand_in.end_lineno or stand_in.lineno):
            continue
        parts = [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else [node]
        if isinstance(node, ast.Call) and len(parts) < 2:  # noqa: PLR2004 - both of them
            continue
        names = {one.id for one in own_nodes(parts) if isinstance(one, ast.Name)}
        if {name, other} <= names and not _makes_record(node) and not _asks_identity(node):
            return True
    return False


def _asks_identity(node: ast.AST) -> bool:
    """``kept is nothing``: whether there was one is what is asked."""
    return isinstance(node, ast.Compare) and all(isinstance(one, ast.Is | ast.IsNot) for one in node.ops)


def _makes_record(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func)[:1].isupper()


RULE = Rule(
    id="AUD920",
    name="stand-in-compared",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a comparison that has nothing to compare with say so?",
    why="`if baseline is None: baseline = list(live)` finds no drift in the live values, and tells that as a result.",
    limits="Judged are baselines, expected and recorded values (and earlier ones, in what is named for a comparison) for which what they are compared with stands in, in the same function.",
    fix="Report that there is no baseline.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"python"}),
    check_file=_check,
    examples=(
        Example(
            title="baselines that are what they are a baseline for",
            files={
                "till/drift.py": (
                    "def check(store, actual):\n    expected = store.load()\n    if expected is None:\n        expected = list(actual)\n    return distance(expected, actual)\n\n\n"
                    "def regression(store, current):\n    baseline = store.load() or current\n    return current - baseline\n\n\n"
                    "def parity(path, rows):\n    try:\n        expected = read(path)\n    except FileNotFoundError:\n        expected = rows\n    return expected == rows\n\n\n"
                    "def verify_total(kept, total):\n    previous = kept.get('total', total)\n    return previous == total\n"
                )
            },
            found=("till/drift.py:17", "till/drift.py:22", "till/drift.py:4", "till/drift.py:9"),
        ),
        Example(
            title="a first reading, and a baseline of its own",
            files={
                "till/drift.py": (
                    "def rate(kept, total):\n    previous = kept.get('total', total)\n    return total - previous\n\n\n"
                    "def check(store, actual):\n    expected = store.load()\n    if expected is None:\n        return None\n    return distance(expected, actual)\n\n\n"
                    "def fill(expected, default):\n    expected = expected or default\n    return Settings(expected, default)\n"
                )
            },
        ),
        Example(
            title="an object that stands for nothing",
            files={
                "shop/wrap.py": "def check(request):\n    nothing = object()\n    original = request.kept.get('session', nothing)\n    request.kept['session'] = None\n    try:\n        return view(request)\n    finally:\n        if original is nothing:\n            del request.kept['session']\n",
            },
        ),
    ),
)
