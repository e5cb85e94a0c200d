"""A service that signs is believed as far as its signatures go."""

from __future__ import annotations

import pytest
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from auditor.cli.cloud_keys import CheckedSigner
from auditor.errors import UserError


@pytest.fixture
def signer() -> CryptoSigner:
    return CryptoSigner.generate_ed25519()


@pytest.fixture
def stranger() -> SSlibKey:
    return CryptoSigner.generate_ecdsa().public_key


class Elsewhere:
    """A service that says it has one key, and signs with another, or fails."""

    def __init__(self, public_key: SSlibKey, signer: CryptoSigner | None) -> None:
        self.public_key = public_key
        self.signer = signer

    def sign(self, payload: bytes) -> Signature:
        if self.signer is None:
            raise ConnectionError("no answer")
        return self.signer.sign(payload)


def test_a_signature_bears_the_name_of_the_key_that_made_it(signer: CryptoSigner) -> None:
    checked = CheckedSigner(Elsewhere(signer.public_key, signer), signer.public_key, "awskms:x")
    signature = checked.sign(b"data")
    assert signature.keyid == signer.public_key.keyid
    signer.public_key.verify_signature(signature, b"data")


def test_a_signature_of_another_key_is_refused(signer: CryptoSigner, stranger: SSlibKey) -> None:
    checked = CheckedSigner(Elsewhere(stranger, signer), stranger, "awskms:x")
    with pytest.raises(UserError, match="does not belong to its public key"):
        checked.sign(b"data")


def test_a_service_that_fails_is_named(stranger: SSlibKey) -> None:
    checked = CheckedSigner(Elsewhere(stranger, None), stranger, "awskms:x")
    with pytest.raises(UserError, match=r"^awskms:x: the signing service failed: no answer"):
        checked.sign(b"data")
