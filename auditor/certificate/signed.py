"""Reads the Statement that a certificate's envelope holds; whoever wrote it is not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditor.errors import UserError
from auditor.model.strict_json import strict_json

if TYPE_CHECKING:
    from auditor.certificate.signing_library import Envelope

__all__ = ["digest_of", "stated", "statement_of"]


def statement_of(envelope: Envelope | None) -> Mapping[str, object]:
    """The signed statement; empty where there is none that can be read."""
    if envelope is None:
        return {}
    try:
        return _mapping(strict_json(envelope.payload, "statement"))
    except UserError:
        return {"_type": None}


def digest_of(signed: Mapping[str, object], ending: str) -> str | None:
    """The sha256 of the one subject that is named after the certificate, with this ending."""
    name = f"{stated(signed, 'certificateId')}{ending}"
    subjects = signed.get("subject")
    found = (
        [_mapping(one) for one in subjects if _mapping(one).get("name") == name] if isinstance(subjects, list) else []
    )
    return _text(_mapping(found[0].get("digest")), "sha256") if len(found) == 1 else None


def stated(signed: Mapping[str, object], field: str) -> str | None:
    """A text of the predicate, or None where there is none of that name."""
    return _text(_mapping(signed.get("predicate")), field)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, object], field: str) -> str | None:
    found = value.get(field)
    return found if isinstance(found, str) else None
