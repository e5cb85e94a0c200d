"""What of this installation decides results: its own sources, the packages beside it, the interpreter."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import auditor

__all__ = ["installation_digest"]

_SUFFIXES = (".py", ".yaml", ".j2", ".md", ".html", ".css", ".js", ".json")
_DATA = ("bench/precision.json", "rubrics", "templates", "vocabulary")
"""What lies beside the package in a source checkout, and in it in a wheel."""


@cache
def installation_digest() -> bytes:
    """A digest that changes with the code and data of this package, the versions of those that it uses, and the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for root, names in _sources(Path(auditor.__file__).parent):
        for name in sorted(names):
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + (root / name).read_bytes() + b"\0")
    installed = sorted({name for folder in sys.path for name in _installed(folder)})
    digest.update("\n".join(installed).encode("utf-8", "surrogateescape"))
    return digest.digest()


def _sources(package: Path) -> Iterator[tuple[Path, list[str]]]:
    yield package, _below(str(package))
    if (package / "data").is_dir():
        return
    for name in _DATA:
        beside = package.parent / name
        yield (beside, _below(str(beside))) if beside.is_dir() else (package.parent, [name])


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
