"""The DSSE envelope, and the section of a certificate that holds it.

There is one way to write the section for an envelope. Verification writes it again and compares, so that
every byte of a certificate is either signed or follows from what is.
"""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from dataclasses import dataclass

from auditor.certificate.signing_library import Envelope, FormatError, Signs
from auditor.certificate.statement import canonical
from auditor.errors import UserError
from auditor.model.strict_json import strict_json

__all__ = [
    "BEGIN", "END", "PAYLOAD_TYPE", "BrokenCertificate", "Parts", "envelope_json", "seal", "section",
    "split", "unsigned_section", "with_signature",
]  # fmt: skip

PAYLOAD_TYPE = "application/vnd.in-toto+json"
BEGIN = "<!-- auditor: begin signature; every byte above this line is signed -->"
END = "<!-- auditor: end signature -->"
_COLUMNS = 100
_MOST_SIGNATURES = 64
_KEY_ID = re.compile(r"[0-9a-f]{64}")
"""The only names of keys that are written: whoever adds a signature could put any text there."""
_FENCE = "```"


class BrokenCertificate(Exception):  # noqa: N818 - a finding of verification, no error of the run
    """The text is not a certificate as auditor writes one; the message says why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A certificate taken apart: the signed text, and the envelope (None where it says UNSIGNED)."""

    body: bytes
    envelope: Envelope | None


def seal(statement: object, signer: Signs) -> Envelope:
    """An envelope around the statement with one signature."""
    return with_signature(Envelope(canonical(statement), PAYLOAD_TYPE, {}), signer)


def with_signature(envelope: Envelope, signer: Signs) -> Envelope:
    """The envelope with one more signature. Signatures stand in the order of their keys' ids, whoever signed first."""
    signature = signer.sign(envelope.pae())
    both = {**envelope.signatures, signature.keyid: signature}
    return Envelope(envelope.payload, envelope.payload_type, dict(sorted(both.items())))


def envelope_json(envelope: Envelope) -> bytes:
    """The envelope as one line of JSON, as ``.intoto.jsonl`` holds it."""
    return canonical(envelope.to_dict()) + b"\n"


def section(envelope: Envelope) -> str:
    """The end of a signed certificate."""
    encoded = base64.b64encode(canonical(envelope.to_dict())).decode("ascii")
    lines = (
        BEGIN,
        "## Signature",
        "",
        _signed_by(tuple(envelope.signatures)),
        "",
        _FENCE,
        *textwrap.wrap(encoded, _COLUMNS),
        _FENCE,
        END,
    )
    return "\n".join(lines) + "\n"


def _signed_by(names: tuple[str, ...]) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) == 1:
        return f"Signed by the key {shown[0]}. Whether that key is to be trusted, its owner must tell by another way."
    keys = f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"Signed by the keys {keys}. Whether those keys are to be trusted, their owners must tell by another way."


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
        _refuse_strange_signatures(envelope)
        if canonical(envelope.to_dict()) != raw:
            raise BrokenCertificate("the envelope is not in canonical form")
    except (binascii.Error, UserError, FormatError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenCertificate(f"the envelope cannot be read: {error}") from error
    return envelope


def _refuse_strange_signatures(envelope: Envelope) -> None:
    """Nothing signs the list of signatures, so that there must be one way to write it."""
    names = list(envelope.signatures)
    if not names:
        raise BrokenCertificate("the envelope has no signature")
    if len(names) > _MOST_SIGNATURES:
        raise BrokenCertificate(f"the envelope has more than {_MOST_SIGNATURES} signatures")
    if not all(_KEY_ID.fullmatch(name) for name in names):
        raise BrokenCertificate("the envelope names a key otherwise than by its id, 64 hexadecimal digits")
    if any(one.unrecognized_fields for one in envelope.signatures.values()):
        raise BrokenCertificate("the envelope holds more than signatures and the ids of their keys")
    if names != sorted(names):
        raise BrokenCertificate("the envelope's signatures are not in the order of their keys' ids")
