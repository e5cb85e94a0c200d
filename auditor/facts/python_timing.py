"""What a function takes the time of: the statements between two readings of a clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import call_target
from auditor.facts.python_syntax import FunctionView, PythonSyntax, attributes_in, blocks_of, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["CLOCKS", "PARSER", "PythonTimings", "Timing", "stretches"]

CLOCKS = frozenset(
    {"time.time", "time.perf_counter", "time.monotonic", "time.perf_counter_ns", "time.monotonic_ns", "time.time_ns",
     "time.process_time", "timeit.default_timer", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.now"}
)  # fmt: skip
"""What gives the time, by its full name."""
_ENDING = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.AugAssign)
_MOST_AT_ONCE = 32
"""Clocks that run at the same time: of more, those that were started first are not followed."""
_MOST = 200
"""Of one function: a clock that is read over and over, and subtracted at the end, times nearly all of it as often."""
_READINGS = frozenset(one.rpartition(".")[2] for one in CLOCKS)


@dataclass(frozen=True, slots=True, order=True)
class Timing:
    """One stretch: its lines, the function around it, the effects of the calls in it, and the other calls by name.

    `opaque` tells that something in it cannot be followed, or that it reads what it is given.
    """

    line: int
    end_line: int
    function: str
    effects: frozenset[Effect]
    calls: tuple[str, ...]
    opaque: bool


@dataclass(frozen=True, slots=True)
class PythonTimings(Fact):
    """All stretches of a module that are timed, by line."""

    kind: ClassVar[str] = "python-timings"
    items: tuple[Timing, ...]


def _parse(source: Source) -> PythonTimings | None:
    if b"time" not in source.data:
        return None
    syntax = syntax_of(source)
    if not _reads_clock(syntax):
        return None
    found = [timing for view in syntax.functions for timing in _of_function(view, syntax)]
    return PythonTimings(tuple(sorted(found, key=lambda one: (one.line, one.end_line)))) if found else None


def _reads_clock(syntax: PythonSyntax) -> bool:
    """Whether any call may be that of a clock: its name is among the attributes, or an import gave it another."""
    return not _READINGS.isdisjoint(attributes_in(syntax.tree)) or not CLOCKS.isdisjoint(syntax.aliases.values())


def _of_function(view: FunctionView, syntax: PythonSyntax) -> Iterator[Timing]:
    bindings: Bindings | None = None
    found = ((block, *pair) for block in blocks_of(view) for pair in stretches(block, syntax, _ENDING))
    for block, first, last in islice(found, _MOST):
        bindings = bindings or Bindings.of(view)
        timed = block[first + 1 : last]
        if timed:
            yield _timing(timed, view, syntax, bindings)


def stretches(
    block: list[ast.stmt], syntax: PythonSyntax, ending: tuple[type[ast.stmt], ...] = (ast.stmt,)
) -> Iterator[tuple[int, int]]:
    """Pairs of indices: a statement that reads a clock into a name, and the first after it, of the kinds `ending`, that takes the difference."""
    running: list[tuple[str, int]] = []
    for at, statement in enumerate(block):
        if running and isinstance(statement, ending):
            taken = _subtracted(statement)
            yield from ((first, at) for name, first in running if name in taken)
            running = [one for one in running if one[0] not in taken]
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)):
                if syntax.name_of(function) in CLOCKS:
                    running = [*running, (name, at)][-_MOST_AT_ONCE:]
            case _:
                continue


def _subtracted(statement: ast.stmt) -> frozenset[str]:
    """The names that a statement takes away from something."""
    return frozenset(
        node.right.id
        for node in own_nodes([statement])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.right, ast.Name)
    )


def _timing(timed: list[ast.stmt], view: FunctionView, syntax: PythonSyntax, bindings: Bindings) -> Timing:
    effects: set[Effect] = set()
    calls: dict[str, None] = {}
    nodes = list(own_nodes(timed))
    for node in nodes:
        if isinstance(node, ast.Call):
            found = call_target(node, view, syntax, bindings)
            if isinstance(found, Effect):
                effects.add(found)
            elif found is not None:
                calls[found] = None
    opaque = any(
        isinstance(node, ast.With | ast.AsyncWith | ast.AsyncFor | ast.Yield | ast.YieldFrom) for node in nodes
    )
    last = timed[-1]
    return Timing(
        timed[0].lineno, last.end_lineno or last.lineno, view.qualified, frozenset(effects), tuple(calls), opaque
    )


PARSER = Parser(fact=PythonTimings, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
