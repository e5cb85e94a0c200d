"""Evidence files on disk: read whole, and never more than a bound."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import Place, UserError
from auditor.model.outside import EvidenceFile, ReportKind
from auditor.repo.given_file import read_given_file

__all__ = ["MOST_BYTES", "SIGNATURE_ENDINGS", "read_evidence"]

MOST_BYTES = 64_000_000
MOST_SIGNATURE_BYTES = 1_000_000
SIGNATURE_ENDINGS = (".sig", ".dsse.json")
"""What a signature beside an attestation is called, behind the whole name of the attestation."""


def read_evidence(kind: ReportKind, path: Path) -> EvidenceFile:
    """The file at a path, and the signature beside it where it is an attestation.

    Raises UserError where it cannot be read or is too large, and where there are two signatures.
    """
    signature = None
    if kind is ReportKind.ATTESTATION:
        beside = [path.with_name(path.name + ending) for ending in SIGNATURE_ENDINGS]
        there = [one for one in beside if one.exists()]
        if len(there) > 1:
            raise UserError("there are two signatures beside it", place=Place(str(path)), remedy="keep one of them")
        signature = _read(there[0], MOST_SIGNATURE_BYTES) if there else None
    return EvidenceFile(kind=kind, name=path.name, content=_read(path, MOST_BYTES), signature=signature)


def _read(path: Path, most: int) -> bytes:
    return read_given_file(path, most=most, what=f"a file with evidence of at most {most} bytes")
