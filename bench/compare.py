"""Compares a scan with other tools on one tree: ``python bench/compare.py TREE [--runs 5] [--semgrep-rules FILE]``.

Peers are used where they are on PATH (or in the folder that --peers names): ripgrep, ruff, semgrep, repo-review. Runs
are interleaved, so that a machine that is busy for a while is so for everybody; printed are medians of wall-clock and
of processor seconds (user and system, children included), and the ratio of auditor's cold scan to each.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    "todo fixme xxx hack placeholder simulated simulate mock dummy fake stub unimplemented notimplemented tbd temporary "
    "workaround hardcoded hard-coded changeme example.com lorem would-be not-implemented coming-soon in-production "
    "pretend for-now always-true skip-test no-op wip"
)
"""Thirty marker words, for a plain search."""


@dataclass(slots=True)
class Candidate:
    """A command with its times."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak: int = 0
    also: tuple[int, ...] = ()
    before: Callable[[], None] | None = None

    def run(self) -> None:
        """Time it once, without what has to be done before."""
        if self.before is not None:
            self.before()
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command, env=dict(self.environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 1, *self.also}:
            sys.exit(f"{self.name} ended with status {process.returncode}: {' '.join(self.command)}")
        self.wall.append(time.perf_counter() - began)
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss)


def change(folder: Path) -> None:
    """Add a line to each hundredth of the committed programs, scripts and documents."""
    listed = subprocess.run(["git", "-C", str(folder), "ls-files", "-z"], check=True, capture_output=True, text=True)
    paths = [folder / name for name in listed.stdout.split("\0") if name.endswith((".py", ".sh", ".md"))]
    for path in paths[:: max(1, len(paths) // max(1, len(listed.stdout.split("\0")) // 100))]:
        with path.open("a", encoding="utf-8") as file:
            file.write("# one line more\n")


def auditor(tree: Path, scratch: Path) -> list[Candidate]:
    """The cold scan with a signed certificate, the warm one, that of a copy of which 1% changed, and small commands."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(scratch / "cache"), "PYTHONPATH": str(ROOT)}
    environment.pop("AUDITOR_SIGNING_KEY", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as it is installed: each module is compiled once
    base = [sys.executable, "-P", "-m", "auditor"]
    key = scratch / "key"
    subprocess.run([*base, "keys", "generate", str(key)], env=environment, check=True, stdout=subprocess.DEVNULL)
    scan = [*base, "scan", str(tree), "--quiet", "--out", str(scratch / "out"), "--sign", str(key)]
    warm = Candidate("auditor, nothing changed", scan, environment)
    warm.run()
    warm.run()
    warm.wall.clear()
    warm.processor.clear()
    copy = scratch / "copy"
    shutil.copytree(tree, copy, symlinks=True)
    again = [*base, "scan", str(copy), "--quiet", "--out", str(scratch / "copied"), "--sign", str(key)]
    subprocess.run([*again, "--fail-on", "never"], env=environment, check=True, stdout=subprocess.DEVNULL)
    changed = Candidate("auditor, 1% changed", again, environment, before=lambda: change(copy))
    certificate = next((scratch / "out").glob("*.md"))
    return [
        Candidate("auditor, cold", [*scan, "--jobs", "2", "--no-cache"], environment),
        warm,
        changed,
        Candidate("auditor verify", [*base, "verify", str(certificate)], environment),
        Candidate("auditor --version", [*base, "--version"], environment),
        Candidate("auditor rules", [*base, "rules"], environment),
    ]


def peers(tree: Path, folder: str | None, rules: Path | None) -> list[Candidate]:
    """The other tools that are there."""
    path = os.pathsep.join(filter(None, (folder, os.environ["PATH"])))
    environment = {**os.environ, "PATH": path, "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    commands = {
        "rg": ["--count-matches", "-i", "-j2", "|".join(WORDS.split()), str(tree)],
        "ruff": ["check", "--no-cache", "--quiet", "--isolated", str(tree)],
        "repo-review": [str(tree)],
    }
    if rules is not None:
        commands["semgrep"] = ["scan", "--quiet", "--metrics=off", "--jobs=2", f"--config={rules}", str(tree)]
    found = {name: shutil.which(name, path=path) for name in commands}
    return [
        Candidate(name, [found[name] or "", *commands[name]], environment, also=(2, 3, 7))  # what a tree lacks, found
        for name in commands
        if found[name]
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", metavar="FOLDER", help="where the commands of the peers are, besides PATH")
    parser.add_argument("--semgrep-rules", type=Path, help="a file of ten rules like ours")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        candidates = auditor(options.tree, Path(scratch)) + peers(options.tree, options.peers, options.semgrep_rules)
        for _ in range(options.runs):
            for one in candidates:
                one.run()
    cold = statistics.median(candidates[0].processor)
    print(
        f"{'command':<26} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9} {'cold/this (cpu)':>16}   {options.runs} runs, medians"
    )
    for one in candidates:
        wall, processor = statistics.median(one.wall), statistics.median(one.processor)
        print(f"{one.name:<26} {wall:8.3f} {processor:8.3f} {one.peak // 1024:9d} {cold / processor:16.1f}")


if __name__ == "__main__":
    main()
