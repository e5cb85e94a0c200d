"""Conditions that find trouble, say so, and let a command end well."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in

__all__ = ["ends_well", "soft_failures"]

_COMMANDS = pattern(r"(?i)^_*(?:async_)?(?:main|cli|run|cmd_\w+|\w+_command|command|entry_?point|handle)$")
_TROUBLE = pattern(
    r"(?i)^(?:\w+_)?(?:failed|failures?|errors?|problems|issues|violations|broken|unhealthy|mismatch(?:es)?|regressions|blockers|missing|failing|unreachable)(?:_(?:checks|gates|tests|probes|items|count|names))?$"
)
_WELL = pattern(r"(?i)^(?:is_|all_|\w+_)?(?:healthy|ok|passed|valid|verified|ready|reachable|matches|alive|green)$")
_WANTED = pattern(r"(?i)expected|wanted|version|digest|checksum|revision|sha|target|desired|required|args\.\w+")
_OPTIONAL = pattern(r"(?i)\b(?:dry[- ]run|skipp\w+|optional|nothing to do|deprecat\w+|hint|note:|usage)\b")

_DECIDING = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.If, ast.IfExp, ast.While, ast.Assert, ast.Return, ast.Raise)
"""Where also the number of things can be what a function goes by."""
_EXITS = frozenset({"sys.exit", "exit"})


def soft_failures(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.If | ast.For]:
    """The branches of a command or a check that find trouble, and the loops over it, that do nothing but tell of it, and are forgotten after that."""
    if not _COMMANDS.search(view.name) and Claim.CHECK not in claims_of(view.name):
        return
    last: dict[str, int] | None = None
    for at, one in enumerate(view.body):
        if (
            not isinstance(one, ast.If | ast.For)
            or one.orelse
            or not is_quiet(one.body, syntax)
            or not _talks(one, syntax)
        ):
            continue
        bindings = Bindings.of(view)
        names = _trouble(one.test, bindings) if isinstance(one, ast.If) else _listed(one.iter, bindings)
        if names:
            last = last if last is not None else _last_decisions(view, syntax)
            if all(last.get(name, 0) <= at for name in names) and not _gone_over_before(view.body[:at], names):
                yield one


def ends_well(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the last statement of a function gives 0 or True, or exits with 0."""
    last = view.body[-1] if view.body else None
    if isinstance(last, ast.Return):
        given = last.value.value if isinstance(last.value, ast.Constant) else None
        return given is True or (type(given) is int and given == 0)  # to Python, 1 is True as well, and 0 False
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or syntax.name_of(call.func) not in _EXITS:
        return False
    return [ast.unparse(one) for one in call.args] == ["0"]


def _listed(iterated: ast.expr, bindings: Bindings) -> frozenset[str]:
    """The name of a list of troubles that is gone over: what ``problems(...)`` or ``find_violations()`` gave."""
    name = iterated.id if isinstance(iterated, ast.Name) else ""
    value = bindings.only(name) if name else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call):
        return frozenset()
    return frozenset({name}) if _TROUBLE.search(name) or _TROUBLE.search(last_name(call.func)) else frozenset()


def _gone_over_before(body: list[ast.stmt], names: frozenset[str]) -> bool:
    """Whether an earlier statement ends or raises because of what is listed."""
    for one in body:
        read = {node.id for node in own_nodes([one]) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        if (
            isinstance(one, ast.If)
            and names & read
            and any(isinstance(node, ast.Return | ast.Raise) for node in own_nodes([one]))
        ):
            return True
    return False


def _talks(branch: ast.If | ast.For, syntax: PythonSyntax) -> bool:
    """Whether a branch prints or logs, and does not say itself that this is as it may be."""
    calls = [one.value for one in branch.body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    told = [strings_in(one) for one in calls if is_log_call(syntax.name_of(one.func))]
    return bool(told) and not any(_OPTIONAL.search(text) for text in told)


def _trouble(test: ast.expr, bindings: Bindings) -> frozenset[str]:
    """The names by which a condition asks for trouble that the function has looked for itself; empty where it does not."""
    match test:
        case ast.Name(id=name) if _TROUBLE.search(name):
            return frozenset({name}) if bindings.assigned.get(name) else frozenset()
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) | ast.Name(id=name),
            ops=[ast.Gt()],
            comparators=[ast.Constant(value=0)],
        ) if _TROUBLE.search(name):
            return frozenset({name}) if bindings.assigned.get(name) else frozenset()
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)) if _WELL.search(name):
            return frozenset({name}) if _is_asked(name, bindings) else frozenset()
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="all"), args=[given])):
            return frozenset(one.id for one in own_nodes([given]) if isinstance(one, ast.Name))
        case ast.Compare(left=ast.Name(id=name), ops=[ast.NotEq()], comparators=[right]):
            wanted = _WANTED.search(ast.unparse(right)) is not None and not isinstance(right, ast.Constant)
            return frozenset({name}) if wanted and _is_asked(name, bindings) else frozenset()
        case _:
            return frozenset()


def _is_asked(name: str, bindings: Bindings) -> bool:
    """Whether a name stands for what a call gave."""
    value = bindings.only(name)
    return isinstance(value.value if isinstance(value, ast.Await) else value, ast.Call)


def _last_decisions(view: FunctionView, syntax: PythonSyntax) -> dict[str, int]:
    """By name: which statement of a function is the last that reads it for more than to show it."""
    return {name: at for at, statement in enumerate(view.body) for name in _decided(statement, syntax)}


def _decided(statement: ast.stmt, syntax: PythonSyntax) -> set[str]:
    """The names that a statement reads for more than to show them."""
    nodes = list(own_nodes([statement]))
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    told = _names_below(one for one in calls if is_log_call(syntax.name_of(one.func)))
    counted = _names_below(one for one in calls if last_name(one.func) == "len")
    exits = [one for one in calls if syntax.name_of(one.func) in _EXITS]
    shown = told | (counted - _names_below([*exits, *(one for one in nodes if isinstance(one, _DECIDING))]))
    return {one.id for one in nodes if isinstance(one, ast.Name) and id(one) not in shown}


def _names_below(nodes: Iterable[ast.AST]) -> set[int]:
    """The names below these, without those of what is called; of what decides, those of that which it asks or gives."""
    parts = ((one.args, one.keywords) if isinstance(one, ast.Call) else ([getattr(one, "test", one)],) for one in nodes)
    return {id(one) for part in parts for some in part for one in own_nodes(some) if isinstance(one, ast.Name)}
