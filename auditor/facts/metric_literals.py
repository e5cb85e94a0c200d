"""Figures that Python code gives a name to, with the expressions that they are given as."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import is_metric_name, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView
from auditor.facts.python_values import fold

__all__ = ["counts_work", "names_record", "names_result", "number_of", "pairs", "recorded_pairs"]

_RECORD = pattern(r"(?i)(?:^|_)(?:results?|report|summary|metrics|stats|statistics|measurements?)$")
_RESULT_CLASS = pattern(
    r"(?:Result|Report|Summary|Metrics?|Measurement|Stats|Statistics|Sample|Status|Health|Outcome)$"
)
_SETTINGS_CLASS = pattern(
    r"(?i)config|setting|threshold|policy|limit|option|param|target|objective|default|slo$|sla$|spec|profile|weights|criteria|request|filter|rule|strategy|scenario|plan|model$"
)
_WORK_DONE = pattern(
    r"(?i)_(?:restored|replicated|migrated|verified|validated|recovered|reconciled|monitored|covered|scanned|audited|archived|backed_up|replayed|rebalanced|encrypted|reviewed|synced|inspected|optimi[sz]ed|protected|remediated)$"
)
_SHARE = pattern(r"^[<>~\x{2248}]?\s?(\d+(?:\.\d+)?)\s?(?:%|ms|s|sec|seconds)$")


@lru_cache(maxsize=4096)
def counts_work(name: str) -> bool:
    """Whether a name is that of how much was done: ``rows_restored``, ``value_monitored``."""
    return _WORK_DONE.search(name) is not None


@lru_cache(maxsize=4096)
def names_record(name: str) -> bool:
    """Whether a name is that of something that results are written into."""
    return _RECORD.search(name) is not None


def number_of(value: ast.expr) -> object:
    """What a literal comes to; a share or time that is written as text (``"99.9%"``, ``"<50ms"``) counts as its number."""
    folded = fold(value)
    share = _SHARE.match(folded) if isinstance(folded, str) else None
    return float(share.group(1)) if share else folded


def recorded_pairs(view: FunctionView) -> Iterator[tuple[str, ast.expr, bool]]:
    """What gets a name in a record of results (``result.success_rate``, ``report = {...}``), whatever the function is for."""
    for node in view.of(ast.Assign, ast.Return, ast.Call):
        if type(node) is ast.Call and not node.keywords:
            continue
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=record), attr=name)], value=value):
                if names_record(record):
                    yield name, value, False
            case ast.Assign(targets=[ast.Name(id=record)], value=ast.Dict(keys=keys, values=values)):
                if names_record(record):
                    yield from _entries(keys, values)
            case ast.Return(value=ast.expr() as value):
                yield from _given(value)
            case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker), keywords=keywords):
                if names_result(maker):
                    yield from ((one.arg, one.value, False) for one in keywords if one.arg)
            case _:
                continue


@lru_cache(maxsize=4096)
def names_result(maker: str) -> bool:
    """Whether a class of this name holds what came out of something."""
    return _RESULT_CLASS.search(maker) is not None


def _given(value: ast.expr) -> Iterator[tuple[str, ast.expr, bool]]:
    """The telling figures of what a function gives: a table, one after a status, or an object that is no setting."""
    match value:
        case ast.Dict(keys=keys, values=values) | ast.Tuple(elts=[*_, ast.Dict(keys=keys, values=values)]):
            yield from _telling(keys, values)
        case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker), keywords=keywords):
            if maker[:1].isupper() and not _RESULT_CLASS.search(maker) and not _SETTINGS_CLASS.search(maker):
                named = [one for one in keywords if one.arg]
                yield from _telling([ast.Constant(one.arg) for one in named], [one.value for one in named])
        case _:
            return


def _telling(keys: list[ast.expr | None], values: list[ast.expr]) -> Iterator[tuple[str, ast.expr, bool]]:
    """Of a dictionary that any function returns: several figures, or one that is no round number."""
    named = [(key, value) for key, value, _ in _entries(keys, values) if is_metric_name(key)]
    figures = [(key, value, number_of(value)) for key, value in named]
    literal = [(key, value, number) for key, value, number in figures if isinstance(number, float) and number]
    if len(literal) > 1 or any(number != int(number) for _, _, number in literal):
        yield from ((key, value, True) for key, value, _ in literal)


def _entries(keys: list[ast.expr | None], values: list[ast.expr]) -> Iterator[tuple[str, ast.expr, bool]]:
    for key, value in zip(keys, values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value, True


def pairs(view: FunctionView) -> Iterator[tuple[str, ast.expr, bool]]:
    """What gets a name in a function: the name, the value, and whether 0, 1 and 100 mean a measurement there, too."""
    for node in view.of(ast.Dict, ast.Call, ast.Assign, ast.AnnAssign, ast.Return):
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from _entries(keys, values)
            case ast.Call(func=ast.Name(id=maker) | ast.Attribute(attr=maker), keywords=keywords):
                if maker[:1].isupper() or maker == "dict":
                    yield from ((one.arg, one.value, True) for one in keywords if one.arg)
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _target(target, value)
            case ast.Return(
                value=ast.BinOp() | ast.Call(func=ast.Name(id="round" | "min" | "max" | "float")) as value
            ) if view.returns == [node]:
                known = fold(value, Bindings.of(view))
                if isinstance(known, int | float) and not view.parameters:
                    words = words_of(view.name)
                    named = words if is_metric_name(view.name) else words[1:]
                    yield "_".join(named), ast.copy_location(ast.Constant(known), value), True
            case ast.Return(value=ast.Constant() | ast.UnaryOp() as value) if _only_numbers(view):
                words = words_of(view.name)
                yield "_".join(words if is_metric_name(view.name) else words[1:]), value, True
            case _:
                continue


def _only_numbers(view: FunctionView) -> bool:
    """Whether a function gives the one literal, or one of several numbers that are all written in it."""
    if len(view.returns) == 1:
        return True
    return all(isinstance(one.value, ast.Constant) and type(one.value.value) is float for one in view.returns)


def _target(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr, bool]]:
    if isinstance(target, ast.Attribute):
        yield target.attr, value, False
    elif isinstance(target, ast.Name):
        yield target.id, value, False
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        yield str(target.slice.value), value, False
