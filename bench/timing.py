"""Times a command of auditor: ``python bench/timing.py [--runs N] scan PATH --quiet``.

Prints the median and the best wall-clock seconds and the peak memory of one process. The caches of the
disk are warm after the first run, which is not counted.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time


def seconds(arguments: list[str]) -> float:
    """The wall-clock time of one run. Exits where the command fails for another reason than its gate."""
    began = time.perf_counter()
    ended = subprocess.run([sys.executable, "-I", "-m", "auditor", *arguments], capture_output=True, check=False)
    if ended.returncode not in {0, 1}:
        sys.exit(ended.stderr.decode(errors="replace"))
    return time.perf_counter() - began


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how many runs count")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what auditor is called with")
    options = parser.parse_args()
    seconds(options.arguments)
    times = [seconds(options.arguments) for _ in range(options.runs)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"median {statistics.median(times):.3f} s, best {min(times):.3f} s, peak {peak} MiB, {options.runs} runs")


if __name__ == "__main__":
    main()
