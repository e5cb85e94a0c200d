"""Fits how a cold scan grows: ``python bench/growth.py 1000 3000 10000 30000 100000``.

Generates a repository of each size, scans it once with two processes, without a cache and with a certificate, and
prints processor seconds, bytes, the largest process, and the exponent of the line through the logarithms.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import generate

ROOT = Path(__file__).resolve().parent.parent


def scan(folder: Path) -> tuple[float, float, int]:
    """Wall-clock and processor seconds, and the peak of the largest process in MiB."""
    command = [sys.executable, "-P", "-m", "auditor", "scan", str(folder), "--quiet", "--no-cache", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as it is installed: each module is compiled once
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--out", f"{folder}-out"], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        sys.exit(f"the scan of {folder} ended with status {process.returncode}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def slope(points: list[tuple[float, float]]) -> float:
    """The exponent of the power law through the points."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(axis) / len(logs) for axis in zip(*logs, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def main() -> None:
    """Generate, scan, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    points = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "tree"
            folder.mkdir()
            generate(folder, size, options.seed)
            files = (
                path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts
            )
            total = sum(path.stat().st_size for path in files)
            wall, processor, peak = scan(folder)
        points.append((float(total), processor))
        print(
            f"{size:>8} files {total / 1e6:8.1f} MB {wall:8.1f} s wall {processor:8.1f} s cpu {peak:6d} MiB", flush=True
        )
    print(f"exponent {slope(points):.3f}")


if __name__ == "__main__":
    main()
