"""``auditor verify --chain``: the earlier certificates that a re-audit answers, one after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.certificate.chain import ChainWalk, walk
from auditor.certificate.report import VerificationReport
from auditor.repo.certificate_folder import Folder, read_certificate, report_path
from auditor.scoring.recompute import recompute

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

__all__ = ["with_chain"]


def with_chain(
    report: VerificationReport, path: Path, keys: tuple[SSlibKey, ...], folder: Path | None
) -> VerificationReport:
    """The report of a certificate with the checks of its chain; earlier ones are looked for beside it, or in `folder`."""
    beside = report_path(path)
    material = ChainWalk(folder=Folder(folder or path.parent), keys=keys, recompute=recompute)
    checks = walk(read_certificate(beside) if beside.is_file() else None, material)
    return replace(report, checks=(*report.checks, *checks))
