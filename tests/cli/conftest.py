"""Certificates for the commands that work on them; scanned once for each module."""

from pathlib import Path

import pytest

from tests.cli.certificates import Issued, issue


@pytest.fixture(scope="module")
def signed_once(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(tmp_path_factory.mktemp("issued"))


@pytest.fixture
def issued(signed_once: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Issued:
    """A certificate signed by ``ci``, for this test alone."""
    monkeypatch.delenv("AUDITOR_SIGNING_KEY", raising=False)
    monkeypatch.delenv("AUDITOR_SIGNING_PASSPHRASE", raising=False)
    return signed_once.copy(tmp_path / "issued")
