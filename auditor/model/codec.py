"""The JSON of an audit: bytes out, bytes in, and its JSON Schema."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from auditor.errors import Place, UserError
from auditor.model.audit import SCHEMA, Audit
from auditor.model.finding import Finding
from auditor.model.forms import first_misshapen
from auditor.model.strict_json import REMEDY, strict_json

__all__ = ["LongReport", "chunks", "dumps", "is_as_written", "loads", "schema"]

_BATCH = 1_000
_PIECE = 1_000_000
"""Bytes of what is not about findings that are handed on at once."""
_NO_FINDINGS = b'\n  "findings": [],\n'


def dumps(audit: Audit) -> bytes:
    """The JSON report: UTF-8, two spaces, fields in the order of the model, a line end at the end. Equal audits give equal bytes."""
    return _encoded(_adapter(), audit) + b"\n"


def chunks(audit: Audit) -> Iterator[bytes]:
    """The bytes of `dumps`, some findings at a time: the whole text of a long list is never in memory."""
    if not audit.findings:
        yield dumps(audit)
        return
    rest = dumps(replace(audit, findings=()))
    place = rest.index(_NO_FINDINGS)
    yield rest[:place] + _NO_FINDINGS.removesuffix(b"],\n")
    for start in range(0, len(audit.findings), _BATCH):
        listed = _encoded(_findings_adapter(), audit.findings[start : start + _BATCH])
        inner = listed.removeprefix(b"[").removesuffix(b"\n]").replace(b"\n", b"\n  ")
        yield inner if start == 0 else b"," + inner
    yield b"\n  ],\n"
    for start in range(place + len(_NO_FINDINGS), len(rest), _PIECE):
        yield rest[start : start + _PIECE]


@dataclass(frozen=True)
class LongReport:
    """The bytes of `dumps`, made in pieces each time that somebody reads them: those of many findings are never in memory at once."""

    audit: Audit

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        return chunks(self.audit)

    @cached_property
    def sha256(self) -> str:
        """The digest of all of them (hex)."""
        digest = hashlib.sha256()
        for piece in self:
            digest.update(piece)
        return digest.hexdigest()


def loads(data: bytes, place: str = "report") -> Audit:
    """The audit that `dumps` wrote. Raises UserError, naming the field, where it is anything else."""
    document = strict_json(data, place)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UserError(f"this is no report of schema {SCHEMA}", place=Place(place), remedy=REMEDY)
    try:
        audit: Audit = _adapter().validate_json(data, strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{field}: {first['msg']}", place=Place(place), remedy=REMEDY) from error
    misshapen = first_misshapen(audit)
    if misshapen:
        raise UserError(misshapen, place=Place(place), remedy=REMEDY)
    return audit


def is_as_written(data: bytes, audit: Audit) -> bool:
    """Whether the bytes that gave this audit are those of `dumps`, or were before a field was added that may be missing."""
    whole = dumps(audit)
    if whole == data:
        return True
    earlier = _without_added(json.loads(whole), json.loads(data))
    return (json.dumps(earlier, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace") == data


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    generated = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **generated}


def _encoded(adapter: TypeAdapter[Any], value: object) -> bytes:
    try:
        return adapter.dump_json(value, indent=2)
    except PydanticSerializationError:  # a lone surrogate, which has no UTF-8
        document = adapter.dump_python(value, mode="json")
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")


@cache
def _findings_adapter() -> TypeAdapter[tuple[Finding, ...]]:
    return TypeAdapter(tuple[Finding, ...])


@cache
def _adapter() -> TypeAdapter[Audit]:
    return TypeAdapter(Audit)


def _without_added(whole: object, written: object) -> object:
    """The document without those fields that the written one does not have: reading has filled them in."""
    if isinstance(whole, dict) and isinstance(written, dict):
        return {key: _without_added(value, written[key]) for key, value in whole.items() if key in written}
    if isinstance(whole, list) and isinstance(written, list):
        return [_without_added(one, other) for one, other in zip(whole, written, strict=False)]
    return whole
