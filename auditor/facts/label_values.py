"""Values that code gives to the labels of metrics of the Prometheus client for Python."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "LabelValues", "Labelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One call of ``labels`` on what is kept under the name `holder`; `whole` is False where it unpacks something.

    `given` holds for each label (its name, or its place as a number) the texts that it may become, none where they cannot be told.
    """

    holder: str
    given: tuple[tuple[str, tuple[str, ...]], ...]
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelValues(Fact):
    """All calls of one module."""

    kind: ClassVar[str] = "label-values"
    calls: tuple[Labelled, ...]


def _parse(source: Source) -> LabelValues | None:
    if b".labels(" not in source.data:
        return None
    syntax = syntax_of(source)
    found = [_labelled(node, {}) for node in syntax.module_nodes if isinstance(node, ast.Call) and _is_labels(node)]
    for view in syntax.functions:
        own = [call for call in view.calls if _is_labels(call)]
        local = _local_texts(view) if own else {}
        found += [_labelled(call, local) for call in own]
    return LabelValues(calls=tuple(found)) if found else None


def _is_labels(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "labels" and bool(last_name(call.func.value))


def _labelled(call: ast.Call, local: dict[str, tuple[str, ...]]) -> Labelled:
    holder = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    whole = all(one.arg for one in call.keywords) and not any(isinstance(one, ast.Starred) for one in call.args)
    placed = [(str(place), _texts(value, local)) for place, value in enumerate(call.args)]
    named = [(one.arg or "", _texts(one.value, local)) for one in call.keywords]
    return Labelled(holder=holder, given=tuple(placed + named), whole=whole)


def _texts(value: ast.expr, local: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The texts that an expression may come to; none where that is not told."""
    match value:
        case ast.Constant(value=str() | int() as one):
            return (str(one),)
        case ast.IfExp(body=first, orelse=second):
            both = _texts(first, local), _texts(second, local)
            return both[0] + both[1] if all(both) else ()
        case ast.Name(id=name):
            return local.get(name, ())
        case _:
            return ()


def _local_texts(view: FunctionView) -> dict[str, tuple[str, ...]]:
    """The names of a function that are bound to nothing but texts, with those."""
    told: dict[str, list[tuple[str, ...]]] = {}
    for node in view.of(ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            told.setdefault(node.targets[0].id, []).append(_texts(node.value, {}))
    bound = Counter(node.id for node in view.of(ast.Name) if isinstance(node.ctx, ast.Store))
    return {
        name: tuple(text for texts in found for text in texts)
        for name, found in told.items()
        if all(found) and bound[name] == len(found) and name not in view.parameters
    }


PARSER = Parser(
    fact=LabelValues,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
