"""Writes the functions of the codec: one for each type, as source that `dataclasses` could have made.

A closure for each field of each type cost a third of the reduce stage. The source consists of the names of declared
fields and of numbers; values are reached by names that stand for classes of ours, and no value is ever part of it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from sys import intern
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from auditor.errors import InternalError

__all__ = ["CodecError", "Program", "decoding", "encoding"]

_NAMED = (str, int, bool, float)


class CodecError(ValueError):
    """A value is not of the declared type."""


Writer = Callable[["Program", Any, str], str]
"""What one direction makes of a value: for a type and a variable an expression, with functions of the program's."""


class Program:
    """The functions of one direction, each compiled when its type is first asked for."""

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._names: dict[Any, str] = {}
        self._pending: list[str] = []
        self._space: dict[str, Any] = {
            "refuse": _refuse, "intern": intern, "known": _known, "unique": _unique, "shared": _shared, "number": _number,
            "text": _text, "nothing": frozenset(),
        }  # fmt: skip

    def function(self, kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - any type expression
        """The function of a type. Raises InternalError where the type has no form."""
        try:
            name = self.named((kind, "outermost"), lambda: f"return {self.expression(kind, 'value')}")
        except InternalError:
            self._names.clear()  # what was begun is begun anew, by those that can be finished
            self._pending.clear()
            raise
        if self._pending:
            source, self._pending = "\n".join(self._pending), []
            exec(compile(source, "<codec>", "exec"), self._space)  # noqa: S102 - made of names of our own fields, as in dataclasses
        found: Callable[[Any], Any] = self._space[name]
        return found

    def expression(self, kind: Any, variable: str) -> str:  # noqa: ANN401 - any type expression
        """What becomes of a variable that holds a value of the type."""
        return self._write(self, kind, variable)

    def named(self, kind: Any, body: Callable[[], str]) -> str:  # noqa: ANN401 - any type expression
        """The name of the function of a type, whose body is written unless it is already: types may hold themselves."""
        if kind not in self._names:
            name = self._names[kind] = self.constant(None)
            self._pending.append(f"def {name}(value):\n    " + body().replace("\n", "\n    "))
        return self._names[kind]

    def constant(self, value: object) -> str:
        """A name for a value of ours."""
        name = f"_{len(self._space)}"
        self._space[name] = value
        return name


def decoding(program: Program, kind: Any, variable: str) -> str:  # noqa: ANN401, C901, PLR0911 - one case a line
    """The expression that gives the value of what was written. It raises on anything else."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is str:
        return f"intern({variable})"
    if kind in (int, bool):
        return f"({variable} if type({variable}) is {kind.__name__} else refuse())"
    if kind is type(None):
        return f"({variable} if {variable} is None else refuse())"
    if kind is float:
        return f"number({variable})"
    if origin in (Union, types.UnionType):
        return _union(program, arguments, variable, _decode_union)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        inner = variable + "_"
        one = program.expression(arguments[0], inner)
        made = f"tuple([{one} for {inner} in {variable}])"
        if arguments[0] is str:
            made = f"shared(tuple(map(intern, {variable})))"
        return f"(() if {variable} == [] else {made} if type({variable}) is list else refuse())"
    if origin is tuple:
        return f"{program.named(kind, lambda: _decode_row(program, arguments))}({variable})"
    if origin is frozenset:
        return f"(nothing if {variable} == [] else {_decode_set(program, arguments[0], variable)})"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"known({program.constant({one.value: one for one in kind})}, {variable})"
    if isinstance(kind, type) and is_dataclass(kind):
        return f"{program.named((kind, 'record'), lambda: _decode_record(program, kind))}({variable})"
    raise InternalError(f"{kind} has no form in the cache")


def _decode_set(program: Program, kind: Any, variable: str) -> str:  # noqa: ANN401 - any type expression
    if isinstance(kind, type) and issubclass(kind, Enum):
        groups = program.constant(_Groups({one.value: one for one in kind}))
        return f"{groups}[tuple({variable})] if type({variable}) is list else refuse()"
    inner = variable + "_"
    made = f"unique({variable}, [{program.expression(kind, inner)} for {inner} in {variable}])"
    return f"shared({made})" if kind is str else made  # of texts alone: a set of True equals one of 1


def encoding(program: Program, kind: Any, variable: str) -> str:  # noqa: ANN401, PLR0911 - one case a line
    """The expression that gives what is written for a value. It raises where the value is not of the type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, int, bool):
        return f"({variable} if type({variable}) is {kind.__name__} else refuse())"
    if kind is type(None):
        return f"({variable} if {variable} is None else refuse())"
    if kind is float:
        return f"text({variable})"
    if origin in (Union, types.UnionType):
        return _union(program, arguments, variable, _encode_union)
    if origin is tuple and arguments[1:] != (Ellipsis,):
        return f"{program.named(kind, lambda: _encode_row(program, arguments))}({variable})"
    if origin in (tuple, frozenset):
        inner = variable + "_"
        items = f"[{program.expression(arguments[0], inner)} for {inner} in {variable}]"
        items = f"sorted({items})" if origin is frozenset else items
        return f"({items} if type({variable}) is {origin.__name__} else refuse())"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"({variable}.value if type({variable}) is {program.constant(kind)} else refuse())"
    if isinstance(kind, type) and is_dataclass(kind):
        return f"{program.named((kind, 'record'), lambda: _encode_record(program, kind))}({variable})"
    raise InternalError(f"{kind} has no form in the cache")


