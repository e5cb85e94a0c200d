"""Signatures beside an attestation: of ``ssh-keygen -Y sign``, or a DSSE envelope. Ed25519 only.

https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig and https://github.com/secure-systems-lab/dsse.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.model.outside import EvidenceKey
from auditor.reports.base import bad_report
from auditor.reports.json_reader import read_json

__all__ = ["NAMESPACE", "PAYLOAD_TYPE", "Signed", "check_signature"]

NAMESPACE = "auditor-attestation"
"""What `ssh-keygen -Y sign -n` must be given: a signature for another purpose is none for this."""

PAYLOAD_TYPE = "application/vnd.auditor.attestation+yaml"
"""The payload type of a DSSE envelope whose payload is the file, byte for byte."""

_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"
_KEY_TYPE = b"ssh-ed25519"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_REMEDY = f"sign with `ssh-keygen -Y sign -n {NAMESPACE} -f KEY FILE`"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature came to: the id of the given key that made it, or why it does not count.

    `wrong` is True where it is not what the key signed; False where only the key was not given.
    """

    keyid: str | None
    problem: str = ""
    wrong: bool = False


def check_signature(content: bytes, signature: bytes, keys: Sequence[EvidenceKey], name: str) -> Signed:
    """Whether one of the keys signed the content. Raises UserError where the signature file is none."""
    if signature.lstrip().startswith(_BEGIN):
        return _ssh(content, signature, keys, name)
    return _dsse(content, signature, keys, name)


def _ssh(content: bytes, armoured: bytes, keys: Sequence[EvidenceKey], name: str) -> Signed:
    head, found, _ = armoured.partition(_END)
    try:
        blob = base64.b64decode(b"".join(head.replace(_BEGIN, b"", 1).split()), validate=True)
        if not found or not blob.startswith(_MAGIC + b"\0\0\0\1"):
            raise ValueError("no signature of version 1")  # noqa: TRY301 - one way out
        public, namespace, _reserved, algorithm, signed = _fields(blob[len(_MAGIC) + 4 :], 5)
        kind, raw_key = _fields(public, 2)
        signature_kind, raw = _fields(signed, 2)
        if (kind, signature_kind) != (_KEY_TYPE, _KEY_TYPE) or algorithm not in _HASHES:
            raise ValueError("another kind than Ed25519")  # noqa: TRY301 - as above
    except (binascii.Error, ValueError) as error:
        raise bad_report(name, f"this is no SSH signature that can be read: {error}", _REMEDY) from error
    key = next((one for one in keys if one.public == raw_key), None)
    if key is None:
        return Signed(None, "signed by a key that was not given with --evidence-key")
    if namespace != NAMESPACE.encode():
        shown = namespace[:40].decode("ascii", "replace")
        return Signed(None, f"the signature is for {shown!r}, not for {NAMESPACE!r}", wrong=True)
    digest = _HASHES[algorithm](content).digest()
    message = _MAGIC + b"".join(map(_string, (namespace, _reserved, algorithm, digest)))
    return _checked([(key, raw)], message)


def _dsse(content: bytes, envelope: bytes, keys: Sequence[EvidenceKey], name: str) -> Signed:
    document = read_json(envelope, name)
    try:
        kind = document["payloadType"]
        payload = base64.b64decode(document["payload"], validate=True)
        pairs = [(str(one.get("keyid")), base64.b64decode(one["sig"], validate=True)) for one in document["signatures"]]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise bad_report(name, "this is neither an SSH signature nor a DSSE envelope", _REMEDY) from error
    if kind != PAYLOAD_TYPE or payload != content:
        what = "another file than this one" if kind == PAYLOAD_TYPE else f"{str(kind)[:60]!r}, not {PAYLOAD_TYPE!r}"
        return Signed(None, f"the envelope holds {what}", wrong=True)
    by_id = {key.keyid: key for key in keys}
    known = [(by_id[keyid], raw) for keyid, raw in pairs if keyid in by_id]
    if not known:
        return Signed(None, "signed by a key that was not given with --evidence-key")
    return _checked(known, b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload))


def _checked(pairs: Iterable[tuple[EvidenceKey, bytes]], message: bytes) -> Signed:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to load, and rarely needed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as above

    keyid = None
    for key, raw in pairs:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw, message)
        except InvalidSignature:
            return Signed(None, f"the signature is not what key {key.keyid} signed", wrong=True)
        keyid = keyid or key.keyid
    return Signed(keyid)


def _fields(data: bytes, count: int) -> list[bytes]:
    """The `count` strings of RFC 4251 that the data consists of. Raises ValueError where it does not."""
    found = []
    for _ in range(count):
        length = int.from_bytes(data[:4])
        if len(data) < 4 + length:
            raise ValueError("it is truncated")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise ValueError("it has something behind its end")
    return found


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data
