"""Plain data to JSON values and back, driven by type hints, so that nothing but the declared types can come out.

Made for a cache: a dataclass is the list of its fields, which names no class and runs no code. Decoding checks
every type exactly and refuses whatever `encode` could not have written.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from sys import intern
from typing import Any, Union, get_args, get_origin, get_type_hints

from auditor.errors import InternalError

__all__ = ["CodecError", "Converter", "converter"]

Step = Callable[[Any], Any]
_PLAIN = (str, int, bool, type(None))
_NAMED = (str, int, bool, float)


class CodecError(ValueError):
    """A value is not of the declared type."""


class Converter:
    """Turns values of one type into JSON values, and back."""

    __slots__ = ("decode", "encode")

    def __init__(self, encode: Step, decode: Step) -> None:
        self.encode = encode
        """The JSON value of a value. Raises CodecError where it is not of the type."""
        self.decode = decode
        """The value of a JSON value. Raises CodecError where `encode` cannot have written it."""


_known: dict[Any, Converter] = {}


def converter(kind: Any) -> Converter:  # noqa: ANN401 - any type expression
    """The converter of a type: dataclasses, enumerations, tuples, frozen sets, unions and plain values.

    Raises InternalError on a type that has no exact JSON form, such as a mapping.
    """
    if kind not in _known:
        _known[kind] = _made(kind)
    return _known[kind]


def _made(kind: Any) -> Converter:  # noqa: ANN401, PLR0911 - any type expression, one case a line
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _plain(kind)
    if kind is float:
        return _float()
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _sequence(arguments[0]) if arguments[1:] == (Ellipsis,) else _row(arguments)
    if origin is frozenset:
        return _set(arguments[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enumeration(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _Record(kind).converter
    raise InternalError(f"{kind} has no form in the cache")


def _plain(kind: type) -> Converter:
    def same(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not kind:
            raise CodecError(kind.__name__)
        return value

    def shared(value: Any) -> Any:  # noqa: ANN401 - as above
        return intern(same(value))

    return Converter(same, shared if kind is str else same)


def _float() -> Converter:
    """A number with a fraction, as the text that gives exactly this number again."""

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not float:
            raise CodecError("float")
        return value.hex()

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not str:
            raise CodecError("float")
        try:
            found = float.fromhex(value)
        except (ValueError, OverflowError) as error:
            raise CodecError("float") from error
        if found.hex() != value:
            raise CodecError("float")
        return found

    return Converter(encode, decode)


def _enumeration(kind: type[Enum]) -> Converter:
    members = {member.value: member for member in kind}

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not kind:
            raise CodecError(kind.__name__)
        return value.value

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not str or value not in members:
            raise CodecError(kind.__name__)
        return members[value]

    return Converter(encode, decode)


def _sequence(item: Any) -> Converter:  # noqa: ANN401 - any type expression
    one = _later(item)

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not tuple:
            raise CodecError("tuple")
        return list(map(one().encode, value)) if value else []

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not list:
            raise CodecError("tuple")
        return tuple(map(one().decode, value)) if value else ()

    return Converter(encode, decode)


def _set(item: Any) -> Converter:  # noqa: ANN401 - any type expression
    one = converter(item)

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not frozenset:
            raise CodecError("frozenset")
        return sorted(map(one.encode, value))

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not list:
            raise CodecError("frozenset")
        found = frozenset(map(one.decode, value))
        if len(found) != len(value):
            raise CodecError("an element stands twice")
        return found

    return Converter(encode, decode)


def _row(items: tuple[Any, ...]) -> Converter:
    parts = [converter(item) for item in items]
    encoders, decoders = [part.encode for part in parts], [part.decode for part in parts]

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not tuple or len(value) != len(parts):
            raise CodecError("tuple")
        return [step(one) for step, one in zip(encoders, value, strict=True)]

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not list or len(value) != len(parts):
            raise CodecError("tuple")
        return tuple(step(one) for step, one in zip(decoders, value, strict=True))

    return Converter(encode, decode)


def _union(arguments: tuple[Any, ...]) -> Converter:
    """Of None and one other type, or of dataclasses and plain values, which are told apart by the names of their types."""
    others = [one for one in arguments if one is not type(None)]
    if len(others) < len(arguments):
        return _optional(others[0] if len(others) == 1 else Union[tuple(others)])  # noqa: UP007 - made at run time
    if not all(isinstance(one, type) and (is_dataclass(one) or one in _NAMED) for one in others):
        raise InternalError(f"{arguments} cannot be told apart in the cache")
    by_name = {one.__name__: _later(one) for one in others}

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked here
        name = type(value).__name__
        if name not in by_name:
            raise CodecError(name)
        return [name, by_name[name]().encode(value)]

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        if type(value) is not list or len(value) != 2 or type(value[0]) is not str or value[0] not in by_name:  # noqa: PLR2004 - name and value
            raise CodecError("no such type")
        return by_name[value[0]]().decode(value[1])

    return Converter(encode, decode)


def _optional(item: Any) -> Converter:  # noqa: ANN401 - any type expression
    one = _later(item)

    def encode(value: Any) -> Any:  # noqa: ANN401 - checked by `one`
        return None if value is None else one().encode(value)

    def decode(value: Any) -> Any:  # noqa: ANN401 - as above
        return None if value is None else one().decode(value)

    return Converter(encode, decode)


def _later(kind: Any) -> Callable[[], Converter]:  # noqa: ANN401 - any type expression
    """The converter of a type when it is first used: types may hold themselves."""
    known: list[Converter] = []

    def ask() -> Converter:
        if not known:
            known.append(converter(kind))
        return known[0]

    return ask


class _Record:
    """A dataclass as the list of its fields, in the order of their declaration."""

    def __init__(self, kind: type) -> None:
        declared = fields(kind)
        hints = get_type_hints(kind)
        self._kind: Callable[..., Any] = kind
        self._names = tuple(one.name for one in declared)
        self._hints: tuple[Any, ...] = tuple(hints[name] for name in self._names)
        self._by_name = any(one.kw_only for one in declared)
        if not all(one.init and one.default_factory is MISSING for one in declared):
            raise InternalError(f"{kind.__name__} is not made of its fields alone")
        self._scalars = list(self._hints) if all(hint in (str, int, bool) for hint in self._hints) else None
        self._steps: list[Converter] = []
        self.converter = Converter(self._encode, self._decode)

    def _parts(self) -> list[Converter]:
        if not self._steps:
            self._steps = [converter(hint) for hint in self._hints]
        return self._steps

    def _encode(self, value: Any) -> list[Any]:  # noqa: ANN401 - checked here
        if type(value) is not self._kind:
            raise CodecError(type(value).__name__)
        row = [getattr(value, name) for name in self._names]
        if self._scalars is not None:
            self._check(row, self._scalars)
            return row
        return [part.encode(one) for part, one in zip(self._parts(), row, strict=True)]

    def _decode(self, value: Any) -> Any:  # noqa: ANN401 - checked here
        if type(value) is not list or len(value) != len(self._names):
            raise CodecError("no record")
        if self._scalars is not None:
            self._check(value, self._scalars)
            row: Iterable[Any] = [intern(one) if type(one) is str else one for one in value]
        else:
            row = [part.decode(one) for part, one in zip(self._parts(), value, strict=True)]
        return self._kind(**dict(zip(self._names, row, strict=True))) if self._by_name else self._kind(*row)

    @staticmethod
    def _check(row: list[Any], expected: list[Any]) -> None:
        if list(map(type, row)) != expected:
            raise CodecError("a field of another type")
