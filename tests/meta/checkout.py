"""What the guards look at: the tracked files of this checkout."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "modules", "tracked"]

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git tracks or would track, and that is there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(sorted({path for path in listed if path and (ROOT / path).is_file()}))


def modules(*folders: str) -> tuple[str, ...]:
    """The Python modules below these folders."""
    return tuple(
        path for path in tracked() if path.endswith(".py") and path.startswith(tuple(f"{one}/" for one in folders))
    )
