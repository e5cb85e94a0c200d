"""Plain data to JSON values and back, driven by type hints, so that nothing but the declared types can come out.

Made for a cache: a dataclass is the list of its fields, which names no class and runs no code. Decoding checks
every type exactly and refuses whatever encoding could not have written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditor.engine.codec_program import CodecError, Program, decoding, encoding

__all__ = ["CodecError", "Converter", "converter"]

Step = Callable[[Any], Any]


class Converter:
    """Turns values of one type into JSON values, and back."""

    __slots__ = ("decode", "encode")

    def __init__(self, encode: Step, decode: Step) -> None:
        self.encode = encode
        """The JSON value of a value. Raises CodecError where it is not of the type."""
        self.decode = decode
        """The value of a JSON value. Raises CodecError where `encode` cannot have written it."""


_encoding, _decoding = Program(encoding), Program(decoding)
_known: dict[Any, Converter] = {}


def converter(kind: Any) -> Converter:  # noqa: ANN401 - any type expression
    """The converter of a type: dataclasses, enumerations, tuples, frozen sets, unions and plain values.

    Raises InternalError on a type that has no exact JSON form, such as a mapping.
    """
    if kind not in _known:
        _known[kind] = Converter(_strict(_encoding.function(kind)), _strict(_decoding.function(kind)))
    return _known[kind]


def _strict(step: Step) -> Step:
    """The same step, with one error for whatever is wrong with a value: the steps rely on what Python refuses by itself."""

    def tried(value: Any) -> Any:  # noqa: ANN401 - any value
        try:
            return step(value)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise CodecError(str(error)) from error

    return tried
