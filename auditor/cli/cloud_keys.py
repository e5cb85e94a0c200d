"""Signers whose keys lie elsewhere, named by a URI: services of the clouds, PKCS#11 tokens, HashiCorp Vault.

The public key is asked of the service and must be of a kind that is accepted; what it is named in the certificate
follows from its content here, not from what the service calls it. Each signature is checked before it is used.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from auditor.certificate.keys import accepted_key, crypto_key
from auditor.certificate.signing_library import (
    Signature,
    Signs,
    SSlibKey,
    UnverifiedSignatureError,
    VerificationError,
    cloud_signer,
)
from auditor.errors import Place, UserError

__all__ = ["CLOUDS", "CheckedSigner", "cloud_signer_from"]

AskSecret = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Cloud:
    """A scheme of URIs: securesystemslib's module and class for it, the library that it needs, and our extra for that."""

    module: str
    signer: str
    library: str
    extra: str
    form: str


CLOUDS = {
    "awskms": _Cloud("_aws_signer", "AWSSigner", "boto3", "awskms", "awskms:KEY-ID, ARN or alias/NAME"),
    "azurekms": _Cloud(
        "_azure_signer", "AzureSigner", "azure.keyvault.keys", "azurekms",
        "azurekms://VAULT.vault.azure.net/keys/NAME/VERSION",
    ),
    "gcpkms": _Cloud(
        "_gcp_signer", "GCPSigner", "google.cloud.kms", "gcpkms",
        "gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V",
    ),
    "hsm": _Cloud("_hsm_signer", "HSMSigner", "pkcs11", "hsm", "hsm:[ID][?label=LABEL]"),
    "hv": _Cloud("_vault_signer", "VaultSigner", "hvac", "vault", "hv:NAME/VERSION"),
}  # fmt: skip
"""The schemes of URIs for keys that lie elsewhere."""


class CheckedSigner:
    """A signer of securesystemslib's whose signatures are checked with the public key that it says it has."""

    def __init__(self, signer: Signs, public_key: SSlibKey, source: str) -> None:
        self._signer = signer
        self._source = source
        self.public_key = public_key

    def sign(self, payload: bytes) -> Signature:
        """The signature of the payload. Raises UserError where the service fails, or gives one that is wrong."""
        try:
            signature = Signature(self.public_key.keyid, self._signer.sign(payload).signature)
        except Exception as error:  # each library has errors of its own
            raise _failed(self._source, error) from error
        try:
            self.public_key.verify_signature(signature, payload)
        except (UnverifiedSignatureError, VerificationError) as error:
            message = "the service gave a signature that does not belong to its public key"
            raise UserError(message, place=Place(self._source), remedy="ask its owner which key this is") from error
        return signature


def cloud_signer_from(uri: str, ask_secret: AskSecret) -> CheckedSigner:
    """The signer that a URI names, with credentials of the surroundings (what each of them needs: docs/trust.md).

    `ask_secret` gives the PIN of a token. Raises UserError where the library is not installed, the service fails, or
    the key is of a kind that is not accepted.
    """
    scheme = uri.partition(":")[0]
    cloud = CLOUDS[scheme]
    if not _installed(cloud.library):
        message = f"signing with {scheme}: needs a library that is not installed"
        raise UserError(message, place=Place(uri), remedy=f"pip install 'auditor[{cloud.extra}]'")
    signer_class = getattr(cloud_signer(cloud.module), cloud.signer)
    try:
        found, stated = _import(signer_class, scheme, uri, ask_secret)
        public = _accepted(stated, uri)
        signer = signer_class.from_priv_key_uri(found, public, ask_secret)
    except UserError:
        raise
    except Exception as error:  # each library has errors of its own
        raise _failed(uri, error) from error
    return CheckedSigner(signer, public, uri)


def _installed(library: str) -> bool:
    try:
        return importlib.util.find_spec(library) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def _import(signer_class: Any, scheme: str, uri: str, ask_secret: AskSecret) -> tuple[str, SSlibKey]:  # noqa: ANN401 - loaded by name
    """The URI of the very key, and its public key as the service gives it."""
    parts = urlsplit(uri)
    found: tuple[str, SSlibKey]
    match scheme:
        case "azurekms":
            names = parts.path.strip("/").split("/")
            if not parts.hostname or len(names) not in {2, 3} or names[0] != "keys":
                raise _malformed(uri, scheme)
            found = signer_class.import_(parts.hostname.split(".")[0], names[1])
        case "hsm":
            if parts.path and not parts.path.isdecimal():
                raise _malformed(uri, scheme)
            label = dict(parse_qsl(parts.query)).get("label")
            found = signer_class.import_(int(parts.path) if parts.path else None, label, ask_secret)
        case "hv":
            found = signer_class.import_(parts.path.partition("/")[0])
        case _:
            found = signer_class.import_(uri.partition(":")[2])
    if scheme in {"azurekms", "hv"} and found[0] != uri and not found[0].startswith(uri.rstrip("/") + "/"):
        message = f"the newest version of this key is {found[0]}"
        raise UserError(message, place=Place(uri), remedy="name that version, or the key without one")
    return found


def _accepted(stated: SSlibKey, uri: str) -> SSlibKey:
    """The key that the service states as one of ours; its scheme must be the one that is accepted of its kind."""
    public = accepted_key(crypto_key(stated), source=uri)
    if public.scheme != stated.scheme:
        message = f"this key signs with {stated.scheme}, and only {public.scheme} is accepted of its kind"
        raise UserError(message, place=Place(uri), remedy="use a key that signs with that")
    return public


def _malformed(uri: str, scheme: str) -> UserError:
    return UserError("this names no key", place=Place(uri), remedy=f"write {CLOUDS[scheme].form}")


def _failed(source: str, error: Exception) -> UserError:
    reason = str(error) or type(error).__name__
    remedy = "see docs/trust.md for what this service needs"
    return UserError(f"the signing service failed: {reason}", place=Place(source), remedy=remedy)
