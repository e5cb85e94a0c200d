"""The DSSE envelope, and the section of a certificate that holds it.

There is one way to write the section for an envelope. Verification writes it again and compares, so that
every byte of a certificate is either signed or follows from what is.
"""

from __future__ import annotations

import base64
import binascii
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError

from auditor.certificate.statement import canonical
from auditor.errors import UserError
from auditor.model.codec import strict_json

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

__all__ = [
    "BEGIN", "END", "PAYLOAD_TYPE", "BrokenCertificate", "Parts", "envelope_json", "seal", "section",
    "split", "unsigned_section",
]  # fmt: skip

PAYLOAD_TYPE = "application/vnd.in-toto+json"
BEGIN = "<!-- auditor: begin signature; every byte above this line is signed -->"
END = "<!-- auditor: end signature -->"
_COLUMNS = 100
_FENCE = "```"


class BrokenCertificate(Exception):  # noqa: N818 - a finding of verification, no error of the run
    """The text is not a certificate as auditor writes one; the message says why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A certificate taken apart: the signed text, and the envelope (None where it says UNSIGNED)."""

    body: bytes
    envelope: Envelope | None


def seal(statement: object, signer: CryptoSigner) -> Envelope:
    """An envelope around the statement with one signature."""
    envelope = Envelope(canonical(statement), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return envelope


def envelope_json(envelope: Envelope) -> bytes:
    """The envelope as one line of JSON, as ``.intoto.jsonl`` holds it."""
    return canonical(envelope.to_dict()) + b"\n"


def section(envelope: Envelope) -> str:
    """The end of a signed certificate."""
    encoded = base64.b64encode(canonical(envelope.to_dict())).decode("ascii")
    names = ", ".join(f"`{keyid}`" for keyid in envelope.signatures)
    lines = (
        BEGIN,
        "## Signature",
        "",
        f"Signed by the Ed25519 key {names}. Whether that key is to be trusted, its owner must tell by another way.",
        "",
        _FENCE,
        *textwrap.wrap(encoded, _COLUMNS),
        _FENCE,
        END,
    )
    return "\n".join(lines) + "\n"


def unsigned_section() -> str:
    """The end of a certificate that nobody signed."""
    return f"{BEGIN}\n## Signature\n\n**UNSIGNED.** No key was given; nobody vouches for this text.\n{END}\n"


def split(certificate: bytes) -> Parts:
    """Take a certificate apart. Raises BrokenCertificate where a byte of its end is not as auditor writes it."""
    marks = _lines_that_are(certificate, BEGIN.encode())
    if len(marks) != 1 or len(_lines_that_are(certificate, END.encode())) != 1:
        raise BrokenCertificate(f"it has {len(marks)} signature sections, not one whole one" + _line_ends(certificate))
    body, end = certificate[: marks[0]], certificate[marks[0] :]
    if end == unsigned_section().encode():
        return Parts(body, None)
    envelope = _envelope_of(end)
    if section(envelope).encode() != end:
        raise BrokenCertificate("the signature section is not as auditor writes it: something was added or changed")
    return Parts(body, envelope)


def _lines_that_are(text: bytes, wanted: bytes) -> list[int]:
    """The offsets at which a line begins that is `wanted`, whatever its line end."""
    found, offset = [], 0
    for line in text.split(b"\n"):
        if line.rstrip(b"\r") == wanted:
            found.append(offset)
        offset += len(line) + 1
    return found


def _line_ends(text: bytes) -> str:
    return "; its line ends were changed to CRLF" if b"\r\n" in text else ""


def _envelope_of(end: bytes) -> Envelope:
    fenced = end.split(b"\n" + _FENCE.encode() + b"\n")
    if len(fenced) != 3:  # noqa: PLR2004 - before, inside and behind the fence
        raise BrokenCertificate("the signature section holds no envelope" + _line_ends(end))
    try:
        raw = base64.b64decode(fenced[1].replace(b"\n", b""), validate=True)
        document = strict_json(raw, "envelope")
        if not isinstance(document, dict):
            raise BrokenCertificate("the envelope is no JSON object")
        envelope = Envelope.from_dict(document)
        if not envelope.signatures:
            raise BrokenCertificate("the envelope has no signature")
        if canonical(envelope.to_dict()) != raw:
            raise BrokenCertificate("the envelope is not in canonical form")
    except (binascii.Error, UserError, FormatError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenCertificate(f"the envelope cannot be read: {error}") from error
    return envelope
