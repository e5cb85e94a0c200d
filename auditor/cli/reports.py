"""Reads what a certificate or a JSON report says, for commands that repeat it: whether it is true, `auditor verify` tells."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.codec import loads
from auditor.repo.certificate_folder import read_certificate, report_path

__all__ = ["read_report"]


def read_report(path: Path) -> Audit:
    """The audit of a certificate (its JSON lies beside it) or of a JSON report. Raises UserError where it is none."""
    beside = report_path(path)
    if beside != path and not beside.is_file():
        if not path.exists():
            raise UserError("there is no such file", place=Place(str(path)), remedy="name a certificate or JSON report")
        remedy = "keep the JSON of a certificate beside its Markdown"
        raise UserError("the JSON of this certificate is not beside it", place=Place(str(path)), remedy=remedy)
    return loads(read_certificate(beside), str(beside))
