"""A baseline: the fingerprints of what was there when somebody began to look. One a line, sorted, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.errors import Place, UserError

__all__ = ["BASELINE_FILE", "dump_baseline", "parse_baseline"]

BASELINE_FILE = ".auditor/baseline"
LENGTH = 40
MOST_BYTES = 20_000_000
"""Half a million fingerprints."""

_HEXADECIMAL = "0123456789abcdef"
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def parse_baseline(data: bytes, path: str) -> frozenset[str]:
    """The fingerprints in `data`, in any order and however often: merges leave both. Raises UserError, naming the line."""
    if len(data) > MOST_BYTES:
        raise UserError("this file is too large for a baseline", place=Place(path), remedy="mend something first")
    found = set()
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        word = line.strip()
        if not word:
            continue
        if len(word) != LENGTH or word.strip(_HEXADECIMAL):
            raise _no_fingerprint(word, Place(path, number))
        found.add(word)
    return frozenset(found)


def dump_baseline(fingerprints: Iterable[str]) -> bytes:
    """The file: sorted, each once."""
    return "".join(f"{one}\n" for one in sorted(set(fingerprints))).encode("ascii")


def _no_fingerprint(word: str, place: Place) -> UserError:
    if word.startswith(_MERGE_MARKS):
        remedy = "keep the lines of both sides and remove the marks; `merge=union` in .gitattributes does that"
        return UserError("a merge left its marks here", place=place, remedy=remedy)
    shown = word if len(word) <= LENGTH else f"{word[:LENGTH]}..."
    return UserError(f"{shown!r} is no fingerprint", place=place, remedy="`auditor baseline` writes this file")
