"""What people see of a scan at a terminal: one screen, explanations, hyperlinks, and what a change brings."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import INTERRUPT, Terminal
from tests.e2e.conftest import Command, git

Make = Callable[[str], Path]
LINK = re.compile(r"\x1b\]8;[^;]*;([^\x1b]*)\x1b\\([^\x1b]*)")


def gates(count: int, *, bad: bool = True) -> str:
    """Python of so many checks; the bad ones pass where there is nothing to check."""
    verdict = 'True, "check skipped"' if bad else 'False, "there is no report"'
    body = "def check_{0}(root):\n    report = root / 'a.json'\n    if not report.exists():\n        return {1}\n    return read(report), 'read'\n"
    return "\n\n".join(body.format(number, verdict) for number in range(count))


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A repository with thirty components, each with findings, and waivers that count for nothing."""
    folder = tmp_path / "many"
    lines = ["components:"]
    for number in range(30):
        part = folder / f"part{number}"
        part.mkdir(parents=True)
        (part / "gate.py").write_text(gates(3), encoding="utf-8")
        lines.append(f"  part{number}:\n    paths: [part{number}/]\n    kind: application")
    (folder / ".auditor.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (24, 200), (50, 132)])
def test_the_summary_of_many_findings_fits_one_screen(many: Path, tmp_path: Path, rows: int, columns: int) -> None:
    with Terminal(tmp_path, "scan", many, rows=rows, columns=columns) as terminal:
        terminal.end()
    lines = terminal.shown.rstrip("\n").split("\n")
    first = next(at for at, line in enumerate(lines) if re.match(r"[A-Z-]+  \d+/100", line))
    summary = lines[first:]
    assert len(summary) <= rows - 1
    assert max(map(len, summary)) <= columns
    text = "\n".join(summary)
    assert ("more components, in the certificate" in text) is (rows < 30)
    assert re.search(r"\d+ conditions, \d+ of them not shown", text)
    assert "why: auditor scan --explain part" in summary[-1]
    assert ("Owner" in text) is (columns >= 100)


def test_a_tall_screen_shows_more(many: Path, tmp_path: Path) -> None:
    with Terminal(tmp_path, "scan", many, rows=200, columns=132) as terminal:
        terminal.end()
    assert all(f"part{number}" in terminal.shown for number in range(30))
    assert "not shown" not in terminal.shown


def test_in_a_pipe_nothing_is_cut(many: Path, auditor: Command) -> None:
    printed = auditor("scan", many).stdout
    assert all(f"part{number}" in printed for number in range(30))
    assert "…" not in printed
    assert "\x1b" not in printed


def test_a_component_is_explained(repository: Make, auditor: Command) -> None:
    folder = repository("hollow")
    told = auditor("scan", folder, "--explain", "delivery")
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert "(delivery)" in told.stdout
    assert any(re.match(r"100 - \d+ = ", line) for line in lines)
    assert any(re.match(r"-\d+  DEL-1  critical, blocker", line) for line in lines)
    assert any(re.match(r"    AUD\d+ \w+ \S+:\d+ ", line) for line in lines)
    assert any(re.match(r"    fix AUD\d+: ", line) for line in lines)
    assert any(re.match(r"    C1 \(P0, ", line) for line in lines)
    assert "done when `auditor verify" in told.stdout
    scores = [int(score) for score in re.findall(r"^ +(\d+)  C\d+ \w+-\d+ \(", told.stdout, re.MULTILINE)]
    assert scores
    assert scores == sorted(scores)


def test_a_component_without_loss_says_so(repository: Make, auditor: Command) -> None:
    told = auditor("scan", repository("ready"), "--explain", "Tests")
    assert "100/100" in told.stdout
    assert "no condition of this component gains points" in told.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--explain", "delivry"], "did you mean 'delivery'?"),
        (["--explain", "delivery", "--quiet"], "--explain and --quiet do not go together"),
        (["--explain", "delivery", "--format", "json"], "give the report a path"),
        (["--watch", "--at", "HEAD"], "--watch and --at do not go together"),
        (["--watch", "--out", "x"], "--watch and --out do not go together"),
        (["--watch", "--since", "x.md"], "--watch and --since do not go together"),
        (["--watch", "--fail-on", "never"], "--watch and --fail-on do not go together"),
    ],
)
def test_what_cannot_be_shown_is_refused(repository: Make, auditor: Command, options: list[str], said: str) -> None:
    told = auditor("scan", repository("hollow"), *options)
    assert told.returncode == 2
    assert said in told.stderr


