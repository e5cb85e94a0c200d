"""Ed25519 keys: made, and read from PEM or OpenSSH text. Where the text comes from is not decided here."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
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
from securesystemslib.signer import CryptoSigner, SSlibKey

from auditor.errors import Place, UserError

__all__ = ["KeyPair", "generate", "load_public_key", "load_signer", "public_text"]

_WANTED = "give an Ed25519 key, such as 'auditor keys generate' makes"
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


def load_public_key(content: bytes, *, source: str = "public key") -> SSlibKey:
    """A public key in PEM or OpenSSH format. Raises UserError on anything else; a private key is refused by name."""
    if b"PRIVATE KEY" in content:
        raise UserError("this is a private key", place=Place(source), remedy="give the .pub file beside it")
    try:
        ssh = content.lstrip().startswith(b"ssh-")
        key = load_ssh_public_key(content.strip()) if ssh else load_pem_public_key(_tidy(content))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UserError(
            "this is no public key in PEM or OpenSSH format", place=Place(source), remedy=_WANTED
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise UserError("this is a public key of another kind than Ed25519", place=Place(source), remedy=_WANTED)
    return SSlibKey.from_crypto(key)


def public_text(key: SSlibKey) -> bytes:
    """A public key as the PEM bytes of its file."""
    raw = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.keyval["public"]))
    return raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


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
