"""AUD921: a comparison that can come out only one way, for what was done to its sides before."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATUS = pattern(r"(?i)^(?:http_)?status(?:_code)?$|^code$")
_ANSWERS = pattern(r"(?i)resp|answer|reply|^r$|result|res$|http")
_LAST_STATUS = 599
_CUTS = frozenset({"clip", "clamp", "bound", "constrain"})
_MOST = 8
"""So many limits of one value are followed: nobody writes more."""
_Reason = tuple[ast.expr, str]
"""Where a comparison was settled, and why it is."""
_Sides = tuple[ast.expr, str, ast.expr]
"""The left side of a comparison, ``>=`` or ``<=`` for which way it always holds or never fails, and the right side."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for node in view.of(ast.Compare):
            if len(node.ops) != 1:
                continue
            at, why = _status_nobody_sends(node) or _settled(node, view) or (node, "")
            if why:
                message = f"`{ast.unparse(node)[:60]}` can come out only one way: {why[:100]}."
                yield Hit(source.path, at.lineno, at.end_lineno or at.lineno, message, view.qualified)


def _status_nobody_sends(node: ast.Compare) -> _Reason | None:
    """``response.status_code >= 600``."""
    if not isinstance(node.left, ast.Attribute) or not _STATUS.search(node.left.attr):
        return None
    owner = last_name(node.left.value)
    if node.left.attr in ("status", "code") and not _ANSWERS.search(owner):
        return None
    if owner in ("self", "result", "res") and (owner == "self" or node.left.attr == "code"):
        return None  # a class that refuses such a status of its own, and codes that are not those of HTTP
    limit = fold(node.comparators[0])
    if not isinstance(limit, int) or isinstance(limit, bool):
        return None
    above = isinstance(node.ops[0], ast.GtE) and limit > _LAST_STATUS
    above = above or (isinstance(node.ops[0], ast.Gt) and limit >= _LAST_STATUS)
    below = isinstance(node.ops[0], ast.Lt) and limit > _LAST_STATUS + 1
    return (node, "no answer over HTTP has such a status") if above or below else None


def _settled(node: ast.Compare, view: FunctionView) -> _Reason | None:
    """Where a side was cut to the other, and what is to be said of it."""
    for left, order, right in _ways(node):
        value = _held(left, view, node)
        if value is None:
            continue
        for bound in _bounds(value, order):
            if ast.dump(bound) == ast.dump(right) and not _is_changed(right, value, node, view):
                what = "raised to at least" if order == ">=" else "cut to at most"
                return value, f"{ast.unparse(left)} was {what} {ast.unparse(right)} before"
    return None


def _ways(node: ast.Compare) -> Iterator[_Sides]:
    left, right = node.left, node.comparators[0]
    match node.ops[0]:
        case ast.GtE() | ast.Lt():
            yield left, ">=", right
            yield right, "<=", left
        case ast.LtE() | ast.Gt():
            yield left, "<=", right
            yield right, ">=", left
        case _:
            return


def _held(side: ast.expr, view: FunctionView, node: ast.Compare) -> ast.expr | None:
    """What a side of a comparison stands for: itself, or what its name was last bound to, on the way to it."""
    if isinstance(side, ast.Call) and last_name(side.func) == "len" and len(side.args) == 1:
        inner = side.args[0]
        held = _last_bound(inner.id, view, node) if isinstance(inner, ast.Name) else inner
        return held if isinstance(held, ast.Subscript) else None
    name = _target(side)
    return _last_bound(name, view, node) if name else side


def _target(node: ast.expr) -> str:
    """``score`` and ``self.score``: what can be bound and compared later; empty for others."""
    if isinstance(node, ast.Name):
        return node.id
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return f"self.{node.attr}" if own and isinstance(node, ast.Attribute) else ""


def _last_bound(name: str, view: FunctionView, node: ast.Compare) -> ast.expr | None:
    """What a name was bound to by the statement before a comparison that is no part of a branch or loop."""
    stores = _stores(view)
    if name in stores.spoilt:
        return None
    lines, values = stores.bound.get(name, ([], []))
    before = bisect_left(lines, node.lineno)
    return values[before - 1] if before else None


