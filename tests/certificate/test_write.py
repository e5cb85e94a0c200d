"""A certificate is written whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from auditor.certificate.identifier import certificate_id
from auditor.certificate.write import certificate_contents, certificate_files, write_certificate
from auditor.errors import InternalError, UserError
from auditor.model.audit import Audit
from auditor.model.codec import LongReport

NAME = "PRA-SHOP-20261201-093000"
WHEN = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_three_files_are_written_into_a_folder_that_is_made(audit: Audit, signer: CryptoSigner, tmp_path: Path) -> None:
    folder = tmp_path / "certificates/2026"
    paths = write_certificate(audit, folder, signer)
    assert sorted(path.name for path in paths) == [f"{NAME}.intoto.jsonl", f"{NAME}.json", f"{NAME}.md"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert {path.name: path.read_bytes() for path in paths} == dict(certificate_files(audit, signer))


def test_the_same_audit_and_key_give_the_same_bytes(audit: Audit, signer: CryptoSigner) -> None:
    assert certificate_files(audit, signer) == certificate_files(audit, signer)


def test_a_report_in_pieces_is_the_same(
    audit: Audit, signer: CryptoSigner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dict(certificate_files(audit, signer))
    monkeypatch.setattr("auditor.certificate.write.MANY", 1)
    assert isinstance(certificate_contents(audit, signer)[f"{NAME}.json"], LongReport)
    paths = write_certificate(audit, tmp_path, signer)
    assert {path.name: path.read_bytes() for path in paths} == whole


def test_an_earlier_certificate_of_this_name_is_replaced(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.md").write_text("older")
    write_certificate(audit, tmp_path)
    assert (tmp_path / f"{NAME}.md").read_bytes() == certificate_files(audit)[f"{NAME}.md"]


def test_a_target_that_is_a_folder_or_link_is_refused_and_nothing_is_left(audit: Audit, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    (tmp_path / "first" / f"{NAME}.md").mkdir()
    (tmp_path / "second" / f"{NAME}.md").symlink_to(outside)
    for folder in (tmp_path / "first", tmp_path / "second"):
        with pytest.raises(UserError):
            write_certificate(audit, folder)
        assert [path.name for path in folder.iterdir()] == [f"{NAME}.md"]
    assert outside.read_text() == "precious"


def test_a_folder_that_is_a_file_is_refused(audit: Audit, tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("precious")
    with pytest.raises(UserError, match="cannot write here"):
        write_certificate(audit, file)
    assert file.read_text() == "precious"


def test_a_folder_that_cannot_be_made_is_refused(audit: Audit) -> None:
    with pytest.raises(UserError, match="cannot write here") as caught:
        write_certificate(audit, Path("/proc/certificates"))  # nobody makes a folder there, not even root
    assert caught.value.remedy == "name a folder that can be written"


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("production-readiness-audit", "storefront", "PRA-STOREFRONT-20261201-093000"),
        ("operational-readiness", "../../etc/passwd", "ORC-ETC-PASSWD-20261201-093000"),
        ("implementation-review", "Läden & co.", "IMR-L-DEN-CO-20261201-093000"),
        ("final-review", "\n", "FIN-REPOSITORY-20261201-093000"),
        ("final-review", "a" * 50, f"FIN-{'A' * 40}-20261201-093000"),
    ],
)
def test_the_id_is_safe_as_a_file_name(kind: str, name: str, expected: str) -> None:
    assert certificate_id(kind, name, WHEN) == expected
    assert certificate_id(kind, name, WHEN.astimezone(timezone(timedelta(hours=5)))) == expected


def test_an_unknown_kind_has_no_id() -> None:
    with pytest.raises(InternalError):
        certificate_id("praise", "shop", WHEN)
