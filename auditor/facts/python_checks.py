"""Comparisons that decide something: assertions, and conditions that fail a test or stop a rollout."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.check_names import asks_check, is_checker, is_table_of_checks
from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes
from auditor.facts.python_values import UNKNOWN, fold, item_of

__all__ = [
    "acts_as_check",
    "compared_names",
    "constant_source",
    "decisions",
    "fails",
    "gives_comparison",
    "is_asked",
    "is_good_whatever",
    "is_registered",
    "refuses",
]

_FAILING = frozenset({"pytest.fail", "self.fail", "sys.exit", "exit"})

_REGISTERS = pattern(r"(?i)(?:^|[._])(?:health_?|readiness_?)?(?:check|gate|probe)s?(?:$|[.(])")
_LONG = 200
_PAIR = 2


def decisions(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.expr, ast.stmt, bool]]:
    """The condition, statement and kind (True: an assertion) of all that can fail or stop."""
    for node in view.of(ast.Assert, ast.If):
        if isinstance(node, ast.Assert):
            yield node.test, node, True
        elif fails(node.body, syntax) or refuses(node.body):
            yield node.test, node, False


def fails(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether statements raise, fail the test or exit, outside further functions."""
    for node in own_nodes(body):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and syntax.name_of(node.func) in _FAILING:
            return True
    return False


def refuses(body: list[ast.stmt]) -> bool:
    """Whether statements end in `return False`, alone or with a message."""
    last = body[-1].value if isinstance(body[-1], ast.Return) else None
    first = last.elts[0] if isinstance(last, ast.Tuple) and last.elts else last
    return isinstance(first, ast.Constant) and first.value is False


def is_good_whatever(test: ast.expr | None) -> bool:
    """Whether a condition has True among its alternatives: ``answer.ok or True``."""
    return (
        isinstance(test, ast.BoolOp)
        and isinstance(test.op, ast.Or)
        and any(isinstance(one, ast.Constant) and one.value is True for one in test.values)
    )


def compared_names(test: ast.expr) -> list[str]:
    """The names that a condition compares, in the order in which they stand."""
    return [node.id for node in own_nodes([test]) if isinstance(node, ast.Name)]


def constant_source(test: ast.expr, bindings: Bindings) -> ast.expr | None:
    """Where a condition that can come out only one way gets its value from: the literal that a name was bound to.

    None where the condition depends on anything else, or holds no name at all.
    """
    if not isinstance(test, ast.Compare) or fold(test, bindings) is UNKNOWN:
        return None
    items = (item_of(node, bindings) for node in own_nodes([test]) if isinstance(node, ast.Subscript))
    for item in items:
        if item is not None:
            return item
    attribute = _attribute_in(test)
    if attribute is not None:
        return attribute
    seen: set[str] = set()
    pending = compared_names(test)
    while pending:
        name = pending.pop(0)
        value = bindings.only(name)
        if value is None or name in seen:
            continue
        seen.add(name)
        if isinstance(value, ast.Constant | ast.UnaryOp) or _attribute_in(value) is not None:
            return value
        pending.extend(compared_names(value))
    return None


def _attribute_in(node: ast.expr) -> ast.Attribute | None:
    """The first attribute in an expression that folds, which then is one that holds a number."""
    return next((one for one in own_nodes([node]) if isinstance(one, ast.Attribute)), None)


def acts_as_check(view: FunctionView) -> bool:
    """Whether a function gives a verdict: by its name, that of its class, what it is registered as, or as pairs of verdict and message."""
    if Claim.CHECK in claims_of(view.name) or is_asked(view):
        return True
    if any(_REGISTERS.search(ast.unparse(one)[:_LONG]) for one in view.node.decorator_list):
        return True
    pairs = [one.value for one in view.returns if isinstance(one.value, ast.Tuple) and len(one.value.elts) == _PAIR]
    return len(pairs) >= _PAIR and len(pairs) == len(view.returns) and all(_is_verdict_pair(one) for one in pairs)


def gives_comparison(view: FunctionView) -> bool:
    """Whether all that a function gives are records, of which one at least is made of a comparison: ``Vital("disk", free > 20)``."""
    made = [
        one.value for one in view.returns if isinstance(one.value, ast.Call) and last_name(one.value.func)[:1].isupper()
    ]
    given = [value for one in made for value in (*one.args, *(word.value for word in one.keywords))]
    return bool(made) and len(made) == len(view.returns) and any(isinstance(value, ast.Compare) for value in given)


def is_asked(view: FunctionView) -> bool:
    """Whether a method is the one by which a check is asked (``CoverageGate.evaluate``)."""
    return view.owner is not None and asks_check(view.name) and is_checker(view.owner.name)


def is_registered(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function of a module stands in a table or list of checks: ``CHECKS = {"database": database_up}``."""
    return view.owner is None and not view.nested and view.name in _registered(syntax)


@lru_cache(maxsize=2)
def _registered(syntax: PythonSyntax) -> frozenset[str]:
    bound = [(node.targets[0], node.value) for node in syntax.at_top(ast.Assign)]
    bound += [(node.target, node.value) for node in syntax.at_top(ast.AnnAssign) if node.value is not None]
    found: set[str] = set()
    for target, value in bound:
        if is_table_of_checks(last_name(target)) and isinstance(value, ast.Dict | ast.List | ast.Tuple | ast.Set):
            found.update(one.id for one in own_nodes([value]) if isinstance(one, ast.Name))
    return frozenset(found)


def _is_verdict_pair(value: ast.Tuple) -> bool:
    first, second = value.elts
    judged = isinstance(first, ast.Compare | ast.BoolOp) or (
        isinstance(first, ast.Constant) and isinstance(first.value, bool)
    )
    return judged and isinstance(second, ast.JoinedStr | ast.Constant | ast.IfExp | ast.BinOp | ast.Call)
