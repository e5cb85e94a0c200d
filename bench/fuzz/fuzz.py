"""Fuzzes one reader with atheris: ``python bench/fuzz/fuzz.py READER [options of libFuzzer]``.

READER is the name of a language (every parser and rule that reads it is run), ``verify``, ``cache``, ``report`` or
``audit``: a report in which single values are exchanged, then written in every format, signed and verified.
Whatever is not one of the documented failures ends the run with the input that made it. `seeds.py` writes inputs to
begin with.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import atheris

with atheris.instrument_imports(include=["auditor"]):
    import auditor.certificate
    import auditor.formats
    import auditor.scoring
    import auditor.web
    from auditor.certificate.verify import Material, verify
    from auditor.certificate.write import certificate_files
    from auditor.cli.output import FORMATS
    from auditor.engine.map_stage import Mapped, map_file
    from auditor.engine.packed import Shelf, pack
    from auditor.errors import UserError
    from auditor.facts.registry import parsers
    from auditor.model.codec import loads
    from auditor.repo.inventory import memory_inventory
    from auditor.rules.registry import rules
    from auditor.scoring.recompute import recompute

    parsers()  # it imports what it finds, which is to be followed as well, and so does the next
    rules()
    for package in (auditor.formats, auditor.web, auditor.certificate, auditor.scoring):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)

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


TODAY = date(2026, 12, 1)
BLIND = 0.05
SELDOM_RIGHT: tuple[Any, ...] = (
    None, True, -1, 0, 101, 2**63, 10**400, 1.5, "", "\n# GO\n", "\x1b[2J", "\u202e", "\ud800", "GO", "NO-GO", "met", "2026-12-31",
    "9999-12-31", "0001-01-01", "C1", "x" * 5000, [], {}, [[]],
)  # fmt: skip
"""Values that are put in the place of others."""


def read_file(path: str) -> Callable[[bytes], None]:
    """Parse and judge the bytes as this file, and send the result through the form of the cache."""

    def run(data: bytes) -> None:
        inventory, _ = memory_inventory({path: data.decode("utf-8", "replace")})
        for file in inventory.files:
            mapped = map_file(file, data, parsers(), rules())
            row = pack(mapped, data)
            packed = Shelf(never).unpack(path, row) if row is not None else None
            assert row is None or packed is not None
            assert packed is None or packed.hits == mapped.hits
            assert packed is None or tuple(packed.fact(at)[0] for at in range(len(packed.kinds))) == mapped.facts

    return run


def never(path: str) -> Mapped:
    """Stands for a second look at a file, where none is needed."""
    raise LookupError(path)


def read_certificate(data: bytes) -> None:
    """Verify the bytes as a certificate and, behind a NUL, its report: without a key it is never authentic."""
    certificate, _, report = data.partition(b"\0")
    made = verify(Material(certificate=certificate, report=report or None, recompute=recompute, today=TODAY))
    assert not made.authentic


def read_audit(data: bytes) -> None:
    """Write the audit in every format, and verify its certificate. What is read, can be written and judged."""
    try:
        audit = loads(data)
        for write in FORMATS.values():
            made = write(audit)
            assert isinstance(made, bytes) or all(made)
        files = certificate_files(audit)
    except UserError:
        return
    certificate, report = (files[f"{audit.certificate_id}{ending}"] for ending in (".md", ".json"))
    assert not verify(Material(certificate=certificate, report=report, recompute=recompute, today=TODAY)).authentic


def exchange(data: bytes, most: int, seed: int) -> bytes:
    """The report with one value exchanged for another of it, or for one that is seldom right; else mutated as bytes."""
    chance = random.Random(seed)
    try:
        document = json.loads(data)
    except ValueError:
        return atheris.Mutate(data, most)
    places = list(holders(document))
    if not places or chance.random() < BLIND:
        return atheris.Mutate(data, most)
    holder, key = chance.choice(places)
    other, its_key = chance.choice(places)
    holder[key] = json.loads(
        json.dumps(chance.choice((*SELDOM_RIGHT, other[its_key])))
    )  # a copy, or it could hold itself
    written = json.dumps(document).encode()
    return written if len(written) <= most else data


def holders(node: object) -> Iterator[tuple[Any, Any]]:
    """Every list or mapping below a value, with each of its keys."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield node, key
        yield from holders(value)


def read_report(data: bytes) -> None:
    """Read the bytes as a report."""
    try:
        loads(data)
    except UserError:
        return


def read_row(data: bytes) -> None:
    """Read the bytes as a row of the cache."""
    packed = Shelf(never).unpack("a.py", data)
    if packed is None:
        return
    for look in (lambda: packed.hits, *(partial(packed.fact, position) for position in range(len(packed.kinds)))):
        with suppress(LookupError):
            look()


READERS: dict[str, Callable[[bytes], None]] = {
    **{name: read_file(path) for name, path in NAMES.items()},
    "verify": read_certificate,
    "audit": read_audit,
    "report": read_report,
    "cache": read_row,
}


def main() -> None:
    """Fuzz the reader that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in READERS:
        sys.exit(f"name a reader: {', '.join(READERS)}")
    read = READERS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, read, **({"custom_mutator": exchange} if read is read_audit else {}))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
