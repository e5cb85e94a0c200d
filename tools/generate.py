"""Writes every generated document: ``python -m tools.generate [--check]``.

With ``--check`` nothing is written: files that are stale, missing or no longer generated are named, and
the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.formats.report_json import schema as report_schema
from auditor.rubric.schema import rubric_schema_text
from auditor.rules.registry import rules
from tools.command_pages import command_page
from tools.rubric_page import rubric_page
from tools.rule_list import rule_list
from tools.rule_pages import rule_index, rule_page, rule_page_name

__all__ = ["documents", "main", "stale"]

ROOT = Path(__file__).resolve().parent.parent
OWNED_FOLDERS = ("docs/rules", "docs/schema")
"""Folders whose every file is generated: others in them are left-overs."""


def documents() -> dict[str, str]:
    """The content of every generated file by its path, relative to the checkout."""
    pages = {f"docs/rules/{rule_page_name(rule)}": rule_page(rule) for rule in rules()}
    return {
        **pages,
        "docs/rules/index.md": rule_index(rules()),
        "rules.json": rule_list(rules()),
        "docs/cli.md": command_page(),
        "docs/rubrics.md": rubric_page(),
        "docs/schema/report.schema.json": json.dumps(report_schema(), indent=2, sort_keys=True) + "\n",
        "rubrics/rubric.schema.json": rubric_schema_text(),
    }


def stale(root: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """The paths under `root` that are missing, differ from what is wanted, or are left over."""
    for path, text in sorted(wanted.items()):
        file = root / path
        if not file.is_file() or file.read_bytes() != text.encode():
            yield path
    yield from _left_over(root, wanted)


def main(arguments: list[str]) -> int:
    """Write or check all documents; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name what is not current")
    checking = parser.parse_args(arguments).check
    wanted = documents()
    changed = list(stale(ROOT, wanted))
    if not checking:
        _write(changed, wanted)
    verb = "not current" if checking else "written"
    sys.stderr.writelines(f"{verb}: {path}\n" for path in changed)
    if checking and changed:
        sys.stderr.write("run `.venv/bin/python -m tools.generate` and commit what it writes\n")
    return 1 if checking and changed else 0


def _left_over(root: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    for folder in OWNED_FOLDERS:
        present = (file.relative_to(root).as_posix() for file in sorted((root / folder).rglob("*")) if file.is_file())
        yield from (path for path in present if path not in wanted)


def _write(changed: list[str], wanted: Mapping[str, str]) -> None:
    for path in changed:
        file = ROOT / path
        if path not in wanted:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(wanted[path].encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
