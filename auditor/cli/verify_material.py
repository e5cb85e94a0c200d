"""What ``auditor verify`` reads: a certificate, the JSON report beside it, today's date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from auditor.certificate.trust import Trust, plain_trust
from auditor.certificate.verify import Material
from auditor.model.outside import GivenEvidence
from auditor.repo.certificate_folder import read_certificate
from auditor.scoring.recompute import recompute

__all__ = ["Asked", "letter_at", "material_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition of a certificate, and the clone and revision (None: its work tree) at which it may be met."""

    certificates: tuple[Path, ...]
    condition: str
    repository: Path
    revision: str | None = None
    rubric: str | None = None
    trust: Trust = field(default_factory=lambda: plain_trust(()))
    evidence: GivenEvidence = field(default_factory=GivenEvidence)


def material_of(path: Path, trust: Trust) -> Material:
    """Everything at hand that a certificate can be verified with, but for a clone. Raises UserError where it cannot be read."""
    report = path.with_suffix(".json")
    return Material(
        certificate=read_certificate(path),
        report=read_certificate(report) if report.is_file() else None,
        trust=trust,
        recompute=recompute,
        today=datetime.now(UTC).date(),
    )


def letter_at(path: Path) -> tuple[Path, bytes] | None:
    """Where a decision letter lies at `path`: the certificate beside it that it names, and the letter. Raises UserError where it cannot be read."""
    content = read_certificate(path)
    if not content.startswith(b"<!-- auditor: decision letter"):  # jinja2 only where needed
        return None
    from auditor.certificate.letter import named_certificate  # noqa: PLC0415 - as above

    name = named_certificate(content)
    return None if name is None else (path.parent / f"{name}.md", content)
