"""The name of a certificate: its kind, its repository and its time."""

from __future__ import annotations

from datetime import UTC, datetime

from auditor.errors import InternalError

__all__ = ["certificate_id"]

_PREFIXES = {
    "operational-readiness": "ORC",
    "production-readiness-audit": "PRA",
    "implementation-review": "IMR",
    "final-review": "FIN",
}
_NAME_LENGTH = 40


def certificate_id(kind: str, name: str, when: datetime) -> str:
    """``PRA-STOREFRONT-20261201-093000``, safe as the name of a file. Raises InternalError on a kind without prefix."""
    if kind not in _PREFIXES:
        raise InternalError(f"certificates of kind {kind!r} have no prefix")
    upper = "".join(one if one.isascii() and one.isalnum() else "-" for one in name.upper())
    words = "-".join(word for word in upper.split("-") if word)[:_NAME_LENGTH].strip("-")
    return f"{_PREFIXES[kind]}-{words or 'REPOSITORY'}-{when.astimezone(UTC):%Y%m%d-%H%M%S}"
