"""securesystemslib, loaded without the libraries of the clouds.

Its package imports every signer that it knows, and with them boto3, google-cloud-kms and others wherever they are
installed: seconds, for a verification that needs none of them. So they are hidden while it is loaded
(https://docs.python.org/3/reference/import.html#the-module-cache), and `cloud_signer` loads the one that is asked
for. Every other module of this package takes securesystemslib from here.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Protocol

__all__ = [
    "CryptoSigner", "Envelope", "FormatError", "SSlibKey", "Signature", "Signs", "UnverifiedSignatureError",
    "VerificationError", "cloud_signer",
]  # fmt: skip

_CLOUDS = ("boto3", "botocore", "google.cloud", "azure", "pkcs11", "hvac", "keylet")


@contextmanager
def _hidden() -> Iterator[None]:
    absent = [name for name in _CLOUDS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: an import of it fails
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _hidden():
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import FormatError, UnverifiedSignatureError, VerificationError
    from securesystemslib.signer import CryptoSigner, Signature, SSlibKey


class Signs(Protocol):
    """What signs: a signer of securesystemslib's, or one of ours around it."""

    @property
    def public_key(self) -> SSlibKey:
        """The key that its signatures are verified with."""
        ...

    def sign(self, payload: bytes) -> Signature:
        """The signature of the payload."""
        ...


def cloud_signer(module: str) -> ModuleType:
    """The module of a cloud's signer in securesystemslib, such as ``_aws_signer``, with what it imports.

    What it would log of a failure is in the error that it raises, and is not printed twice.
    """
    logging.getLogger("securesystemslib").addHandler(logging.NullHandler())
    return importlib.reload(importlib.import_module(f"securesystemslib.signer.{module}"))