def links_of(raw: str) -> list[tuple[str, str]]:
    return [(address, text) for address, text in LINK.findall(raw) if address]


def test_places_lead_to_their_lines_at_a_terminal(repository: Make, tmp_path: Path) -> None:
    folder = repository("hollow")
    with Terminal(tmp_path, "scan", folder, "--explain", "delivery", columns=200) as terminal:
        terminal.end()
    links = links_of(terminal.raw)
    assert links
    for address, text in links:
        path, _, line = text.rpartition(":")
        assert address == f"{(folder / path).as_uri()}#{line}"
        assert (folder / path).is_file()


@pytest.mark.parametrize(
    ("name", "value"), [("TERM", "dumb"), ("TERM", "linux"), ("TERM", ""), ("FORCE_HYPERLINK", "0")]
)
def test_no_link_where_a_terminal_would_print_it_or_nobody_wants_it(
    repository: Make, tmp_path: Path, name: str, value: str
) -> None:
    variables = {name: value}
    with Terminal(tmp_path, "scan", repository("hollow"), "--explain", "delivery", variables=variables) as terminal:
        terminal.end()
    assert "DEL-1" in terminal.shown
    assert "\x1b]8;" not in terminal.raw


def test_no_link_leaves_for_a_pipe_whatever_is_forced(repository: Make, auditor: Command) -> None:
    told = auditor("scan", repository("hollow"), "--explain", "delivery", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[" in told.stdout
    assert "\x1b]8;" not in told.stdout


def test_no_link_into_a_commit_whose_files_are_not_at_hand(repository: Make, tmp_path: Path) -> None:
    with Terminal(tmp_path, "scan", repository("hollow"), "--at", "HEAD", "--explain", "delivery") as terminal:
        terminal.end()
    assert "DEL-1" in terminal.shown
    assert "\x1b]8;" not in terminal.raw


def test_a_hostile_name_cannot_end_a_link_or_start_one(tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    name = "a\x1b]8;;https:\x1b\\b\x07\u202e;c d%.py"
    folder.mkdir()
    (folder / name.replace("/", "")).write_text(gates(2), encoding="utf-8")
    with Terminal(tmp_path, "scan", folder, "--explain", "application", columns=200) as terminal:
        terminal.end()
    links = links_of(terminal.raw)
    assert links
    assert all(address.startswith("file:///") and address.isascii() and address.isprintable() for address, _ in links)
    assert "https" not in {address.partition(":")[0] for address, _ in links}
    assert "a⟨U+001B⟩]8;;https:" in terminal.shown
    assert "\x07" not in terminal.raw


def test_watching_tells_what_a_change_resolves_and_adds(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "gate.py").write_text(gates(2), encoding="utf-8")
    with Terminal(tmp_path, "scan", folder, "--watch", columns=160) as terminal:
        at = terminal.wait_for("watching 1 file; Ctrl-C ends")
        (folder / "gate.py").write_text(gates(2, bad=False), encoding="utf-8")
        at = terminal.wait_for("overall", at)
        told = terminal.shown[terminal.shown.index("Ctrl-C ends") : at]
        assert "gate.py" in told
        assert len(re.findall(r"resolved AUD203 high gate\.py:\d+", told)) == 2
        assert "added" not in told
        assert re.search(r"Application 0 -> \d+ \(\+\d+\)", told)
        (folder / "new").mkdir()
        (folder / "new" / "other.py").write_text(gates(1), encoding="utf-8")
        at = terminal.wait_for("added    AUD203 high new/other.py:4", at)
        (folder / ".auditor.yaml").write_text("components: [", encoding="utf-8")
        at = terminal.wait_for("error: .auditor.yaml", at)
        (folder / ".auditor.yaml").unlink()
        (folder / "new" / "other.py").unlink()
        at = terminal.wait_for("resolved AUD203 high new/other.py:4", at)
        terminal.press(INTERRUPT)
        assert terminal.end() == 0
    assert "no longer watching" in terminal.shown[at:]
    assert "Traceback" not in terminal.shown


def test_watching_a_bare_repository_is_refused(repository: Make, tmp_path: Path, auditor: Command) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository("ready")), "bare.git")
    told = auditor("scan", tmp_path / "bare.git", "--watch")
    assert told.returncode == 2
    assert "there is no work tree to watch" in told.stderr


def test_an_interrupt_of_the_first_scan_is_one(many: Path, tmp_path: Path) -> None:
    with Terminal(tmp_path, "scan", many, "--watch", "--jobs", "1") as terminal:
        terminal.press(INTERRUPT)
        status = terminal.end()
    assert status in {130, -2}
    assert "watching" not in terminal.shown
