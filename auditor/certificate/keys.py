"""Keys: made, and read from PEM or OpenSSH text. Where the text comes from is not decided here.

Certificates are signed with Ed25519 keys, and by services that hold keys of other kinds. Public keys of three kinds
are accepted, each with one scheme: what is signed with cannot be chosen by whoever made the signature.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

from auditor.certificate.signing_library import CryptoSigner, SSlibKey
from auditor.errors import Place, UserError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

__all__ = [
    "KeyPair", "accepted_key", "crypto_key", "generate", "load_public_key", "load_signer", "openssh_fingerprint", "openssh_text",
    "private_mark", "public_text",
]  # fmt: skip

_WANTED = "give an Ed25519 key, such as 'auditor keys generate' makes"
_ACCEPTED = "there are Ed25519, ECDSA on P-256, and RSA of 2048 bits or more"
_LEAST_RSA_BITS = 2048
_PURPOSE = b"auditor: what is remembered of certificates that this key has signed"
"""Signed for its signature, which is never shown. No envelope begins so."""
_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key (PKCS8, PEM) and its public key (PEM), as the bytes of their files; `keyid` names both."""

    private: bytes
    public: bytes
    keyid: str


def generate(passphrase: bytes | None = None) -> KeyPair:
    """A new key pair; the private key is encrypted where there is a passphrase."""
    key = Ed25519PrivateKey.generate()
    protection: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    public = SSlibKey.from_crypto(key.public_key())
    return KeyPair(private, public_text(public), public.keyid)


def load_signer(content: bytes, *, passphrase: bytes | None = None, source: str = "signing key") -> CryptoSigner:
    """A signer from a private key in PEM or OpenSSH format.

    `source` names where it came from in errors. Raises UserError on a wrong or missing passphrase, on a
    key of another kind, and on what is no private key.
    """
    load = load_ssh_private_key if _OPENSSH in content else load_pem_private_key
    try:
        key = load(_tidy(content), passphrase)
    except TypeError as error:  # the library's way to say: passphrase missing, or given in vain
        raise _passphrase_error(source, given=passphrase is not None) from error
    except UnsupportedAlgorithm as error:
        remedy = "encrypt it as PKCS8, such as 'auditor keys generate' does"
        raise UserError(str(error), place=Place(source), remedy=remedy) from error
    except ValueError as error:
        raise _unreadable(content, passphrase, source) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError("this is a private key of another kind than Ed25519", place=Place(source), remedy=_WANTED)
    return CryptoSigner(key)


def private_mark(signer: CryptoSigner) -> bytes:
    """32 bytes that only who holds the private key can work out: Ed25519 signs the same text with the same bytes."""
    return hashlib.sha256(bytes.fromhex(signer.sign(_PURPOSE).signature)).digest()


def load_public_key(content: bytes, *, source: str = "public key") -> SSlibKey:
    """A public key in PEM or OpenSSH format. Raises UserError on anything else; a private key is refused by name."""
    if b"PRIVATE KEY" in content:
        raise UserError("this is a private key", place=Place(source), remedy="give the .pub file beside it")
    try:
        ssh = content.lstrip().startswith((b"ssh-", b"ecdsa-sha2-"))
        key = load_ssh_public_key(content.strip()) if ssh else load_pem_public_key(_tidy(content))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UserError(
            "this is no public key in PEM or OpenSSH format", place=Place(source), remedy=_WANTED
        ) from error
    return accepted_key(key, source=source)


def accepted_key(key: PublicKeyTypes, *, source: str) -> SSlibKey:
    """A key of the library's as one that signatures are verified with, named after its content.

    Raises UserError unless it is Ed25519 (scheme ed25519), ECDSA on P-256 (ecdsa-sha2-nistp256), or RSA of 2048 bits
    or more (rsassa-pss-sha256).
    """
    accepted = (
        isinstance(key, Ed25519PublicKey)
        or (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1))
        or (isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS)
    )
    if not accepted:
        raise UserError("this is a public key of a kind that is not accepted", place=Place(source), remedy=_ACCEPTED)
    return SSlibKey.from_crypto(key)


def public_text(key: SSlibKey) -> bytes:
    """A public key as the PEM bytes of its file."""
    return crypto_key(key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def openssh_text(key: SSlibKey) -> str:
    """A public key as OpenSSH writes it, without a comment."""
    return crypto_key(key).public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")


def openssh_fingerprint(key: SSlibKey) -> str:
    """The fingerprint of a public key as ``ssh-keygen -l`` prints it."""
    blob = base64.b64decode(openssh_text(key).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def crypto_key(key: SSlibKey) -> PublicKeyTypes:
    """A key of securesystemslib's as one of cryptography's. Raises ValueError where it holds none."""
    if key.keytype == "ed25519":
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.keyval["public"]))
    return load_pem_public_key(key.keyval["public"].encode("ascii"))


def _tidy(content: bytes) -> bytes:
    r"""Line ends as the parsers want them; an environment variable may hold ``\n`` in their place."""
    if b"\n" not in content.strip():
        content = content.replace(b"\\n", b"\n")
    return content.strip().replace(b"\r\n", b"\n") + b"\n"


def _passphrase_error(source: str, *, given: bool) -> UserError:
    if given:
        return UserError("this key has no passphrase, and one was given", place=Place(source), remedy="leave it out")
    return UserError("this key needs its passphrase", place=Place(source), remedy="set AUDITOR_SIGNING_PASSPHRASE")


def _unreadable(content: bytes, passphrase: bytes | None, source: str) -> UserError:
    if b"PRIVATE KEY" not in content:
        return UserError("this is no private key in PEM or OpenSSH format", place=Place(source), remedy=_WANTED)
    if passphrase is not None:
        return UserError("the passphrase is wrong, or the key is damaged", place=Place(source), remedy="check both")
    if _OPENSSH in content:
        return UserError("this key is damaged, or needs its passphrase", place=Place(source), remedy="check both")
    return UserError("this private key is damaged or of an unknown kind", place=Place(source), remedy=_WANTED)
