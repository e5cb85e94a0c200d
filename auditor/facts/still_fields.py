"""Counters and states of objects that start at nothing, what rests on them, and which attributes a file ever sets."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import ClassVar, TypeAlias

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "StillField", "StillFields"]

_COUNTS = pattern(
    r"(?i)(?:^|_)(?:count|counts|counter|failures|failed|errors|bad|missed|retries|restarts|skipped|crashes|misses|hits|hit|miss|total|requests|attempts|used|spent|consumed|rejected|dropped|timeouts|"
    r"successes|succeeded|calls|incidents|violations|breaches|strikes|lost|consecutive\w*|processed|seen|in_flight|tokens_used)$"
)
_STATES = frozenset(
    {
        "closed",
        "healthy",
        "idle",
        "normal",
        "ok",
        "green",
        "up",
        "connected",
        "ready",
        "running",
        "active",
        "passing",
        "stable",
        "open",
        "online",
    }
)
_TRIPS = pattern(
    r"(?i)(?:^|_)(?:halted|tripped|paused|frozen|draining|degraded|stopped|cancelled|canceled|maintenance|blocked|exceeded|unhealthy|throttled|quarantined|revoked|"
    r"emergency|killed|isolated|fenced|breached|failed|stale|corrupt|corrupted|exhausted|locked_out|is_open)$"
)
_FOUND_OUT = pattern(
    r"(?i)(?:^|_)(?:throughput|latency|rate|ratio|score|baseline\w*|resolved_at|completed_at|finished_at|acknowledged_at|verified_at|tested_at|last_(?:success|failure|error|check|backup|test|run|drill|verified|seen|heartbeat)\w*|rollback_version|previous_version|stable_version|checkpoint|restore_point|lag|drift|health|verdict)$"
)
"""Names of what is found out or noted on the way: where it stays None, what looks at it looks at nothing."""
_GIVEN = pattern(
    r"(?i)callback|handler|hook|listener|factory|client|func|logger|provider|config|setting|limit|target|threshold|max_|min_|default|param|arg"
)
_MOST = 200
_Start: TypeAlias = "tuple[str, str, str, bool]"
"""An attribute: its name, its class, what it starts at, and whether it is a field."""
_Place: TypeAlias = "tuple[int, int, str]"
"""The first line, the last, and the function."""
_SHOWING = frozenset({"__repr__", "__str__", "__init__", "__eq__", "__hash__"})


@dataclass(frozen=True, slots=True, order=True)
class StillField:
    """An attribute that its class sets once, to nothing, and a place of the same class or file where a verdict or a figure rests on it."""

    name: str
    owner: str
    written: str
    line: int
    end_line: int
    function: str
    given: bool
    """Whether it is a field, which whoever makes an object may give by its place."""


@dataclass(frozen=True, slots=True)
class StillFields(Fact):
    """Of one file: the `fields` that nothing in it changes, and the names of all attributes that it sets or could set, joined by blanks.

    Among these are the classes of which it makes objects by places or of tables, with parentheses behind them.
    """

    kind: ClassVar[str] = "still-fields"
    fields: tuple[StillField, ...]
    stored: str


def _parse(source: Source) -> StillFields | None:
    syntax = syntax_of(source)
    stores = Counter(one.attr for one in nodes_of(syntax.tree, ast.Attribute) if not isinstance(one.ctx, ast.Load))
    given = {one.arg for one in nodes_of(syntax.tree, ast.keyword) if one.arg}
    texts = {
        one.value
        for one in nodes_of(syntax.tree, ast.Constant)
        if isinstance(one.value, str) and one.value.isidentifier()
    }
    known = given | texts
    starts = {
        (name, owner.name, repr(value.value), isinstance(node, ast.Name))
        for owner, _ in (syntax.classes if source.file.role is Role.SHIPPED else ())
        for name, value, node in _starts(owner)
        if name not in known and stores[name] == isinstance(node, ast.Attribute)
    }
    resting = _resting(syntax, {name for name, *_ in starts})
    stored = sorted(({*stores} - {*resting}) | known | _made(syntax))
    fields = tuple(islice(_fields(starts, resting), _MOST))
    return StillFields(fields, " ".join(stored)) if fields or stored else None


def _fields(starts: set[_Start], resting: dict[str, set[_Place]]) -> Iterator[StillField]:
    """Each start with each place that rests on it, in their order: a name can have many of both."""
    for (name, owner, written), alike in groupby(sorted(starts), key=itemgetter(0, 1, 2)):
        records = [record for *_, record in alike]
        for place in sorted(resting.get(name, ())):
            yield from (StillField(name, owner, written, *place, record) for record in records)


def _made(syntax: PythonSyntax) -> set[str]:
    calls = [one for one in nodes_of(syntax.tree, ast.Call) if last_name(one.func)[:1].isupper()]
    return {f"{last_name(one.func)}()" for one in calls if one.args or any(word.arg is None for word in one.keywords)}


def _starts(owner: ast.ClassDef) -> Iterator[tuple[str, ast.Constant, ast.expr]]:
    """The attributes that begin at nothing: the name, the literal, and what is set."""
    for one in owner.body:
        if (
            isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and _is_nothing(one.target.id, one.value)
        ):
            assert isinstance(one.value, ast.Constant)
            yield one.target.id, one.value, one.target
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            for statement in one.body:
                target = (
                    statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
                )
                value = getattr(statement, "value", None)
                if (
                    isinstance(target, ast.Attribute)
                    and last_name(target.value) == "self"
                    and _is_nothing(target.attr, value)
                ):
                    assert isinstance(value, ast.Constant)
                    yield target.attr, value, target


def _is_nothing(name: str, value: ast.expr | None) -> bool:
    """Whether a literal is where a counter or a state of this name begins."""
    match value:
        case ast.Constant(value=bool() as flag):
            return not flag and _TRIPS.search(name) is not None
        case ast.Constant(value=int() | float() as number):
            return not number and _COUNTS.search(name) is not None
        case ast.Constant(value=str() as word):
            return word.lower() in _STATES
        case ast.Constant(value=None):
            return _FOUND_OUT.search(name) is not None and not _GIVEN.search(name)
        case _:
            return False


def _resting(syntax: PythonSyntax, wanted: set[str]) -> dict[str, set[_Place]]:
    """Where the comparisons, divisions and conditions of a file are that read the attributes of these names."""
    found: dict[str, set[_Place]] = {}
    for view in syntax.functions if wanted else ():
        if view.name in _SHOWING:
            continue
        for node in _conditions(view):
            for one in subtree(node):
                if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Load) and one.attr in wanted:
                    place = (node.lineno, node.end_lineno or node.lineno, view.qualified)
                    found.setdefault(one.attr, set()).add(place)
    return found


def _conditions(view: FunctionView) -> Iterator[ast.expr]:
    yield from view.of(ast.Compare)
    yield from (one for one in view.of(ast.BinOp) if isinstance(one.op, ast.Div))
    for one in view.of(ast.If):
        parts = one.test.values if isinstance(one.test, ast.BoolOp) else [one.test]
        yield from (part for part in parts if isinstance(part, ast.Attribute | ast.UnaryOp))


PARSER = Parser(
    fact=StillFields,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE, Role.TEST),
    parse=_parse,
)
