"""Plain data to JSON values and back, driven by type hints, so that nothing but the declared types can come out.

Made for a cache: a dataclass is the list of its fields, which names no class and runs no code. Decoding checks
every type exactly and refuses whatever encoding could not have written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from auditor.engine.codec_program import CodecError, Program, decoding, encoding

__all__ = ["CodecError", "Converter", "converter"]

Step = Callable[[Any], Any]

_AT_ONCE = 100
"""Elements of a tuple that are written together: of a hundred thousand files no lists of lists are made."""


class Converter:
    """Turns values of one type into JSON values, and back."""

    __slots__ = ("_kind", "decode", "encode")

    def __init__(self, encode: Step, decode: Step, kind: Any = None) -> None:  # noqa: ANN401 - any type expression
        self._kind = kind
        self.encode = encode
        """The JSON value of a value. Raises CodecError where it is not of the type."""
        self.decode = decode
        """The value of a JSON value. Raises CodecError where `encode` cannot have written it."""

    def pieces(self, value: Any) -> Iterator[str]:  # noqa: ANN401 - any value
        """The JSON text of what `encode` gives, in pieces. Raises CodecError as it does."""
        return _dumped(self.encode(value)) if self._kind is None else _pieces(self._kind, value)


_encoding, _decoding = Program(encoding), Program(decoding)
_known: dict[Any, Converter] = {}


def converter(kind: Any) -> Converter:  # noqa: ANN401 - any type expression
    """The converter of a type: dataclasses, enumerations, tuples, frozen sets, unions and plain values.

    Raises InternalError on a type that has no exact JSON form, such as a mapping.
    """
    if kind not in _known:
        _known[kind] = Converter(_strict(_encoding.function(kind)), _strict(_decoding.function(kind)), kind)
    return _known[kind]


def _pieces(kind: Any, value: Any) -> Iterator[str]:  # noqa: ANN401 - any type expression, any value
    """The pieces of a record, field by field, of a long tuple, some elements at a time, or of anything else as a whole."""
    if is_dataclass(kind) and type(value) is kind:
        hints = get_type_hints(kind)
        for number, one in enumerate(fields(kind)):
            yield "," if number else "["
            yield from _pieces(hints[one.name], getattr(value, one.name))
        yield "]"
    elif get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,) and type(value) is tuple:
        yield "["
        for start in range(0, len(value), _AT_ONCE):
            (text,) = _dumped(converter(kind).encode(value[start : start + _AT_ONCE]))
            yield f",{text[1:-1]}" if start else text[1:-1]
        yield "]"
    else:
        yield from _dumped(converter(kind).encode(value))


def _dumped(value: object) -> Iterator[str]:
    yield json.dumps(value, separators=(",", ":"))


def _strict(step: Step) -> Step:
    """The same step, with one error for whatever is wrong with a value: the steps rely on what Python refuses by itself."""

    def tried(value: Any) -> Any:  # noqa: ANN401 - any value
        try:
            return step(value)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise CodecError(str(error)) from error

    return tried
