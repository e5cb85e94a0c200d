"""What may be a document inside of a program."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OPAQUE", "Candidate"]

OPAQUE = "${value}"
"""Stands where the program puts in what is known only when it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text of a program: its first line in the file (1-based), and the name of the file it is written to, if known."""

    text: str
    line: int
    file_name: str = ""
