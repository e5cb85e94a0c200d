"""Which functions reach nothing outside their own objects, through the methods and functions of their file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import call_target
from auditor.facts.python_callees import callee, once
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree

__all__ = ["held_containers", "kept_parameters", "stays_inside", "unused_helpers"]

_QUIET = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM, Effect.STATE, Effect.RAISE})
_DEEPEST = 4
_LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Tuple, ast.Constant)
_CONTAINERS = frozenset(
    {"list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter", "field", "Field", "tuple"}
)
_KEEPING = frozenset({
    "pop", "popleft", "popitem", "add", "remove", "clear", "update", "discard", "appendleft", "get", "setdefault", "index", "count", "copy", "most_common",
})  # fmt: skip
_WORKS_WITH = pattern(
    r"(?i)(?:^|_)(?:client|clients|api|gateway|session|connection|conn|engine|pool|db|database|store|storage|repo|repository|bus|broker|queue|publisher|producer|transport|cluster|kube|k8s|"
    r"orchestrator|scheduler|balancer|lb|router|proxy|registry|bucket|s3|s3_client|http|cloud|provider|driver|backend|service|services|mailer|notifier|pager|channel|channels|agent|fleet|controller|"
    r"runner|executor|shell|ssh|host|hosts|dns|cdn|vault|kms|redis|cache|replica|primary|target|upstream|consul|nomad|docker|runtime|platform|infra|inventory|telemetry|prometheus|metrics)$"
)
_NOTING = frozenset({"note", "add_note", "add_event", "log_event", "record_event", "annotate", "add_history"})
"""What objects are told that remember what happened to them."""
_SHOWING = frozenset({"suppress", "model_dump", "model_dump_json", "to_dict", "as_dict", "_asdict", "asdict"})
"""What turns an object into a table, or passes over exceptions."""
_LOCKS = frozenset({"Lock", "RLock", "Semaphore", "Condition", "Event"})


@lru_cache(maxsize=64)
def held_containers(owner: ast.ClassDef) -> frozenset[str]:
    """The attributes of a class that only ever hold containers or locks made by its own methods."""
    held: dict[str, bool] = {}
    for node in subtree(owner):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Attribute | ast.Name):
                name = last_name(target)
                held[name] = held.get(name, True) and _is_container(value)
    return frozenset(name for name, plain in held.items() if plain)


@lru_cache(maxsize=64)
def kept_parameters(owner: ast.ClassDef) -> frozenset[str]:
    """The attributes in which the constructor of a class keeps what it is given as it is."""
    return frozenset(name for name, _ in _kept(owner))


@lru_cache(maxsize=64)
def unused_helpers(owner: ast.ClassDef) -> frozenset[str]:
    """What the constructor of a class takes, by its name something to work with, and keeps, and no method of it ever reads."""
    kept = {name for name, given in _kept(owner) if _WORKS_WITH.search(given)}
    if not kept or owner.bases:
        return frozenset()
    read = {one.attr for one in subtree(owner) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Load)}
    return frozenset(kept - read)


def _kept(owner: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Each attribute that the constructor of a class binds to a parameter, with the name of that."""
    init = next((one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    given = {one.arg for one in (*init.args.args, *init.args.kwonlyargs)} - {"self"} if init is not None else set()
    for node in init.body if init is not None else ():
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Name) and node.value.id in given:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Attribute):
                    yield target.attr, node.value.id


def _is_container(value: ast.expr) -> bool:
    made = isinstance(value, ast.Call) and last_name(value.func) in _CONTAINERS | _LOCKS
    return made or isinstance(value, _LITERALS)


def stays_inside(
    view: FunctionView, syntax: PythonSyntax, depth: int = 0, asked: frozenset[ast.Call] = frozenset()
) -> bool:
    """Whether a function, with all that it calls but for what is `asked`, only changes objects, talks and waits; False where that cannot be told."""
    return _calls_stay(view, syntax, depth, asked) if asked else once(_stays_inside, view, syntax, depth)


def _stays_inside(view: FunctionView, syntax: PythonSyntax, depth: int) -> bool:
    return _calls_stay(view, syntax, depth, frozenset())


def _calls_stay(view: FunctionView, syntax: PythonSyntax, depth: int, asked: frozenset[ast.Call]) -> bool:
    if depth > _DEEPEST or view.of(ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom, ast.Global):
        return False
    if any(not isinstance(one.value, ast.Call) for one in view.of(ast.Await)):
        return False
    if any(not _is_quiet_context(one.context_expr, view) for one in view.of(ast.withitem)):
        return False
    bindings = Bindings.of(view)
    return all(call in asked or _stays(call, view, syntax, bindings, depth) for call in view.calls)


def _is_quiet_context(context: ast.expr, view: FunctionView) -> bool:
    """Whether a ``with`` only takes a lock that the object holds, or passes over exceptions."""
    if isinstance(context, ast.Call):
        return last_name(context.func) == "suppress"
    held = held_containers(view.owner) if view.owner is not None else frozenset()
    return isinstance(context, ast.Attribute) and (context.attr in held or "lock" in context.attr.lower())


def _stays(call: ast.Call, view: FunctionView, syntax: PythonSyntax, bindings: Bindings, depth: int) -> bool:
    found = call_target(call, view, syntax, bindings)
    if found is None or (isinstance(found, Effect) and found in _QUIET):
        return True
    if last_name(call.func) in _SHOWING:
        return True
    if isinstance(found, Effect):
        return found is Effect.UNKNOWN and _keeps(call, view, bindings)
    if last_name(call.func)[:1].isupper():
        return not _hands_over_itself(call)  # an object, which is made of what it is given
    called = callee(found, view, syntax)
    return called is not None and stays_inside(called, syntax, depth + 1)


def _hands_over_itself(call: ast.Call) -> bool:
    """Whether a call is given the object of the method as a whole, with which it can do what that can."""
    return any(isinstance(one, ast.Name) and one.id == "self" for one in call.args)


def _tables_made(view: FunctionView) -> set[str]:
    """The attributes that a function itself sets to a table: ``self.sizes = {**self.sizes, tier: number}``."""
    return {
        target.attr
        for node in view.of(ast.Assign)
        if isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }


def _keeps(call: ast.Call, view: FunctionView, bindings: Bindings) -> bool:
    """Whether a call fills or empties a container that the object holds, or replaces fields of a record."""
    match call.func:
        case ast.Attribute(attr=method, value=ast.Attribute(value=ast.Name(id="self"), attr=name)):
            own = view.owner is not None and name in held_containers(view.owner)
            return method in _KEEPING and (own or (method == "get" and name in _tables_made(view)))
        case ast.Attribute(attr="get" | "copy" | "update" | "pop", value=ast.Name(id=name)):
            return name in bindings.assigned and name not in bindings.spoilt
        case ast.Attribute(attr=method, value=ast.Name(id=name)) if method in _NOTING:
            return name in bindings.assigned or name in bindings.spoilt
        case _:
            return False
