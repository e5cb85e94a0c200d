"""AUD962: two sides are compared of which one is a copy of the other, fetched by a helper that is named for something else."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COPIES = frozenset({"dict", "list", "set", "tuple", "sorted", "copy", "deepcopy"})
_MOST = 20
"""So many pairs of a function are followed: nobody writes more."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    helpers: dict[tuple[ast.ClassDef | None, str], FunctionView] = {
        (one.owner, one.name): one for one in syntax.functions if one.owner is not None and _fetched(one) is not None
    }
    for view in syntax.functions if helpers else ():
        for name, helper, other in islice(_sides(view, helpers), _MOST) if not view.is_test else ():
            if _compares(view, name, other):
                message = (
                    f"{helper.name} gives a copy of what {view.name} compares it with: the two sides never differ."
                )
                last = helper.node.end_lineno or helper.node.lineno
                yield Hit(source.path, helper.node.lineno, last, message, helper.qualified)


def _fetched(view: FunctionView) -> ast.Call | None:
    """The call that is all that a helper returns, itself or in a copy."""
    last = view.body[-1] if len(view.body) == 1 else None
    value = last.value if isinstance(last, ast.Return) else None
    if isinstance(value, ast.Call) and last_name(value.func) in _COPIES and len(value.args) == 1:
        value = value.args[0]
    value = value.value if isinstance(value, ast.Await) else value
    own = (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and ast.unparse(value.func).startswith("self.")
    )
    return value if own and isinstance(value, ast.Call) else None


def _sides(
    view: FunctionView, helpers: dict[tuple[ast.ClassDef | None, str], FunctionView]
) -> Iterator[tuple[str, FunctionView, str]]:
    """Names that hold what a helper fetched, and others that hold the same, asked for directly."""
    bindings = Bindings.of(view)
    held: dict[str, list[str]] = {}
    asked: list[tuple[str, FunctionView]] = []
    for name in bindings.assigned:
        value = bindings.only(name)
        call = value.value if isinstance(value, ast.Await) else value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        own = isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
        helper = helpers.get((view.owner, call.func.attr)) if own else None
        held.setdefault(ast.unparse(call.func), []).append(name)
        if helper is not None and [ast.unparse(one) for one in call.args] == _given(helper):
            asked.append((name, helper))
    lines = [one.lineno for one in view.calls]
    for name, helper in asked:
        fetched = _fetched(helper)
        for other in held.get(ast.unparse(fetched.func), ()) if fetched is not None else ():
            if not _happens_between(bindings.only(name), bindings.only(other), lines):
                yield name, helper, other


def _happens_between(one: ast.expr | None, other: ast.expr | None, lines: list[int]) -> bool:
    """Whether anything is called between the two questions: then the second asks how things are after that."""
    if one is None or other is None:
        return True
    first, second = sorted((one, other), key=lambda value: value.lineno)
    return bisect_right(lines, first.end_lineno or first.lineno) < bisect_left(lines, second.lineno)


def _given(helper: FunctionView) -> list[str]:
    """What a helper hands on, which is what it is given."""
    fetched = _fetched(helper)
    return [ast.unparse(one) for one in fetched.args] if fetched is not None else []


def _compares(view: FunctionView, name: str, other: str) -> bool:
    """Whether the two are set against one another: one is looked up or compared where the other is gone through."""
    for node in view.of(ast.Compare, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.BinOp, ast.For):
        names = {one.id for one in subtree(node) if isinstance(one, ast.Name)}
        if {name, other} <= names:
            return True
    return False


RULE = Rule(
    id="AUD962",
    name="both-sides-from-one",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the two sides of a comparison come from two places?",
    why="`_settlements` returns a copy of the ledger's own payouts: the reconciliation compares the ledger with itself, and always matches.",
    limits="Judged are methods that compare what they have asked of a part of their object with what a helper of the same class gave, whose only statement returns the same question's answer or a copy of it, where nothing is called between the two.",
    fix="Fetch the other side from where it is kept.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="a ledger that is compared with itself",
            files={
                "shop/books.py": (
                    "class Books:\n    async def _settled(self, day):\n        return dict(self.ledger.payouts(day))\n\n"
                    "    async def compare(self, day):\n        booked = self.ledger.payouts(day)\n        settled = await self._settled(day)\n        return [key for key in booked if key not in settled]\n"
                )
            },
            found=("shop/books.py:2",),
        ),
        Example(
            title="two places, two days, and no comparison",
            files={
                "shop/books.py": (
                    "class Books:\n    async def _settled(self, day):\n        return dict(await self.bank.payouts(day))\n\n    def _before(self, day):\n        return self.ledger.payouts(day - 1)\n\n"
                    "    async def compare(self, day):\n        booked = self.ledger.payouts(day)\n        settled = await self._settled(day)\n        before = self._before(day)\n        return [key for key in booked if key not in settled and key not in before]\n"
                )
            },
        ),
        Example(
            title="how much there is before and after",
            files={
                "shop/queue.py": "class Queue:\n    def _count(self):\n        return self.rows.size()\n\n    def drain(self):\n        before = self.rows.size()\n        self.work()\n        after = self._count()\n        return before - after\n",
            },
        ),
    ),
)
