"""JSON as somebody else wrote it: one value, no key twice, no number that JSON does not have."""

from __future__ import annotations

import json

from auditor.errors import Place, UserError

__all__ = ["REMEDY", "strict_json"]

REMEDY = "take the file that auditor wrote, as it was"


def strict_json(data: bytes, place: str) -> object:
    """A JSON value; duplicate keys, other encodings and trailing text are refused. Raises UserError."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UserError(f"not JSON: {error.msg}", place=Place(place, error.lineno), remedy=REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"not JSON that can be trusted: {error}", place=Place(place), remedy=REMEDY) from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")
