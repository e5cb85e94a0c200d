"""A certificate of a work tree of which nothing has changed is issued again: it says what one says that is made anew."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from auditor.certificate.keys import generate, load_signer
from auditor.certificate.signing_library import CryptoSigner
from auditor.cli.issuing import Issuer
from auditor.cli.main import run
from auditor.cli.making import made
from auditor.cli.reaudit import Reaudit
from auditor.model.codec import LongReport
from auditor.repo.memory_store import MemoryStore
from auditor.request import Request
from tests.e2e.conftest import REPOSITORIES, git, make_repository

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=3, seconds=7)
ALONE = Reaudit(None, (), None)


class Watched(MemoryStore):
    """Tells what is in it, and forgets everything but certificates, so that whatever else is worked out shows."""

    def rows(self) -> dict[bytes, bytes]:
        return dict(self._entries)

    def only_certificates(self) -> None:
        self._entries = {key: row for key, row in self._entries.items() if key.startswith(b"issued")}


@pytest.fixture(scope="module")
def key() -> CryptoSigner:
    return load_signer(generate().private)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_repository(tmp_path, "ready", "storefront")


def store(seconds: float = 3600) -> Watched:
    """One that is opened so many seconds from now: what was written just now is at rest by then."""
    return Watched(now=time.time() + seconds)


def files(
    project: Path, kept: Watched | None, when: datetime, key: CryptoSigner, **asked: object
) -> Mapping[str, bytes | LongReport]:
    request = Request(repository=project, now=when, jobs=1, store=kept)
    for name, value in asked.items():
        object.__setattr__(request, name, value)
    issuer = Issuer(signer=key)
    return made(request, ALONE, issuer, None).certificate(issuer)


def issued_once(project: Path, key: CryptoSigner) -> Watched:
    kept = store()
    files(project, kept, NOW, key)
    kept.only_certificates()
    assert len(kept.rows()) == 1
    return kept


@pytest.mark.parametrize("name", sorted(folder.name for folder in REPOSITORIES.iterdir() if folder.is_dir()))
def test_it_says_at_another_time_what_is_said_anew(name: str, tmp_path: Path, key: CryptoSigner) -> None:
    project = make_repository(tmp_path, name)
    kept = issued_once(project, key)
    before = kept.rows()
    assert files(project, kept, LATER, key) == files(project, None, LATER, key)
    assert kept.rows() == before, "something was worked out, and remembered"


def test_a_report_in_pieces_is_issued_again_too(
    project: Path, key: CryptoSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.certificate.write.MANY", 1)
    kept = issued_once(project, key)
    monkeypatch.undo()
    before = kept.rows()
    assert files(project, kept, LATER, key) == files(project, None, LATER, key)
    assert kept.rows() == before, "something was worked out, and remembered"


def _append(project: Path) -> None:
    with (project / "README.md").open("a") as file:
        file.write("\nEverything is production ready: `make nothing`.\n")


def _same_size_and_time(project: Path) -> None:
    path = project / "README.md"
    about, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-2] + b"X\n")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def _untracked(project: Path) -> None:
    (project / "new.py").write_text("def run():\n    pass  # TODO: everything\n")


def _staged(project: Path) -> None:
    _untracked(project)
    git(project, "add", "new.py")


def _committed(project: Path) -> None:
    _staged(project)
    git(project, "commit", "--quiet", "--message=New")


def _moved_head(project: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message=Nothing")


def _gone(project: Path) -> None:
    (project / "README.md").unlink()


def _linked(project: Path) -> None:
    (project / "README.md").rename(project.parent / "elsewhere.md")
    (project / "README.md").symlink_to(project.parent / "elsewhere.md")


def _folder_linked(project: Path) -> None:
    folder = next(one for one in sorted(project.iterdir()) if one.is_dir() and one.name != ".git")
    folder.rename(project.parent / "elsewhere")
    (project / ".git/info/exclude").write_text(f"{folder.name}\n")
    folder.symlink_to(project.parent / "elsewhere")


def _renamed(project: Path) -> None:
    git(project, "remote", "add", "origin", "https://localhost/other-name.git")


def _shallow(project: Path) -> None:
    head = (project / ".git/refs/heads/main").read_text()
    (project / ".git/shallow").write_text(head)


def _excluding(project: Path) -> None:
    (project / ".auditor.yaml").write_text("exclude: [README.md]\n")


CHANGES = [
    _append, _same_size_and_time, _untracked, _staged, _committed, _moved_head, _gone, _linked, _folder_linked, _renamed,
    _shallow, _excluding,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_after_a_change_it_says_what_is_said_anew(
    change: Callable[[Path], None], project: Path, key: CryptoSigner
) -> None:
    kept = issued_once(project, key)
    stale = files(project, kept, LATER, key)
    change(project)
    anew = files(project, None, LATER, key)
    assert anew != stale
    assert files(project, kept, LATER, key) == anew


def test_a_file_that_git_ignores_may_change(project: Path, key: CryptoSigner) -> None:
    (project / ".git/info/exclude").write_text("*.log\n")
    kept = issued_once(project, key)
    before = kept.rows()
    (project / "run.log").write_text("one line\n")
    files(project, kept, LATER, key)
    assert kept.rows() == before


def test_a_file_that_changed_just_now_is_not_trusted(project: Path, key: CryptoSigner) -> None:
    kept = store(seconds=0)
    files(project, kept, NOW, key)
    kept.only_certificates()
    assert kept.rows() == {}


@pytest.mark.parametrize(
    "asked", [{"preview": True}, {"waivers": False}, {"own_rubric": True}, {"rubric": "library"}], ids=str
)
def test_what_was_asked_otherwise_is_answered_otherwise(
    asked: dict[str, object], project: Path, key: CryptoSigner
) -> None:
    kept = issued_once(project, key)
    assert files(project, kept, LATER, key, **asked) == files(project, None, LATER, key, **asked)


def test_on_another_day_it_is_made_anew(project: Path, key: CryptoSigner) -> None:
    kept = issued_once(project, key)
    tomorrow = NOW + timedelta(days=1)
    assert files(project, kept, tomorrow, key) == files(project, None, tomorrow, key)
    assert len(kept.rows()) > 1


def test_another_key_gets_one_of_its_own(project: Path, key: CryptoSigner) -> None:
    kept = issued_once(project, key)
    other = load_signer(generate().private)
    assert files(project, kept, LATER, other) == files(project, None, LATER, other)
    kept.only_certificates()
    assert len(kept.rows()) == len({"of the one", "of the other"})


def test_what_the_key_has_not_marked_is_not_issued(project: Path, key: CryptoSigner) -> None:
    kept = issued_once(project, key)
    ((name, row),) = kept.rows().items()
    first, _, packed = row[32:].partition(b"\n")
    text = zlib.compress(b"# Everything is fine\n", 1)
    expander = zlib.decompressobj()
    expander.decompress(packed)
    report = packed[: len(packed) - len(expander.unused_data)]
    planted = [row[:32] + first + b"\n" + report + text, bytes(32) + row[32:], b"", row[:-1], row[:32]]
    for one in planted:
        kept.keep({name: one})
        assert files(project, kept, LATER, key) == files(project, None, LATER, key)
        kept.only_certificates()


@pytest.mark.parametrize(
    "mark",
    [
        "PRA-STOREFRONT-20261103-093000",
        "PRA-STOREFRONT``-20261103-093000",
        "2026-11-03T09:30:00Z",
        "2026-11-03 09:30:00 UTC",
    ],
)
def test_a_text_with_its_time_is_no_place_for_another(mark: str, tmp_path: Path, key: CryptoSigner) -> None:
    project = make_repository(tmp_path, "ready", "storefront")
    (project / "late.py").write_text(f"def run():\n    pass  # TODO: {mark}\n")
    git(project, "add", "late.py")
    git(project, "commit", "--quiet", "--message=Late")
    kept = store()
    first = files(project, kept, NOW, key)
    assert any(mark.encode() in content for content in first.values())
    kept.only_certificates()
    assert kept.rows() == {}


def test_the_command_says_the_same_twice(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("auditor.cli.cache.time", SimpleNamespace(time=lambda: time.time() + 3600))
    monkeypatch.setenv("AUDITOR_SIGNING_KEY", generate().private.decode())
    told = []
    for epoch, folder in (("1793698200", "one"), ("1793698200", "two"), ("1793698260", "three")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        out = tmp_path / folder
        report = tmp_path / f"{folder}.json"
        status = run(["scan", str(project), "--out", str(out), "--format", f"json:{report}"])
        printed = capsys.readouterr()
        told.append((status, printed.out, report.read_bytes(), {one.name: one.read_bytes() for one in out.iterdir()}))
    assert told[0] == told[1]
    assert told[2][:2] == told[0][:2]
    assert told[2][3].keys() != told[0][3].keys()