def _union(
    program: Program,
    arguments: tuple[Any, ...],
    variable: str,
    write: Callable[[Program, Mapping[str, Any]], str],
) -> str:
    """Of None and one other type, or of dataclasses and plain values, which are told apart by the names of their types."""
    others = tuple(one for one in arguments if one is not type(None))
    if len(others) < len(arguments):
        kind = others[0] if len(others) == 1 else Union[others]  # noqa: UP007 - made at run time
        return f"(None if {variable} is None else {program.expression(kind, variable)})"
    if not all(isinstance(one, type) and (is_dataclass(one) or one in _NAMED) for one in others):
        raise InternalError(f"{arguments} cannot be told apart in the cache")
    by_name = {one.__name__: one for one in others}
    return f"{program.named((others, 'union'), lambda: write(program, by_name))}({variable})"


def _decode_union(program: Program, by_name: Mapping[str, Any]) -> str:
    cases = [f"if name == {name!r}: return {program.expression(kind, 'inner')}" for name, kind in by_name.items()]
    return "\n".join(["if type(value) is not list: refuse()", "name, inner = value", *cases, "refuse()"])


def _encode_union(program: Program, by_name: Mapping[str, Any]) -> str:
    cases = [
        f"if type(value) is {program.constant(kind)}: return [{name!r}, {program.expression(kind, 'value')}]"
        for name, kind in by_name.items()
    ]
    return "\n".join([*cases, "refuse()"])


def _decode_row(program: Program, items: tuple[Any, ...]) -> str:
    names = [f"v{number}" for number in range(len(items))]
    parts = (program.expression(kind, name) for kind, name in zip(items, names, strict=True))
    return "\n".join(["if type(value) is not list: refuse()", *_taken_apart(names), f"return ({', '.join(parts)},)"])


def _encode_row(program: Program, items: tuple[Any, ...]) -> str:
    names = [f"v{number}" for number in range(len(items))]
    parts = (program.expression(kind, name) for kind, name in zip(items, names, strict=True))
    return "\n".join(["if type(value) is not tuple: refuse()", *_taken_apart(names), f"return [{', '.join(parts)}]"])


def _taken_apart(names: list[str]) -> list[str]:
    return [f"[{', '.join(names)}] = value"]


def _decode_record(program: Program, kind: type) -> str:
    declared, hints = _fields(kind), get_type_hints(kind)
    names = [f"v{number}" for number in range(len(declared))]
    parts = [program.expression(hints[one.name], name) for one, name in zip(declared, names, strict=True)]
    if any(one.kw_only for one in declared):
        parts = [f"{one.name}={part}" for one, part in zip(declared, parts, strict=True)]
    made = f"return {program.constant(kind)}({', '.join(parts)})"
    return "\n".join(["if type(value) is not list: refuse()", *_taken_apart(names), made])


def _encode_record(program: Program, kind: type) -> str:
    declared, hints = _fields(kind), get_type_hints(kind)
    taken = [f"v{number} = value.{one.name}" for number, one in enumerate(declared)]
    parts = (program.expression(hints[one.name], f"v{number}") for number, one in enumerate(declared))
    checked = f"if type(value) is not {program.constant(kind)}: refuse()"
    return "\n".join([checked, *taken, f"return [{', '.join(parts)}]"])


def _fields(kind: type) -> tuple[Field[Any], ...]:
    declared = fields(kind)
    if not all(one.init and one.default_factory is MISSING for one in declared):
        raise InternalError(f"{kind.__name__} is not made of its fields alone")
    return declared


def _refuse() -> NoReturn:
    raise CodecError("not of the declared type")


def _known(members: Mapping[str, Any], value: object) -> Any:  # noqa: ANN401 - a member
    """The member of an enumeration by its value."""
    return members[value] if type(value) is str else _refuse()


def _unique(value: object, items: list[Any]) -> frozenset[Any]:
    """A set of elements that all differ."""
    found = frozenset(items)
    if type(value) is not list or len(found) != len(items):
        _refuse()
    return found


class _Groups(dict[tuple[str, ...], frozenset[Enum]]):
    """Sets of members of an enumeration by the values of the members: thousands of facts have the same few."""

    def __init__(self, members: Mapping[str, Enum]) -> None:
        super().__init__()
        self._members = members

    def __missing__(self, values: tuple[str, ...]) -> frozenset[Enum]:
        found = frozenset(_known(self._members, value) for value in values)
        if len(found) != len(values):
            _refuse()
        if len(self) < _MOST_SHARED:
            self[values] = found
        return found


_MOST_SHARED = 4096
_LARGEST_SHARED = 16
_seen: dict[Any, Any] = {}


def _shared(value: Any) -> Any:  # noqa: ANN401 - a tuple or a set
    """An equal value that was seen lately: facts repeat each other, and a set of one element takes 200 bytes."""
    if len(value) > _LARGEST_SHARED:
        return value
    if len(_seen) >= _MOST_SHARED:
        _seen.clear()
    return _seen.setdefault(value, value)


def _text(value: object) -> str:
    """A number with a fraction, as the text that gives exactly this number again."""
    return value.hex() if type(value) is float else _refuse()


def _number(value: object) -> float:
    """The number of such a text."""
    if type(value) is not str:
        _refuse()
    try:
        found = float.fromhex(value)
    except OverflowError:
        _refuse()
    return found if found.hex() == value else _refuse()
