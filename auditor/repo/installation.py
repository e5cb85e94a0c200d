"""What of this installation decides results: its own sources, the packages beside it, the interpreter."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

import auditor

__all__ = ["installation_digest"]

_SUFFIXES = (".py", ".yaml", ".j2", ".md", ".html")


@cache
def installation_digest() -> bytes:
    """A digest that changes with the code of this package, the versions of those that it uses, and the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    root = Path(auditor.__file__).parent
    for name in sorted(_below(str(root))):
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + (root / name).read_bytes() + b"\0")
    installed = sorted({name for folder in sys.path for name in _installed(folder)})
    digest.update("\n".join(installed).encode("utf-8", "surrogateescape"))
    return digest.digest()


def _below(root: str, prefix: str = "") -> list[str]:
    found: list[str] = []
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                found += _below(entry.path, f"{prefix}{entry.name}/")
            elif entry.name.endswith(_SUFFIXES):
                found.append(prefix + entry.name)
    return found


def _installed(folder: str) -> list[str]:
    """The packages of a folder of the import path, whose names carry their versions."""
    try:
        return [entry.name for entry in Path(folder or ".").iterdir() if entry.name.endswith(".dist-info")]
    except OSError:
        return []
