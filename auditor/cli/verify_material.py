"""What ``auditor verify`` reads: a certificate, the JSON report beside it, today's date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.certificate.verify import Material
from auditor.errors import Place, UserError
from auditor.scoring.recompute import recompute

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

__all__ = ["Asked", "material_of"]

MOST_BYTES = 64_000_000
"""A certificate is text that people read; what is larger is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition of a certificate, and the clone and revision (None: its work tree) at which it may be met."""

    certificates: tuple[Path, ...]
    condition: str
    repository: Path
    revision: str | None = None
    rubric: str | None = None
    keys: tuple[SSlibKey, ...] = ()


def material_of(path: Path, keys: tuple[SSlibKey, ...]) -> Material:
    """Everything at hand that a certificate can be verified with, but for a clone. Raises UserError where it cannot be read."""
    report = path.with_suffix(".json")
    return Material(
        certificate=_read(path),
        report=_read(report) if report.is_file() else None,
        keys=keys,
        recompute=recompute,
        today=datetime.now(UTC).date(),
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot be read: {reason}", place=Place(str(path)), remedy="name a certificate") from error
    if len(content) > MOST_BYTES:
        raise UserError("this is larger than any certificate", place=Place(str(path)), remedy="name a certificate")
    return content
