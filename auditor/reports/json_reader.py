"""JSON as other tools write it, and the models that it is checked against."""

from __future__ import annotations

import codecs
import json
import math
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from auditor.reports.base import bad_report

__all__ = ["Loose", "model_of", "read_json"]

_REMEDY = "give the file as the tool wrote it"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_NUMBER = 40
MOST_BYTES = 32_000_000
"""A value in memory is ten times as large as its text."""


class Loose(BaseModel):
    """What a report holds besides what is read here is left alone."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True, extra="ignore", alias_generator=to_camel)


Model = TypeVar("Model", bound=BaseModel)


def read_json(data: bytes, name: str) -> Any:  # noqa: ANN401 - JSON holds anything
    """The one JSON value in the file: UTF-8, no key twice, no NaN. Raises UserError, naming file and line."""
    if len(data) > MOST_BYTES:
        raise bad_report(name, f"this is JSON of more than {MOST_BYTES} bytes", "let the tool write less of it")
    if data.startswith(_UTF16):
        raise bad_report(name, "this file is UTF-16, and JSON is UTF-8", "save it as UTF-8")
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise bad_report(name, "this file is empty", _REMEDY)
    try:
        text = data.decode("utf-8-sig")
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite, parse_int=_short
        )
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise bad_report(name, "this file is no UTF-8", "save it as UTF-8", line) from error
    except json.JSONDecodeError as error:
        raise bad_report(name, f"broken JSON: {error.msg}", _REMEDY, error.lineno) from error
    except RecursionError as error:
        raise bad_report(name, "JSON that is nested too deeply", _REMEDY) from error
    except ValueError as error:
        raise bad_report(name, f"broken JSON: {error}", _REMEDY) from error


def model_of(model: type[Model], value: object, name: str, remedy: str) -> Model:
    """The value as a model. Raises UserError that names the first field which is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        message = f"the key {where!r} is missing" if first["type"] == "missing" else f"{where}: {first['msg']}"
        raise bad_report(name, message, remedy) from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:_LONGEST_NUMBER]!r} stands twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:_LONGEST_NUMBER]} is too large a number")
    return number


def _short(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"{text[:_LONGEST_NUMBER]}... is too large a number")
    return int(text)
