"""Tables that a function hands out as a report, and the findings in them that are written in the code."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree
from auditor.facts.report_lines import lines_written_in
from auditor.facts.report_words import (
    is_all_well,
    is_current,
    is_finding_in_words,
    is_report_name,
    is_subject,
    is_trend,
)

__all__ = ["WrittenFinding", "findings_written_in"]

_CLASS = pattern(r"(?:Report|Dashboard|Summary|Scorecard|Overview|HealthStatus|SystemHealth|Analysis)$")
_FILES = frozenset({"dump", "dumps", "safe_dump", "write_text", "write"})
_LOOKERS = frozenset({"len", "print", "str", "isinstance", "sorted", "info", "debug", "pprint", "jsonify", "dict"})
_TROUBLES = pattern(r"(?i)^(?:active_|critical_|open_)?(?:alerts|incidents|anomalies|issues|warnings|violations)$")


@dataclass(frozen=True, slots=True)
class WrittenFinding:
    """One entry of a report, or several of one table: where it stands, under which key, and whether it needs others beside it."""

    line: int
    end_line: int
    key: str
    table: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A table within a report: the key that it stands under, and the line on which it begins."""

    key: str
    line: int


@dataclass(frozen=True, slots=True)
class _Store:
    """An entry that is put into a table: the name of that, the key, the value, and whether it happens in any case."""

    name: str
    key: str
    value: ast.expr
    always: bool


def findings_written_in(view: FunctionView) -> list[WrittenFinding]:
    """The literals that stand as findings in the reports of a function, in order; none where nothing but weak ones is found."""
    stores = _stores(view)
    reports = [*_reports(view), *_stored_reports(view, stores)]
    filled = _filled_later(view, stores) if reports else set()
    found: dict[tuple[int, str], WrittenFinding] = {}
    for key, table in reports:
        for one in _of_table(table, _Place(key, table.lineno)):
            if one.key not in filled:
                found[one.line, one.key] = one
    if is_report_name(view.name):
        found |= {(line, key): WrittenFinding(line, line, key, line) for line, key in lines_written_in(view)}
    told = sorted(found.values(), key=lambda one: (one.line, one.key))
    return told if any(not one.weak for one in told) else []


def _reports(view: FunctionView) -> Iterator[tuple[str, ast.Dict]]:
    """The literal tables that are returned, saved or printed, and what is put into them later under a key."""
    named = is_report_name(view.name)
    for one in view.returns:
        if isinstance(one.value, ast.Dict) and named:
            yield view.name, one.value
        if isinstance(one.value, ast.Call) and _CLASS.search(last_name(one.value.func)):
            yield last_name(one.value.func), _table_of(one.value)
    tables = [one for one in view.of(ast.Assign, ast.AnnAssign) if isinstance(one.value, ast.Dict)]
    given = _handed_out(view) if tables else set()
    for bound in tables:
        target = bound.targets[0] if isinstance(bound, ast.Assign) else bound.target
        root, key = _root(target)
        if root in given and (named or is_report_name(root)):
            yield key or root, bound.value


def _root(target: ast.expr) -> tuple[str, str]:
    """The name that an assignment goes to or into, and the last literal key of it."""
    key = ""
    while isinstance(target, ast.Subscript):
        if not key and isinstance(target.slice, ast.Constant):
            key = str(target.slice.value)
        target = target.value
    return _name(target), key


def _name(node: ast.expr) -> str:
    """A local name, or an attribute of the object that a method belongs to; empty for others."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
        case _:
            return ""


def _table_of(call: ast.Call) -> ast.Dict:
    """The fields that an object is made of, as a table."""
    named = [one for one in call.keywords if one.arg]
    table = ast.Dict(keys=[ast.Constant(one.arg) for one in named], values=[one.value for one in named])
    return ast.copy_location(table, call)


def _stores(view: FunctionView) -> list[_Store]:
    """What is put into tables under a literal key."""
    always = {id(one) for one in view.body}
    found = []
    for one in view.of(ast.Assign):
        match one.targets[0]:
            case ast.Subscript(slice=ast.Constant(value=str() as key)) as target:
                found.append(_Store(_root(target)[0], key, one.value, id(one) in always))
            case _:
                continue
    return found


def _stored_reports(view: FunctionView, stores: list[_Store]) -> Iterator[tuple[str, ast.Dict]]:
    """Single entries that are always put into a report: ``report["grade"] = "A"``."""
    plain = [one for one in stores if one.always and isinstance(one.value, ast.Constant)]
    given = _handed_out(view) if plain else set()
    for one in plain:
        named = is_report_name(view.name) or is_report_name(one.name)
        if one.name in given and named:
            table = ast.Dict(keys=[ast.Constant(one.key)], values=[one.value])
            yield one.name, ast.copy_location(table, one.value)


def _handed_out(view: FunctionView) -> set[str]:
    """The names that are returned, or given to what writes or prints them; none of those that others can have filled."""
    out = {_name(one.value) for one in view.returns if one.value is not None} - {""}
    filled: set[str] = set()
    for call in view.calls:
        names = {_name(one) for one in call.args} - {""}
        maker = last_name(call.func)
        if maker in _FILES:
            out |= names
        elif maker not in _LOOKERS:
            filled |= names
    return out - filled


def _filled_later(view: FunctionView, stores: list[_Store]) -> set[str]:
    """The keys that are written to after the table was made: what stands there first is where they start."""
    literal = Counter(one.key for one in stores if one.always and isinstance(one.value, ast.Constant | ast.Dict))
    every = Counter(
        str(node.slice.value)
        for node in view.of(ast.Subscript)
        if isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant)
    )
    found = {key for key, count in every.items() if count > 1 or literal[key] != count}
    for call in view.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend", "update", "setdefault"):
            found |= {str(one.value) for one in subtree(call.func.value) if isinstance(one, ast.Constant)}
    return found


def _of_table(table: ast.Dict, place: _Place) -> Iterator[WrittenFinding]:
    """What is written in a table, and in the tables and lists within it."""
    for key, value in keyed(table):
        if is_target_name(key):
            continue
        if isinstance(value, ast.Dict):
            yield from _of_table(value, _Place(key, value.lineno))
        elif isinstance(value, ast.List):
            yield from _of_list(key, value)
        elif _is_written(key, value, place):
            yield WrittenFinding(value.lineno, value.end_lineno or value.lineno, key, place.line)


def _of_list(key: str, value: ast.List) -> Iterator[WrittenFinding]:
    """A list of troubles without any, or with a message that all is well."""
    if not value.elts and _TROUBLES.search(key):
        yield WrittenFinding(value.lineno, value.lineno, key, value.lineno, weak=True)
    for one in value.elts:
        for field, said in keyed(one) if isinstance(one, ast.Dict) else ():
            if isinstance(said, ast.Constant) and is_all_well(str(said.value)):
                yield WrittenFinding(said.lineno, said.lineno, f"{key}.{field}", one.lineno)


def _is_written(key: str, value: ast.expr, place: _Place) -> bool:
    if not isinstance(value, ast.Constant) or isinstance(value.value, bool):
        return False
    if isinstance(value.value, int | float):
        return bool(value.value) and is_subject(place.key) and is_current(key)
    if not isinstance(value.value, str):
        return False
    if is_trend(place.key, key, value.value):
        return True
    return is_finding_in_words(key, value.value, subject=is_subject(key) or is_metric_name(key), under=place.key)
