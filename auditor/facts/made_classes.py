"""Calls that make objects of the repository's own classes, and what those classes take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.argument_faults import Fault, fault_of, fields_fault, strange_name
from auditor.facts.call_targets import CallTargets, call_targets
from auditor.facts.class_table import Held
from auditor.facts.python_calls import PythonCall, PythonCalls
from auditor.facts.python_signatures import ClassFields, DataField
from auditor.facts.repository import RepositoryFacts

__all__ = ["made_faults", "table_members"]

_NOTHING = frozenset({"object", "ABC", "abc.ABC", "Generic", "typing.Generic", "Protocol", "typing.Protocol"})
_MODELS = frozenset({"pydantic.BaseModel", "BaseModel"})
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """A class with those that it derives from, nearest first, and what the last of them derives from."""

    held: tuple[Held, ...]
    ends: frozenset[str]


def made_faults(facts: RepositoryFacts) -> Iterator[tuple[str, Held, Fault]]:
    """Every call that gives a class what it does not take, with its path and the fault."""
    targets = facts.derive(call_targets)
    for file, fact in facts.of(PythonCalls):
        module = targets.table.module(file.path)
        for call in fact.calls:
            held = targets.table.find(module, call.name) if module is not None and not call.type else None
            fault = _fault(targets, held, call) if held is not None else None
            if held is not None and fault is not None:
                yield file.path, held, fault


def _fault(targets: CallTargets, held: Held, call: PythonCall) -> Fault | None:
    line = _line(targets, held)
    if line is None or held[1].name in targets.table.patched:
        return None
    fields = [targets.fields(one) for one in line.held]
    if any(one is None for one in fields):
        return None
    kinds = [one for one in fields if one is not None]
    if any(one.made == "table" for one in kinds):
        return _table_fault(targets, line, call)
    if line.ends & _MODELS:
        return _model_fault(kinds, line, call)
    if line.ends - _NOTHING:
        return None
    return _plain_fault(targets, line, kinds, call)


def _line(targets: CallTargets, held: Held) -> _Line | None:
    """None where a class among them may be anything."""
    found: list[Held] = []
    ends: set[str] = set()
    pending = [held]
    while pending and len(found) < _DEEPEST:
        module, one = pending.pop(0)
        found.append((module, one))
        for base in one.bases:
            above = targets.table.find(module, base)
            if above is not None:
                pending.append(above)
            elif _is_table_base(targets, (module, one), base):
                ends.add("table")
            else:
                ends.add(base)
    return None if pending else _Line(tuple(found), frozenset(ends))


def _is_table_base(targets: CallTargets, held: Held, base: str) -> bool:
    """Whether a base is one that SQLAlchemy makes: ``declarative_base()``, ``DeclarativeBase`` or ``db.Model``."""
    if base.rpartition(".")[2] == "DeclarativeBase":
        return True
    owner, _, name = targets.table.graph.absolute(held[0], base).rpartition(".")
    other = targets.table.graph.find(owner) if owner else held[0]
    kind = targets.table.object_class(other, name) if other is not None else ""
    return kind.rpartition(".")[2] in ("declarative_base", "automap_base") and not kind.startswith("automap")


def table_members(targets: CallTargets, held: Held) -> frozenset[str] | None:
    """All that a class of a table has, whatever it is made of; None where it is none, or may have more."""
    line = _line(targets, held)
    if line is None or line.ends - _NOTHING - {"table"} or "table" not in line.ends:
        return None
    fields = [targets.fields(one) for one in line.held]
    if not any(one is not None and one.made == "table" for one in fields):
        return None
    if any(one.open for _, one in line.held if one.name != "Base"):
        return None
    return frozenset(name for _, one in line.held for name in one.members) | targets.backrefs | targets.put


def _table_fault(targets: CallTargets, line: _Line, call: PythonCall) -> Fault | None:
    members = table_members(targets, line.held[0])
    if members is None or any("__init__" in one.members for _, one in line.held):
        return None
    return strange_name(call, members, "column")


def _model_fault(kinds: list[ClassFields], line: _Line, call: PythonCall) -> Fault | None:
    """Pydantic drops what it does not know, and refuses what lacks a required field."""
    if line.ends - _NOTHING - _MODELS or any(one.aliased for one in kinds) or call.given:
        return None
    if any(one.open or one.members & {"__init__", "__new__", "__pydantic_init_subclass__"} for _, one in line.held):
        return None
    return fields_fault(call, _all_fields(kinds))


def _all_fields(kinds: list[ClassFields]) -> tuple[DataField, ...]:
    """The fields of the farthest class first; a nearer one may give a field a default."""
    found: dict[str, DataField] = {}
    for one in reversed(kinds):
        for field in one.fields:
            found[field.name] = field
    return tuple(found.values())


def _plain_fault(targets: CallTargets, line: _Line, kinds: list[ClassFields], call: PythonCall) -> Fault | None:
    if any(one.open for _, one in line.held):
        return None
    first = next((one for one in line.held if "__init__" in one[1].members), None)
    made = [one for one in kinds if one.made == "dataclass"]
    if first is not None and not made:
        reached = targets.method(first, "__init__", 1)
        return fault_of(call, reached.signature) if reached else None
    if first is None and kinds[0].made == "dataclass" and len(made) == len([one for one in kinds if one.fields]):
        return fields_fault(call, _all_fields(kinds))
    return None
