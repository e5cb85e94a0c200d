# ruff: noqa: INP001, T201 - a program that stands alone and prints
"""Verify a certificate of auditor without auditor: python docs/verify_certificate.py CERT.md KEY.pub [KEY.pub ...].

Needs Python 3.11 and `cryptography` alone. It checks that each of the keys (PEM) signed exactly this text and, where
they lie beside it, the JSON report; not whether the text is true: that is for `auditor verify --repo`.
"""

import base64
import contextlib
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

BEGIN = b"<!-- auditor: begin signature; every byte above this line is signed -->\n"
END = b"\n```\n<!-- auditor: end signature -->\n"


def verify(key: bytes, signature: bytes, signed: bytes) -> None:
    """Raises InvalidSignature unless the key made the signature; the key alone says how it must be made."""
    public = load_pem_public_key(key)
    if isinstance(public, Ed25519PublicKey):
        public.verify(signature, signed)
    elif isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        public.verify(signature, signed, ec.ECDSA(SHA256()))
    elif isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:  # noqa: PLR2004 - bits
        public.verify(signature, signed, padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO), SHA256())
    else:
        sys.exit("FAIL: the key is of a kind that is not accepted")


def has_signed(key: bytes, signatures: list[bytes], signed: bytes) -> bool:
    """Whether one of the signatures is the key's."""
    for signature in signatures:
        with contextlib.suppress(InvalidSignature):
            verify(key, signature, signed)
            return True
    return False


def main(certificate: pathlib.Path, *keys: pathlib.Path) -> str:
    """What the certificate states; ends the program where one of the keys did not sign exactly this."""
    body, end = certificate.read_bytes().split(BEGIN)
    if not end.endswith(END):
        sys.exit("FAIL: something stands behind the signature")
    encoded = end.removesuffix(END).split(b"\n```\n")[1].replace(b"\n", b"")
    envelope = json.loads(base64.b64decode(encoded, validate=True))
    payload, kind = base64.b64decode(envelope["payload"], validate=True), envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signatures = [base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"]]
    missing = [key.name for key in keys if not has_signed(key.read_bytes(), signatures, signed)]
    if missing or not keys:
        sys.exit(f"FAIL: InvalidSignature, not signed by {', '.join(missing) or 'any key: none was named'}")
    statement = json.loads(payload)
    digests = {subject["name"]: subject["digest"].get("sha256") for subject in statement["subject"]}
    name, stated = statement["predicate"]["certificateId"], statement["predicate"]
    if digests[f"{name}.md"] != hashlib.sha256(body).hexdigest():
        sys.exit("FAIL: the text is not what was signed")
    report = certificate.with_name(f"{name}.json")
    if report.exists() and digests[report.name] != hashlib.sha256(report.read_bytes()).hexdigest():
        sys.exit("FAIL: the JSON report is not what was signed")
    return f"OK: {name}, {stated['decision']}, {stated['score']['overall']}/100, valid until {stated['validUntil']}"


if __name__ == "__main__":
    try:
        print(main(*map(pathlib.Path, sys.argv[1:])))
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        sys.exit(f"FAIL: {type(error).__name__} {error}")
