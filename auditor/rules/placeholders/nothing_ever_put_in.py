"""AUD169: a container that is asked, and into which nothing is ever put."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.own_attributes import Attribute, own_attributes
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, nodes_of, subtree, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.noted_only import is_only_noted
from auditor.rules.placeholders.outcome_only_told import told_in_vain
from auditor.rules.placeholders.response_only_logged import only_logs

__all__ = ["RULE"]

_MAKERS = frozenset({"set", "dict", "list", "deque", "OrderedDict", "WeakSet", "WeakValueDictionary"})
"""Makers of containers that stay empty when they are asked: not those that put in what they are asked for."""
_ASKS = frozenset(
    {
        "get",
        "items",
        "keys",
        "values",
        "copy",
        "index",
        "count",
        "issubset",
        "isdisjoint",
        "intersection",
        "__contains__",
    }
)
_LOOKS = frozenset(
    {
        "len",
        "sorted",
        "list",
        "tuple",
        "set",
        "bool",
        "any",
        "all",
        "sum",
        "max",
        "min",
        "enumerate",
        "iter",
        "frozenset",
        "reversed",
        "str",
        "repr",
        "join",
    }
)
_PLAIN = pattern(r"(?i)mock|fake|stub|dummy|null|noop|no_op|empty|test|mixin|base|abstract|protocol")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    attributes = {
        name: one for name, one in own_attributes(syntax).items() if one.bound and one.read and not one.filled
    }
    if not attributes:
        return
    owners = _owners(syntax)
    looked = _looked_at(syntax, set(attributes))
    texts = {one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str)}
    for name, attribute in sorted(attributes.items()):
        if name in texts or not all(id(one) in looked for one in attribute.read) or not _always_empty(attribute):
            continue
        owner = owners.get(id(attribute.bound[0][0]))
        talker = _talker(syntax, owner) if owner is not None else None
        if owner is not None and not (talker is not None and _is_told_elsewhere(talker, syntax)):
            place = talker.node if talker is not None else attribute.bound[0][0]
            message = f"`{name}` of {owner} is asked, and nothing is ever put into it: the answer is always the same."
            yield Hit(source.path, place.lineno, place.end_lineno or place.lineno, message, owner)


@lru_cache(maxsize=2)
def _talker(syntax: PythonSyntax, owner: str) -> FunctionView | None:
    """The one method of a class that is given something and only says so: it is where something was to be put in."""
    found = [
        view
        for view in syntax.functions
        if view.owner is not None
        and view.qualified == f"{owner}.{view.name}"
        and view.parameters
        and view.body
        and all(is_talk(one, syntax) for one in view.body)
    ]
    return found[0] if len(found) == 1 else None


def _is_told_elsewhere(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether AUD167 or one of the rules to which that gives way tells of the method that was to put something in."""
    bases = {last_name(base) for node, _ in syntax.classes for base in node.bases}
    return told_in_vain(view, syntax, bases) is not None or only_logs(view, syntax) or is_only_noted(view, syntax)


def _always_empty(attribute: Attribute) -> bool:
    return all(_is_empty(value) for _, value in attribute.bound)


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case ast.Call(func=func, args=args, keywords=[]):
            return last_name(func) in _MAKERS and not args
        case _:
            return False


def _owners(syntax: PythonSyntax) -> dict[int, str | None]:
    """The class of each statement in one: None where another of the file is made of it, or it of others, whose code may fill the container."""
    bases = {last_name(base) for node, _ in syntax.classes for base in node.bases}
    owners: dict[int, str | None] = {}
    for node, qualified in syntax.classes:
        alone = not node.bases and not node.keywords and node.name not in bases and not _PLAIN.search(node.name)
        for one in subtree(node):
            if isinstance(one, ast.Assign | ast.AnnAssign):
                owners.setdefault(id(one), qualified if alone else None)
    return owners


def _looked_at(syntax: PythonSyntax, names: set[str]) -> set[int]:
    """The attributes that are only looked into: nobody else gets hold of the container."""
    return {
        id(one)
        for node in all_nodes(syntax.tree)
        for one in _looks(node)
        if isinstance(one, ast.Attribute) and one.attr in names
    }


def _looks(node: ast.AST) -> list[ast.expr]:
    """The expressions that a node looks into, or asks whether there is anything in them."""
    match node:
        case ast.Call(func=func, args=args):
            asked = [func.value] if isinstance(func, ast.Attribute) and func.attr in _ASKS else []
            return asked + (args if last_name(func) in _LOOKS else [])
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.Subscript(value=value, slice=part, ctx=ast.Load()) if not isinstance(part, ast.Slice):
            return [value]
        case ast.For(iter=value) | ast.AsyncFor(iter=value) | ast.comprehension(iter=value):
            return [value]
        case ast.If(test=value) | ast.IfExp(test=value) | ast.While(test=value) | ast.UnaryOp(operand=value):
            return [value]
        case _:
            return []


RULE = Rule(
    id="AUD169",
    name="nothing-ever-put-in",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is there anything in what is asked?",
    why="`if customer in self._blocked` never holds where no line ever adds a customer: the block is there to be read about, and stops nobody.",
    limits="Judged are private attributes of classes that stand alone, which begin as an empty container and which their file only looks into; handed to anything else, they count as filled.",
    fix="Fill the container where its content becomes known, or take the question out.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    check_file=_check,
    examples=(
        Example(
            title="customers that are blocked nowhere, and prices that nobody loads",
            files={
                "shop/plan.py": (
                    "class Planner:\n    def __init__(self):\n        self._blocked: set[str] = set()\n        self._prices = {}\n\n"
                    "    def plan(self, customer):\n        if customer in self._blocked:\n            return None\n        return self._prices.get(customer, 0)\n\n"
                    "    def unblock(self, customer):\n        self._blocked.discard(customer)\n"
                )
            },
            found=("shop/plan.py:3", "shop/plan.py:4"),
        ),
        Example(
            title="customers that are blocked in the log only",
            files={
                "shop/plan.py": (
                    "class Planner:\n    def __init__(self):\n        self._blocked = set()\n\n    def may_buy(self, customer):\n        return customer not in self._blocked\n\n"
                    "    def block(self, customer):\n        log.info('customer %s', customer)\n"
                )
            },
            found=("shop/plan.py:8",),
        ),
        Example(
            title="customers that are told as blocked, of which another rule speaks",
            files={
                "shop/plan.py": (
                    "class Planner:\n    def __init__(self):\n        self._paused = set()\n\n    def may_buy(self, customer):\n        return customer not in self._paused\n\n"
                    "    def pause(self, customer):\n        log.info('%s paused', customer)\n"
                )
            },
        ),
        Example(
            title="containers that are filled, here or by others",
            files={
                "shop/plan.py": (
                    "class Planner:\n    def __init__(self):\n        self._blocked = set()\n        self._prices = {}\n        self._rates = {}\n\n"
                    "    def block(self, customer):\n        self._blocked.add(customer)\n        load_prices(self._prices)\n        self._rates[customer] = 1\n\n"
                    "    def plan(self, customer):\n        return customer not in self._blocked and self._prices.get(customer) and self._rates[customer]\n"
                )
            },
        ),
    ),
)
