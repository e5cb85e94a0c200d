"""A service that signs is believed as far as its signatures go."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from auditor.cli import cloud_keys
from auditor.cli.cloud_keys import CLOUDS, CheckedSigner, cloud_signer_from
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


class Service:
    """Stands for securesystemslib's signer of a service that cannot run here: it notes what it is asked for."""

    def __init__(self, uri: str, key: SSlibKey, signer: CryptoSigner | None = None) -> None:
        self.uri = uri
        self.key = key
        self.signer = signer
        self.asked: tuple[object, ...] = ()
        self.opened = ""

    def import_(self, *asked: object) -> tuple[str, SSlibKey]:
        self.asked = asked
        return self.uri, self.key

    def from_priv_key_uri(self, uri: str, public_key: SSlibKey, _ask: object) -> Elsewhere:
        self.opened = uri
        return Elsewhere(public_key, self.signer)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Service], None]:
    def put(service: Service) -> None:
        names = {cloud.signer: service for cloud in CLOUDS.values()}
        monkeypatch.setattr(cloud_keys, "cloud_signer", lambda _module: SimpleNamespace(**names))
        monkeypatch.setattr(cloud_keys, "_installed", lambda _library: True)

    return put


Use = Callable[[Service], None]
AZURE = "azurekms://shop.vault.azure.net/keys/ci"


def no_secret(name: str) -> str:
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("uri", "newest", "asked"),
    [
        (AZURE, f"{AZURE}/v2", ("shop", "ci")),
        (f"{AZURE}/v2", f"{AZURE}/v2", ("shop", "ci")),
        ("hv:ci", "hv:ci/12", ("ci",)),
        ("hv:ci/12", "hv:ci/12", ("ci",)),
        ("gcpkms:projects/p/cryptoKeyVersions/1", "gcpkms:projects/p/cryptoKeyVersions/1", ("projects/p/cryptoKeyVersions/1",)),
        ("hsm:", "hsm:2", (None, None, no_secret)),
        ("hsm:3?label=YubiKey+PIV+%2315", "hsm:3?label=YubiKey+PIV+%2315", (3, "YubiKey PIV #15", no_secret)),
        ("awskms:arn:aws:kms:eu:1:key/2", "awskms:arn:aws:kms:eu:1:key/2", ("arn:aws:kms:eu:1:key/2",)),
    ],
)  # fmt: skip
def test_a_uri_names_one_key(use: Use, stranger: SSlibKey, uri: str, newest: str, asked: tuple[object, ...]) -> None:
    service = Service(newest, stranger)
    use(service)
    assert cloud_signer_from(uri, no_secret).public_key == stranger
    assert (service.asked, service.opened) == (asked, newest)


@pytest.mark.parametrize(
    ("uri", "newest"),
    [("hv:ci/1", "hv:ci/12"), (f"{AZURE}/v1", f"{AZURE}/v2"), ("hv:ci/2", "hv:ci/3")],
)
def test_a_version_that_is_not_the_newest_is_not_replaced_silently(
    use: Use, stranger: SSlibKey, uri: str, newest: str
) -> None:
    use(Service(newest, stranger))
    with pytest.raises(UserError, match="newest version of this key is"):
        cloud_signer_from(uri, no_secret)


@pytest.mark.parametrize("uri", ["azurekms:ci", "azurekms://shop.vault.azure.net/secrets/ci", "hsm:two"])
def test_a_uri_of_another_form_is_refused(use: Use, stranger: SSlibKey, uri: str) -> None:
    use(Service(uri, stranger))
    with pytest.raises(UserError, match="this names no key") as caught:
        cloud_signer_from(uri, no_secret)
    assert caught.value.remedy.startswith(f"write {uri.partition(':')[0]}:")


def test_a_key_is_named_by_its_content_whatever_the_service_says(use: Use, signer: CryptoSigner) -> None:
    public = signer.public_key
    use(Service("hv:ci/1", SSlibKey("a name", public.keytype, public.scheme, public.keyval), signer))
    found = cloud_signer_from("hv:ci/1", no_secret)
    assert found.public_key.keyid == found.sign(b"data").keyid == public.keyid


def test_a_key_that_signs_in_another_way_is_refused(use: Use) -> None:
    use(Service("gcpkms:k", CryptoSigner.generate_rsa(scheme="rsa-pkcs1v15-sha256", size=2048).public_key))
    with pytest.raises(UserError, match="only rsassa-pss-sha256 is accepted"):
        cloud_signer_from("gcpkms:k", no_secret)
