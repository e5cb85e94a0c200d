"""Certificates after what people and programs do to files: each fails, and is told what happened to it."""

import base64
import json
import shutil
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.certificate.envelope import BEGIN
from tests.e2e.conftest import Completed, git, make_repository, run_auditor

BEGIN_LINE = BEGIN.encode()
ONE_DAY = 86_400
TITLE = "Übermittlung"
CONFIGURATION = f"components:\n  delivery: {{kind: delivery, title: {TITLE}, paths: [/.github/]}}\n"


@dataclass(frozen=True)
class Issued:
    """A signed certificate in a folder of its own, and the key that it is verified with."""

    home: Path
    text: Path
    key: Path

    @property
    def report(self) -> Path:
        return self.text.with_suffix(".json")

    def verify(self, *options: object) -> Completed:
        return run_auditor(self.home, "verify", self.text, "--key", self.key, *options)


def issue(home: Path, days_ago: int = 0) -> Issued:
    """A certificate of the repository that is not ready, issued some days ago."""
    folder = make_repository(home, "hollow")
    (folder / ".auditor.yaml").write_text(CONFIGURATION, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Name a component")
    assert run_auditor(home, "keys", "generate", home / "key").returncode == 0
    when = str(int(time.time()) - days_ago * ONE_DAY)
    done = run_auditor(home, "scan", folder, "--out", home / "out", "--sign", home / "key", SOURCE_DATE_EPOCH=when)
    assert done.returncode == 1, done.stderr
    (text,) = (home / "out").glob("*.md")
    return Issued(home, text, home / "key.pub")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    issued = issue(tmp_path_factory.mktemp("issued"))
    done = issued.verify()
    assert done.returncode == 0, done.stdout
    return issued


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(tmp_path_factory.mktemp("other"), days_ago=1)


@pytest.fixture
def issued(original: Issued, tmp_path: Path) -> Issued:
    """The certificate, its JSON and the key in a folder whose files a test may change."""
    for path in (original.text, original.report):
        shutil.copy(path, tmp_path)
    return Issued(tmp_path, tmp_path / original.text.name, original.key)


def failure(done: Completed) -> str:
    """What is told of a certificate that is not verified, and was no reason to end."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("NOT VERIFIED")
    return done.stdout


def spread_tables(text: str) -> str:
    """As formatters of Markdown align the columns of tables."""
    lines = [line.replace(" | ", "   |   ").replace("---", "------") if line.startswith("|") else line
             for line in text.split("\n")]  # fmt: skip
    return "\n".join(lines)


def wrapped(text: str) -> str:
    return text.replace("A criterion that is not met costs", "A criterion that is not\nmet costs")


def as_text(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda data: change(data.decode()).encode()


def twice(data: bytes) -> bytes:
    return data + data


WAYS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "line ends were changed to CRLF: convert them back to LF"),
    "CR": (lambda data: data.replace(b"\n", b"\r"), "line ends were changed to CR: convert them back to LF"),
    "trailing blanks": (lambda data: data.replace(b".\n", b".  \n"), "blanks were added to the ends of lines"),
    "NFD": (as_text(lambda text: unicodedata.normalize("NFD", text)), "the text was normalised (Unicode"),
    "a byte order mark": (lambda data: b"\xef\xbb\xbf" + data, "a byte order mark was put before the text"),
    "another encoding": (lambda data: data.decode().encode("utf-16"), "another encoding (UTF-16)"),
    "Latin-1": (lambda data: data.replace("Ü".encode(), b"\xdc"), "is no UTF-8"),
    "tables": (as_text(spread_tables), "tables were indented anew"),
    "wrapping": (as_text(wrapped), "its lines were wrapped or indented anew"),
    "an empty line at the end": (lambda data: data + b"\n", "line ends at the end of the file were added or cut off"),
    "no line end at the end": (lambda data: data[:-1], "line ends at the end of the file were added or cut off"),
    "CRLF and a byte order mark": (
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
        "a byte order mark was put before the text: take it away",
    ),
    "cut in the signature": (lambda data: data[:-300], "it was cut off in its signature section, which begins on line"),
    "cut in the text": (lambda data: data[:9000], "it was cut off before its signature section"),
    "cut at its beginning": (lambda data: data[data.index(BEGIN_LINE) + 10 :], "the begin of its signature section"),
    "no certificate": (lambda _: b"# Readiness\n", "this is no certificate of auditor"),
    "nothing": (lambda _: b"", "this is no certificate of auditor"),
    "two certificates": (twice, "two certificates stand in this file; the second begins on line"),
    "two signature sections": (
        lambda data: data + data[data.index(BEGIN_LINE) :],
        "two signature sections, each with an envelope, stand in this file; the second begins on line",
    ),
    "two envelopes": (
        lambda data: data.replace(b"```\n<!-- auditor: end", b"```\n\n```\nQUFB\n```\n<!-- auditor: end"),
        "two envelopes stand in its signature section; the second begins on line",
    ),
    "an edit": (
        lambda data: data.replace(b"## Summary", b"## Abstract"),
        "'## Abstract' stands there, and '## Summary' was signed",
    ),
    "GO around a signed NO-GO": (
        lambda data: data.replace(b"**Decision: NO-GO**", b"**Decision: GO**"),
        "the text says GO, and what was signed is NO-GO",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_changed_certificate_fails_and_is_told_what_happened(issued: Issued, way: str) -> None:
    change, told = WAYS[way]
    content = issued.text.read_bytes()
    changed = change(content)
    assert changed != content
    issued.text.write_bytes(changed)
    diagnoses = [line for line in failure(issued.verify()).splitlines() if line.startswith("  FAIL  diagnosis: ")]
    assert any(told in line for line in diagnoses), diagnoses


def test_what_was_undone_as_told_verifies_again(issued: Issued) -> None:
    content = issued.text.read_bytes()
    issued.text.write_bytes(content.replace(b"\n", b"\r\n"))
    assert "convert them back to LF" in failure(issued.verify())
    issued.text.write_bytes(issued.text.read_bytes().replace(b"\r\n", b"\n"))
    assert issued.verify().returncode == 0


def test_the_second_certificate_is_found_at_its_line(issued: Issued) -> None:
    content = issued.text.read_bytes()
    issued.text.write_bytes(content + content)
    line = content.count(b"\n") + 1
    assert f"two certificates stand in this file; the second begins on line {line}:" in failure(issued.verify())


def test_the_envelope_of_another_certificate(issued: Issued, other: Issued) -> None:
    text, foreign = issued.text.read_bytes(), other.text.read_bytes()
    issued.text.write_bytes(text[: text.index(BEGIN_LINE)] + foreign[foreign.index(BEGIN_LINE) :])
    told = f"the envelope is that of another certificate: {other.text.stem}, and the text is {issued.text.stem}"
    assert told in failure(issued.verify())


def test_a_key_id_that_stands_twice_in_the_envelope(issued: Issued) -> None:
    text = issued.text.read_bytes()
    encoded = text[text.index(BEGIN_LINE) :].split(b"\n```\n")[1]
    envelope = json.loads(base64.b64decode(encoded))
    envelope["signatures"] *= 2
    doubled = json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()
    issued.text.write_bytes(text.replace(encoded, base64.b64encode(doubled)))
    told = failure(issued.verify())
    assert "FAIL  form: the envelope cannot be read:" in told
    assert "keyid" in told


def test_without_its_report_it_is_said_what_could_not_be_checked(issued: Issued) -> None:
    issued.report.unlink()
    done = issued.verify()
    assert "?     report: the JSON report is not at hand" in done.stdout
    assert "?     due: the due dates stand in the JSON report, which is not at hand" in done.stdout
    assert done.returncode == 0


def test_the_report_of_another_certificate(issued: Issued, other: Issued) -> None:
    shutil.copy(other.report, issued.report)
    assert f"the JSON report is that of another certificate: {other.text.stem}" in failure(issued.verify())


REPORTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "of the JSON report: line ends were changed to CRLF"),
    "cut": (lambda data: data[: len(data) // 2], "the JSON report was cut off or edited: not JSON"),
    "another indentation": (
        lambda data: json.dumps(json.loads(data), indent=4, ensure_ascii=False).encode(),
        "the JSON report was written anew by another program",
    ),
    "an edit": (lambda data: data.replace(b'"NO-GO"', b'"GO"'), "the JSON report was edited"),
}


@pytest.mark.parametrize("way", REPORTS)
def test_a_changed_report_fails_and_is_told_what_happened(issued: Issued, way: str) -> None:
    change, told = REPORTS[way]
    issued.report.write_bytes(change(issued.report.read_bytes()))
    assert f"FAIL  diagnosis: {told}" in failure(issued.verify())


def test_an_expired_certificate(tmp_path: Path) -> None:
    issued = issue(tmp_path, days_ago=40)
    told = failure(issued.verify())
    assert "FAIL  validity: it expired on" in told
    assert "FAIL  due: C1 was due on" in told


def test_a_certificate_from_the_future_is_refused(tmp_path: Path) -> None:
    told = failure(issue(tmp_path, days_ago=-3).verify())
    assert "FAIL  time: it is dated" in told
    assert "which is in the future" in told


def test_a_certificate_that_is_older_than_its_commit_is_doubted(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "ready")
    run_auditor(tmp_path, "keys", "generate", tmp_path / "key")
    run_auditor(
        tmp_path, "scan", folder, "--out", tmp_path / "out", "--sign", tmp_path / "key", SOURCE_DATE_EPOCH="1700000000"
    )
    (text,) = (tmp_path / "out").glob("*.md")
    told = failure(Issued(tmp_path, text, tmp_path / "key.pub").verify())
    assert "?     time: it is dated 2023-11-14T22:13:20Z, before its commit was made (2026-09-21T14:13:20Z)" in told


def test_a_file_of_more_than_64_megabytes_is_refused_and_the_others_are_verified(issued: Issued) -> None:
    huge = issued.home / "huge.md"
    with huge.open("wb") as file:
        file.truncate(64_000_001)
    done = issued.verify(huge)
    assert done.returncode == 2
    assert "huge.md: this is larger than a certificate ever is" in done.stderr
    assert done.stdout.startswith("VERIFIED")


def test_a_file_of_64_megabytes_is_judged(issued: Issued) -> None:
    with issued.text.open("ab") as file:
        file.write(b"x" * (64_000_000 - issued.text.stat().st_size))
    assert "FAIL  form" in failure(issued.verify())


def test_a_certificate_that_is_not_there_does_not_keep_others_from_being_verified(issued: Issued) -> None:
    done = issued.verify(issued.home / "absent.md")
    assert done.returncode == 2
    assert "absent.md: cannot be read: No such file or directory" in done.stderr
    assert done.stdout.startswith("VERIFIED")
