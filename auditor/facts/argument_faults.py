"""What is wrong with the arguments of a call, as Python's binding of them would tell."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from auditor.facts.python_calls import PythonCall
from auditor.facts.python_signatures import DataField, Signature

__all__ = ["Fault", "fault_of", "fields_fault", "strange_name"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, as the end of a sentence about what is called, and the line that shows it."""

    text: str
    line: int


def strange_name(call: PythonCall, known: Container[str], what: str) -> Fault | None:
    """The first name that is given and not known."""
    for name, line in zip(call.names, call.lines, strict=True):
        if name not in known:
            return Fault(f"has no {what} `{name}`", line)
    return None


def fault_of(call: PythonCall, signature: Signature) -> Fault | None:
    """The first fault of a call of a function; None where it may be right."""
    able = {*signature.positional[signature.nameless :], *signature.named}
    strange = None if signature.options else strange_name(call, able, "argument")
    if strange is not None:
        return strange
    if call.given > len(signature.positional) and not signature.rest:
        return Fault(f"takes {_count(len(signature.positional), 'positional argument')}, not {call.given}", call.line)
    if call.open or call.given < 0:
        return None
    twice = [name for name in signature.positional[: call.given] if name in call.names and not signature.options]
    if twice:
        return Fault(f"is given `{twice[0]}` twice", call.line)
    needed = signature.positional[: len(signature.positional) - signature.optional][call.given :]
    return _missing(call, [*needed, *signature.required], set(call.names))


def fields_fault(call: PythonCall, fields: tuple[DataField, ...]) -> Fault | None:
    """The same for a class that is made of fields, in the order in which they can be given."""
    strange = strange_name(call, {one.name for one in fields}, "field")
    if strange is not None:
        return strange
    places = [one.name for one in fields if not one.keyword]
    if call.given > len(places):
        return Fault(f"takes {_count(len(places), 'positional argument')}, not {call.given}", call.line)
    if call.open or call.given < 0:
        return None
    filled = {*places[: call.given], *call.names}
    return _missing(call, [one.name for one in fields if not one.optional], filled)


def _missing(call: PythonCall, needed: list[str], filled: set[str]) -> Fault | None:
    missing = [name for name in needed if name not in filled]
    return Fault(f"needs `{missing[0]}`, which is not given", call.line) if missing else None


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
