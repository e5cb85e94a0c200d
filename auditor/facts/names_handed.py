"""Names that Python code takes from an environment that was handed to it: ``env = os.environ if env is None else env``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.names_fact import Act, Default, Mention
from auditor.facts.names_known import stands_in
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of

__all__ = ["default_of", "handed_names"]

_UPPER = pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
_DEMANDS = pattern(r"(?i)require|must|need|demand|mandatory|ensure")


def default_of(given: ast.expr) -> Default:
    """A default that is written down: nothing, an empty text and what only stands in are none."""
    if not isinstance(given, ast.Constant):
        return Default.VALUE
    empty = given.value in (None, "") or (isinstance(given.value, str) and stands_in(given.value))
    return Default.EMPTY if empty else Default.VALUE


def handed_names(tree: ast.Module) -> Iterator[Mention]:
    """What a module asks of names that hold the environment, itself or by a helper that is given both: ``_required(env, "SHOP_TOKEN")``."""
    held = {*_holders(tree), *_given_at_calls(tree)}
    if not held:
        return
    for node in nodes_of(tree, ast.Call):
        yield from _asked(node, held)
    for item in nodes_of(tree, ast.Subscript):
        name = _name(item.slice)
        if name and isinstance(item.value, ast.Name) and item.value.id in held and isinstance(item.ctx, ast.Load):
            yield Mention(item.lineno, name, Act.USED)
            yield Mention(item.lineno, name, Act.VALIDATED)


def _holders(tree: ast.Module) -> Iterator[str]:
    """The names that hold ``os.environ``, alone or where nothing else was given."""
    for bound in nodes_of(tree, ast.Assign):
        if _may_be_environment(bound.value):
            yield from (one.id for one in bound.targets if isinstance(one, ast.Name))
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [*nodes_of(tree, ast.FunctionDef)]
    for function in (*functions, *nodes_of(tree, ast.AsyncFunctionDef)):
        given = function.args.args[::-1]
        pairs = list(zip(given, function.args.defaults[::-1], strict=False))
        pairs += [
            (one, value)
            for one, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
            if value is not None
        ]
        yield from (one.arg for one, value in pairs if _is_environment(value))


def _given_at_calls(tree: ast.Module) -> Iterator[str]:
    """The parameters for which a call in the module gives the environment: ``Settings.load(os.environ)``."""
    given = [
        (ast.unparse(one.func).rpartition(".")[2], at)
        for one in nodes_of(tree, ast.Call)
        for at, arg in enumerate(one.args)
        if _is_environment(arg)
    ]
    places = dict(given)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [*nodes_of(tree, ast.FunctionDef)]
    for function in (*functions, *nodes_of(tree, ast.AsyncFunctionDef)) if places else ():
        named = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
        at = places.get(function.name, len(named))
        yield from named[at : at + 1]


def _may_be_environment(value: ast.expr) -> bool:
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            return _is_environment(body) or _is_environment(orelse)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(map(_is_environment, values))
        case ast.Call(func=ast.Name(id="dict"), args=[given]):
            return _is_environment(given)
        case _:
            return _is_environment(value)


def _is_environment(value: ast.AST) -> bool:
    return (
        isinstance(value, ast.Attribute)
        and value.attr == "environ"
        and isinstance(value.value, ast.Name)
        and value.value.id == "os"
    )


def _asked(node: ast.Call, held: set[str]) -> Iterator[Mention]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=holder), attr="get"), args=[key, *others]) if holder in held:
            name = _name(key)
            if name:
                yield Mention(node.lineno, name, Act.USED, default=default_of(others[0]) if others else Default.EMPTY)
        case ast.Call(func=func, args=[ast.Name(id=holder), key, *others]) if holder in held:
            yield from _helped(node.lineno, ast.unparse(func), _name(key), others)
        case _:
            return


def _helped(line: int, helper: str, name: str, others: list[ast.expr]) -> Iterator[Mention]:
    """A name that a helper of the module looks up: one that demands it gives no default."""
    if not name:
        return
    demands = _DEMANDS.search(helper) is not None
    default = Default.NONE if demands else default_of(others[0]) if others else Default.EMPTY
    yield Mention(line, name, Act.USED, default=default)
    if demands:
        yield Mention(line, name, Act.VALIDATED)


def _name(node: ast.AST) -> str:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return text if _UPPER.search(text) else ""