@dataclass(frozen=True, slots=True)
class _Stores:
    """What the statements at the top of a function bind, by name and line (None where a branch or loop does), and what is bound otherwise."""

    bound: Mapping[str, tuple[list[int], list[ast.expr | None]]]
    spoilt: frozenset[str]


@lru_cache(maxsize=2)
def _stores(view: FunctionView) -> _Stores:
    bound: dict[str, tuple[list[int], list[ast.expr | None]]] = {}
    for one in view.body:
        plain = isinstance(one, ast.Assign) and len(one.targets) == 1 and bool(_target(one.targets[0]))
        for name in _stored(one):
            lines, values = bound.setdefault(name, ([], []))
            lines.append(one.lineno)
            values.append(one.value if plain and isinstance(one, ast.Assign) else _raised(one, name))
    loose = [one.target for one in view.of(ast.AugAssign, ast.For, ast.AsyncFor, ast.NamedExpr, ast.comprehension)]
    loose += [one for one in view.body if isinstance(one, ast.While)]  # whose condition is asked again
    return _Stores(bound, frozenset(name for one in loose for name in _stored(one)))


def _raised(node: ast.stmt, name: str) -> ast.expr | None:
    """``if score < minimum: score = minimum``, as ``max(score, minimum)``; None for other branches."""
    match node:
        case ast.If(
            test=ast.Compare(left=asked, ops=[operator], comparators=[limit]),
            body=[ast.Assign(targets=[to], value=value)],
            orelse=[],
        ) if _target(asked) == _target(to) == name and ast.dump(limit) == ast.dump(value):
            cut = {ast.Lt: "max", ast.LtE: "max", ast.Gt: "min", ast.GtE: "min"}.get(type(operator), "")
            made = ast.Call(ast.Name(cut, ast.Load()), [asked, limit], [])
            return ast.copy_location(made, node.body[0]) if cut else None
        case _:
            return None


def _stored(node: ast.AST) -> set[str]:
    kinds = ast.Name | ast.Attribute
    found = (_target(one) for one in subtree(node) if isinstance(one, kinds) and isinstance(one.ctx, ast.Store))
    return {name for name in found if name}


def _bounds(value: ast.expr, order: str) -> list[ast.expr]:  # noqa: PLR0911 - one case a line
    """What a value is at least (``>=``), or at most."""
    match value:
        case ast.Call(func=ast.Name(id="max"), args=[_, _, *_] as args, keywords=[]) if order == ">=":
            return args[:_MOST]
        case ast.Call(func=ast.Name(id="min"), args=[_, _, *_] as args, keywords=[]) if order == "<=":
            return args[:_MOST]
        case ast.Call(args=[_, least, most], keywords=[]) if last_name(value.func) in _CUTS:
            return [least] if order == ">=" else [most]
        case ast.Call(func=ast.Name(id="abs"), args=[_]) if order == ">=":
            return [ast.Constant(0), ast.Constant(0.0)]
        case ast.BinOp(op=ast.Mod(), right=ast.expr() as most) if order == "<=" and not isinstance(
            value.left, ast.Constant | ast.JoinedStr
        ):
            return [most]
        case ast.Subscript(slice=ast.Slice(lower=None, upper=ast.expr() as most, step=None)) if order == "<=":
            return [most]
        case _:
            return []


@lru_cache(maxsize=2)
def _own_calls(view: FunctionView) -> list[int]:
    """The lines on which a function calls what its object holds."""
    return sorted(one.lineno for one in view.calls if _root(one.func) == "self")


def _root(node: ast.expr) -> str:
    held = node
    while isinstance(held, ast.Attribute | ast.Call | ast.Subscript):
        held = held.func if isinstance(held, ast.Call) else held.value
    return held.id if isinstance(held, ast.Name) and held is not node else ""


