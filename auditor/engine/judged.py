"""What a repository's files and a rubric come to, before it is scored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from auditor.model.audit import SecretRow, UnjudgedFile
from auditor.model.finding import Finding
from auditor.model.inline_waiver import InlineWaiver
from auditor.model.outcome import Proof
from auditor.repo.reader import ReadFailure
from auditor.repo.snapshot import Snapshot

__all__ = ["JudgedFile", "Judgement", "content_digest"]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file: its number of lines and the kinds of its facts. `sha256` is that of its content where it is cited."""

    path: str
    lines: int
    kinds: tuple[str, ...]
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Files, findings, proofs by criterion, the table of secrets, what could not be judged, and waivers in comments.

    It is a function of the inventory, the owner of each path, the rules and the rubric; credentials are masked.
    """

    files: tuple[JudgedFile, ...]
    findings: tuple[Finding, ...]
    proofs: tuple[tuple[str, Proof], ...]
    secrets: tuple[SecretRow, ...]
    unjudged: tuple[UnjudgedFile, ...]
    inline: tuple[tuple[str, InlineWaiver], ...] = ()


def content_digest(path: str, snapshot: Snapshot) -> str | None:
    """sha256 (hex) of a file's content; None where it cannot be read."""
    try:
        return hashlib.sha256(snapshot.reader.read(path)).hexdigest()
    except ReadFailure:
        return None
