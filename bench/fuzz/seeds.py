"""Writes what fuzzing begins with: ``python bench/fuzz/seeds.py FOLDER [REPORT...]`` makes a folder of inputs for each reader.

The examples of all rules are the best inputs there are: each is small, and some rule looks closely at it. Each REPORT is
the JSON of a certificate, with its Markdown beside it.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

NAMED_FOR_ITS_PLACE = {".github/workflows": "workflow", ".gitlab-ci.yml": "gitlab"}
SHORT = {"rst": "markdown", "typescript": "javascript", "requirements": "ini", "text": "markdown"}


def main() -> None:
    """Write the examples of all rules into the folder that the first argument names."""
    folder = Path(sys.argv[1])
    for rule in rules():
        for example in rule.examples:
            inventory, _ = memory_inventory(dict(example.files))
            for file in inventory.files:
                write(folder / reader_of(file.path, file.language.value), example.files[file.path].encode())
    for report in map(Path, sys.argv[2:]):
        write(folder / "audit", report.read_bytes())
        write(folder / "report", report.read_bytes())
        write(folder / "verify", report.with_suffix(".md").read_bytes() + b"\0" + report.read_bytes())


def reader_of(path: str, language: str) -> str:
    """The name of the reader that a file at this path is for."""
    for beginning, reader in NAMED_FOR_ITS_PLACE.items():
        if path.startswith(beginning):
            return reader
    return SHORT.get(language, language)


def write(folder: Path, data: bytes) -> None:
    """Write one input under the name of its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


if __name__ == "__main__":
    main()
