"""moto's server with a key management that signs digests as AWS does: ``python kms_server.py PORT``.

moto 5.2 reads ``MessageType: DIGEST`` and hashes the digest once more all the same
(https://github.com/getmoto/moto/pull/10202), so that no signature fits its own public key. Here a digest is signed as
it comes, as https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html says; nothing else is changed.
"""

import sys

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from moto.kms.utils import ECDSAPrivateKey, RSAPrivateKey
from moto.server import main

DIGEST = Prehashed(SHA256())


def sign_with_curve(self: ECDSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:
    assert signing_algorithm == "ECDSA_SHA_256"
    return self.private_key.sign(message, ec.ECDSA(DIGEST))


def sign_with_rsa(self: RSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:
    assert signing_algorithm == "RSASSA_PSS_SHA_256"
    return self.private_key.sign(message, padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH), DIGEST)


if __name__ == "__main__":
    ECDSAPrivateKey.sign = sign_with_curve  # type: ignore[method-assign]
    RSAPrivateKey.sign = sign_with_rsa  # type: ignore[method-assign]
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
