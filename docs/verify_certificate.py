# ruff: noqa: INP001, T201 - a program that stands alone and prints
"""Verify a certificate of auditor without auditor: python docs/verify_certificate.py CERT.md KEY.pub.

Needs Python 3.11 and `cryptography` alone. It checks that the key signed exactly this text and, where they
lie beside it, the JSON report; not whether the text is true: that is for `auditor verify --repo`.
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

BEGIN = b"<!-- auditor: begin signature; every byte above this line is signed -->\n"
END = b"\n```\n<!-- auditor: end signature -->\n"


def main(certificate: pathlib.Path, key: pathlib.Path) -> str:
    """What the certificate states; ends the program where the key did not sign exactly this."""
    body, end = certificate.read_bytes().split(BEGIN)
    if not end.endswith(END):
        sys.exit("FAIL: something stands behind the signature")
    encoded = end.removesuffix(END).split(b"\n```\n")[1].replace(b"\n", b"")
    envelope = json.loads(base64.b64decode(encoded, validate=True))
    payload, kind = base64.b64decode(envelope["payload"], validate=True), envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    public = load_pem_public_key(key.read_bytes())
    if not isinstance(public, Ed25519PublicKey):
        sys.exit("FAIL: the key is no Ed25519 key")
    public.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)
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
        print(main(*map(pathlib.Path, sys.argv[1:3])))
    except (InvalidSignature, ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        sys.exit(f"FAIL: {type(error).__name__} {error}")
