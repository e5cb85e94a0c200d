"""The files of a signed certificate."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from auditor.certificate.envelope import envelope_json, section

if TYPE_CHECKING:
    from auditor.certificate.signing_library import Envelope
    from auditor.model.codec import LongReport

__all__ = ["signed_files"]


R = TypeVar("R", bound="bytes | LongReport")


def signed_files(
    name: str, body: bytes, report: R, envelope: Envelope, further: Mapping[str, Envelope] = MappingProxyType({})
) -> Mapping[str, bytes | R]:
    """The files by name, the text last; `further` are envelopes beside that of the certificate by the kind of their statement."""
    beside = {f"{name}.{kind}.intoto.jsonl": envelope_json(one) for kind, one in further.items()}
    return {
        f"{name}.json": report,
        **beside,
        f"{name}.intoto.jsonl": envelope_json(envelope),
        f"{name}.md": body + section(envelope).encode(),
    }