def _is_changed(bound: ast.expr, value: ast.expr, node: ast.Compare, view: FunctionView) -> bool:
    """Whether the limit is bound anew between the two, or is found out twice."""
    parts = subtree(bound)
    if any(isinstance(one, ast.Call | ast.Await) for one in parts):
        return True
    if any(isinstance(one, ast.Name) and one.id == "self" for one in (*parts, *subtree(node.left))):
        own = _own_calls(view)
        if bisect_right(own, value.lineno) < bisect_left(own, node.lineno):
            return True  # what an object does may change what it keeps
    names = [one.id for one in parts if isinstance(one, ast.Name)]
    stores = _stores(view)
    bindings = [stores.bound[name][0] for name in names if name in stores.bound]
    between = any(bisect_right(lines, value.lineno) < bisect_left(lines, node.lineno) for lines in bindings)
    return between or not stores.spoilt.isdisjoint(names)


RULE = Rule(
    id="AUD921",
    name="settled-by-construction",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every comparison come out both ways?",
    why="`score = max(score, minimum)` makes the gate `score >= minimum` behind it pass for every score.",
    limits="Judged are comparisons with the very limit that a value was raised or cut to (`max`, `min`, `clip`, a branch, a slice and its length), at the top of the same function, and statuses that no answer over HTTP has.",
    fix="Compare what was measured, before it is cut; take 400 or 500 for the first status of a failure.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="raised to the limit, cut to the length, and a status that nobody sends",
            files={
                "till/gate.py": (
                    "def main(options, items):\n    total = sum(items) / len(items)\n    total = max(total, options.minimum)\n    return 0 if total >= options.minimum else 1\n\n\n"
                    "def approved(policy):\n    approvals = max(policy.approvals, 1)\n    return approvals >= policy.approvals\n\n\n"
                    "def parity(rows):\n    sample = rows[:50]\n    return len(sample) <= 50\n\n\n"
                    "def failed(response):\n    return response.status_code >= 600\n\n\n"
                    "def late(seconds, limit):\n    if limit < min(seconds, limit):\n        raise ValueError(seconds)\n"
                )
            },
            found=("till/gate.py:13", "till/gate.py:18", "till/gate.py:22", "till/gate.py:3", "till/gate.py:8"),
        ),
        Example(
            title="raised in a branch, kept by an object, and cut by a library",
            files={
                "till/gate.py": (
                    "def gate(score, minimum):\n    if score < minimum:\n        score = minimum\n    return score >= minimum\n\n\n"
                    "class Gate:\n    def passed(self):\n        self.score = max(self.score, self.minimum)\n        return self.score >= self.minimum\n\n\n"
                    "def within(value, low, high):\n    value = np.clip(value, low, high)\n    return value <= high\n\n\n"
                    "def positive(error):\n    return abs(error) >= 0\n\n\n"
                    "def branch(score, minimum, floor):\n    if score < floor:\n        score = minimum\n    return score >= minimum\n"
                )
            },
            found=("till/gate.py:14", "till/gate.py:19", "till/gate.py:3", "till/gate.py:9"),
        ),
        Example(
            title="another limit, a limit that changes, a branch, and a status of servers",
            files={
                "till/gate.py": (
                    "def main(options, total):\n    total = max(total, 0)\n    return total >= options.minimum\n\n\n"
                    "def next_limit(total, limit):\n    total = max(total, limit)\n    limit = limit + 1\n    return total >= limit\n\n\n"
                    "def branch(total, limit, raise_it):\n    if raise_it:\n        total = max(total, limit)\n    return total >= limit\n\n\n"
                    "def full(rows):\n    sample = rows[:50]\n    return len(sample) < 50 or len(sample) == 50\n\n\n"
                    "def exact(rows):\n    sample = rows[:50]\n    return len(sample) >= 50\n\n\n"
                    "def failed(response, job):\n    return response.status_code >= 500 or job.status >= 600\n"
                )
            },
        ),
        Example(
            title="a loop that changes what it asks, and a status of its own",
            files={
                "shop/loop.py": "def back(at, floor):\n    at = max(at, floor)\n    while at >= floor:\n        at = step(at)\n    return at\n\n\nclass Response:\n    def check(self):\n        if self.status_code < 100 or self.status_code > 599:\n            raise ValueError(self.status_code)\n",
            },
        ),
    ),
)
