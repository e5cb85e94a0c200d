"""What the local names of a function are bound to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree
from auditor.facts.verdicts import Verdict

__all__ = ["Bindings"]

_READERS = frozenset({"values", "items", "keys", "get", "copy"})
_LOOKERS = frozenset(
    {"all", "any", "len", "sorted", "print", "list", "sum", "str", "dumps", "info", "debug", "warning", "isinstance"}
)
_RECORDS = ("Result", "Report", "Outcome", "Summary", "Verdict", "Status", "Finding", "Assessment", "Response")
"""What is made of values that are complete: a record keeps them, and adds nothing."""
_SPOILING = (ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension)
_CLOSURES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _is_one_by_one(target: ast.Tuple, value: ast.Tuple) -> bool:
    """Whether as many literals stand on the right as names on the left (``wanted, free = 3, 8``): no name is read while it changes."""
    return len(target.elts) == len(value.elts) and all(isinstance(one, ast.Constant) for one in value.elts)


def _only_reads(call: ast.Call) -> bool:
    name = last_name(call.func)
    return name in _LOOKERS or (name[:1].isupper() and name.endswith(_RECORDS))


@dataclass(slots=True)
class Bindings:
    """The local names of one function that are bound exactly once, with the expression they are bound to.

    `assigned` holds every bound expression by name, `items` what is put into containers under a key, `touched` the
    names that other code can have filled or changed, `spoilt` those that are bound in ways not followed; `attributes` are
    those of `self` that whoever asks knows to hold one value. `python_values` keeps in the others what it has found out from them:
    what an expression comes to at a depth, what stands under which key, and how a name at a depth says that something ended.
    """

    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)
    items: dict[str, list[ast.expr]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    attributes: dict[str, ast.expr] = field(default_factory=dict)
    folded: dict[tuple[int, int], Any] = field(default_factory=dict, init=False)
    tables: dict[str, dict[Any, ast.expr]] = field(default_factory=dict, init=False)
    judged: dict[tuple[str, int], Verdict] = field(default_factory=dict, init=False)

    @staticmethod
    @lru_cache(maxsize=512)
    def of(function: FunctionView) -> Bindings:
        """Read them from a function, once for all who ask while its file is looked at."""
        found = Bindings()
        found.spoilt.update(function.parameters)
        for bound in function.of(ast.Assign, ast.AnnAssign):
            found._learn_bound(bound)
        for call in function.calls:
            found._touch(call)
        for node in function.of(*_SPOILING):
            found._spoil(node.target)
        for item in function.of(ast.withitem):
            if item.optional_vars is not None:
                found._spoil(item.optional_vars)
        for declared in function.of(ast.Global, ast.Nonlocal):
            found.spoilt.update(declared.names)
        for inner in function.of(*_CLOSURES):
            found._learn_closure(inner)
        return found

    def _learn_bound(self, node: ast.Assign | ast.AnnAssign) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif node.value is not None:
            self._bind(node.target, node.value)

    def _learn_closure(self, node: ast.AST) -> None:
        """Inner code can rebind what it declares nonlocal, and change whatever it names."""
        for one in subtree(node):
            if isinstance(one, ast.Nonlocal):
                self.spoilt.update(one.names)
            elif isinstance(one, ast.Name):
                self.touched.add(one.id)

    def only(self, name: str) -> ast.expr | None:
        """The one expression that a name is bound to; None where there are others or none."""
        values = self.assigned.get(name, ())
        return values[0] if len(values) == 1 and name not in self.spoilt else None

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self.items.setdefault(target.value.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and _is_one_by_one(target, value):
            for one, part in zip(target.elts, value.elts, strict=True):
                self._bind(one, part)
        else:
            self._spoil(target)

    def _touch(self, call: ast.Call) -> None:
        """A call may change what it is made on (unless it only reads a container) and what it is given."""
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.attr not in _READERS
        ):
            self.touched.add(call.func.value.id)
        given = [one.id for one in call.args if isinstance(one, ast.Name)]
        given += [one.value.id for one in call.keywords if isinstance(one.value, ast.Name)]
        if given and not _only_reads(call):
            self.touched.update(given)

    def _spoil(self, target: ast.AST) -> None:
        for node in subtree(target):
            if isinstance(node, ast.Name):
                self.spoilt.add(node.id)
