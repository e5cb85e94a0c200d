"""Fuzzes one reader with atheris: ``python bench/fuzz/fuzz.py READER [options of libFuzzer]``.

READER is the name of a language (every parser and rule that reads it is run), ``verify``, ``cache`` or ``report``.
Whatever is not one of the documented failures ends the run with the input that made it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import atheris

with atheris.instrument_imports(include=["auditor"]):
    from auditor.certificate.verify import Material, verify
    from auditor.engine.map_stage import Mapped, map_file
    from auditor.engine.packed import pack, unpack
    from auditor.errors import UserError
    from auditor.facts.registry import parsers
    from auditor.model.codec import loads
    from auditor.repo.inventory import memory_inventory
    from auditor.rules.registry import rules

NAMES = {
    "python": "app/a.py",
    "shell": "deploy/a.sh",
    "workflow": ".github/workflows/a.yml",
    "gitlab": ".gitlab-ci.yml",
    "yaml": "monitoring/alerts.yml",
    "dashboard": "monitoring/dashboards/a.json",
    "toml": "pyproject.toml",
    "env": ".env.example",
    "dockerfile": "Dockerfile",
    "makefile": "Makefile",
    "markdown": "README.md",
    "javascript": "web/a.js",
    "hcl": "main.tf",
    "ini": "setup.cfg",
}


def read_file(path: str) -> Callable[[bytes], None]:
    """Parse and judge the bytes as this file, and send the result through the form of the cache."""

    def run(data: bytes) -> None:
        inventory, _ = memory_inventory({path: data.decode("utf-8", "replace")})
        for file in inventory.files:
            mapped = map_file(file, data, parsers(), rules())
            row = pack(mapped, data)
            packed = unpack(row, never) if row is not None else None
            assert row is None or packed is not None
            assert packed is None or tuple(map(packed.fact, range(len(packed.kinds)))) == mapped.facts

    return run


def never() -> Mapped:
    """Stands for a second look at a file, where none is needed."""
    raise LookupError


def read_certificate(data: bytes) -> None:
    """Verify the bytes as a certificate."""
    report = verify(Material(certificate=data, keys=()))
    assert not report.authentic


def read_report(data: bytes) -> None:
    """Read the bytes as a report."""
    try:
        loads(data)
    except UserError:
        return


def read_row(data: bytes) -> None:
    """Read the bytes as a row of the cache."""
    packed = unpack(data, never)
    for position in range(len(packed.kinds)) if packed else ():
        try:
            packed.fact(position)  # type: ignore[union-attr]
        except LookupError:
            continue


READERS: dict[str, Callable[[bytes], None]] = {
    **{name: read_file(path) for name, path in NAMES.items()},
    "verify": read_certificate,
    "report": read_report,
    "cache": read_row,
}


def main() -> None:
    """Fuzz the reader that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in READERS:
        sys.exit(f"name a reader: {', '.join(READERS)}")
    read = READERS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
