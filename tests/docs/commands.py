"""Runs the commands that documents show: those under ``<!-- run -->``, in order, in one fresh folder for each page.

``<!-- run: FIXTURE -->``, at the first block of a page, names the folder that it begins in (`tests.docs.fixtures`).
``<!-- run: exit 1 -->`` names the status that the last command of a block ends with, and no other; such a block runs in
a shell of its own, so that folders and variables do not outlive it. What a block under ``<!-- shows -->`` holds must be among what the commands
before it printed, line by line and in this order; ``...`` stands for anything. Readers see nothing of these marks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.meta.checkout import ROOT

__all__ = ["Block", "blocks", "missing_lines", "run_page"]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>run|shows|not run)(?:: (?P<words>[^>\n]*))? -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_EXIT = re.compile(r"exit (\d+)")
Fixtures = Mapping[str, Callable[[Path], Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a document: at which line, in which language, under which mark (empty where it has none)."""

    line: int
    language: str
    text: str
    mark: str
    words: str

    @property
    def status(self) -> int:
        found = _EXIT.search(self.words)
        return int(found.group(1)) if found else 0


def blocks(document: str) -> list[Block]:
    """The fenced blocks of a document that begin at the margin, in order."""
    return [
        Block(
            line=document.count("\n", 0, match.start("text")),
            language=match["language"],
            text=match["text"],
            mark=match["mark"] or "",
            words=match["words"] or "",
        )
        for match in _BLOCK.finditer(document)
    ]


def run_page(page: Path, folder: Path, fixtures: Fixtures) -> dict[int, str]:
    """Run the commands of a page in `folder`; what each block printed, by its line.

    Raises AssertionError with what was printed where a block ends with another status, or does not print what is shown.
    """
    found = blocks(page.read_text(encoding="utf-8"))
    home, output = folder / "home", folder / "output"
    for place in (home, output, folder / "work"):
        place.mkdir(parents=True)
    begin = fixtures[next(one.words for one in found if one.mark == "run")](folder / "work")
    done = subprocess.run(
        ["bash", "-c", "\n".join(_script(found, output))],
        cwd=begin,
        env={**_environment(home), "WORKSPACE": str(begin)},  # as Jenkins has it
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    printed = {one.line: _read(output / str(one.line)) for one in found if one.mark == "run"}
    last = next((text for text in reversed(printed.values()) if text), "")
    assert done.returncode == 0, f"{page.name}: {done.stdout}{done.stderr}\n{last}"
    _compare(page, found, printed)
    for one in found:
        if one.mark == "run" and one.status:
            failed = _read(output / f"{one.line}.last")
            assert failed.split() == _last_command(one.text), f"{page.name}:{one.line}: this failed: {failed}"
    return printed


def missing_lines(shown: str, printed: str) -> list[str]:
    """The lines of `shown` that are not in `printed` behind those before them."""
    left = iter(printed.splitlines())
    return [line for line in shown.splitlines() if not any(_pattern(line).fullmatch(one.rstrip()) for one in left)]


def _last_command(text: str) -> list[str]:
    return text.replace("\\\n", " ").strip().splitlines()[-1].split()


def _compare(page: Path, found: list[Block], printed: dict[int, str]) -> None:
    since = ""
    for one in found:
        if one.mark == "run":
            since = printed[one.line]
        if one.mark == "shows":
            assert not missing_lines(one.text, since), f"{page.name}:{one.line} is not what is printed:\n{since}"


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.rstrip().split("...")))


def _script(found: list[Block], output: Path) -> Iterator[str]:
    """One shell for all blocks: what one sets, the next one has."""
    yield "set -euo pipefail"
    for one in found:
        if one.mark != "run":
            continue
        place = output / str(one.line)
        if one.status == 0:
            yield f"echo 'line {one.line}:'\nexec 3>&1 4>&2 >{place} 2>&1\n{one.text}exec >&3 2>&4"
            continue
        last = output / f"{one.line}.last"
        noted = f"trap 'echo \"$BASH_COMMAND\" >{last}' ERR"
        yield f"echo 'line {one.line}:'\nset +e\n( set -eE\n{noted}\n{one.text}) >{place} 2>&1\nstatus=$?\nset -e"
        yield f"test $status = {one.status} || {{ echo exit status $status; exit 99; }}"


def _environment(home: Path) -> dict[str, str]:
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada Example"), ("EMAIL", "ada@example.org"))
    }
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "160",
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONWARNINGS": "error",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUDITOR": str(ROOT),
        **person,
    }


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
