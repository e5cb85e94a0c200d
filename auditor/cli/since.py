"""``auditor scan --since``: the certificate that a re-audit answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.comparison.review import names_since, reviewed
from auditor.errors import Place, UserError
from auditor.model.escape import visible
from auditor.model.rubric import RubricKind
from auditor.repo.certificate_folder import read_certificate, report_path
from auditor.repo.merge_base import has_commit

if TYPE_CHECKING:
    from auditor.certificate.earlier import Earlier
    from auditor.certificate.signing_library import Signs
    from auditor.model.audit import Audit
    from auditor.pipeline import Request

__all__ = ["answered", "earlier_certificate", "request_since"]


def earlier_certificate(path: Path, keys: tuple[str, ...], signer: Signs | None) -> Earlier:
    """The certificate at `path`. With `keys`, one of them must have signed it; the key of `signer` counts where it did.

    Raises UserError where it cannot be read, is broken or changed, or is not signed by one of the keys.
    """
    from auditor.certificate.earlier import read_earlier  # noqa: PLC0415 - signing only where needed
    from auditor.certificate.verify import Material  # noqa: PLC0415 - as above
    from auditor.cli.keys import public_key  # noqa: PLC0415 - as above
    from auditor.scoring.recompute import recompute  # noqa: PLC0415 - as above

    if path.suffix == ".json":
        raise UserError("this is a report", place=Place(str(path)), remedy="name the certificate (.md) beside it")
    trusted = [public_key(key) for key in keys]
    if signer is not None and not keys:
        trusted.append(signer.public_key)
    beside = report_path(path)
    material = Material(
        certificate=read_certificate(path),
        report=read_certificate(beside) if beside.is_file() else None,
        keys=tuple(trusted),
        recompute=recompute,
    )
    return read_earlier(material, str(path), must_be_trusted=bool(keys))


def request_since(request: Request, earlier: Earlier, path: Path) -> Request:
    """The request for an audit that answers `earlier`, whose conditions keep their ids.

    Raises UserError where it would be dated before it, or where its commit is not in the repository.
    """
    audit, place = earlier.audit, Place(str(path))
    now = request.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    if now <= audit.scanned_at:
        remedy = "answer the newest certificate, and look at the clock"
        raise UserError(
            f"it is dated {audit.scanned_at}, and this audit {now}: an answer comes after what it answers",
            place=place, remedy=remedy,
        )  # fmt: skip
    commit = audit.repository.commit
    if commit is not None and has_commit(request.repository, commit) is False:
        remedy = f"name a certificate of this repository; if it is one, fetch its commit: git fetch origin {commit}"
        raise UserError(f"it is of commit {commit}, which this repository does not have", place=place, remedy=remedy)
    return replace(request, names=names_since(audit), kind=RubricKind.FINAL_REVIEW)


def answered(audit: Audit, earlier: Earlier, path: Path) -> Audit:
    """The audit as a final review that answers `earlier`. Raises UserError where that is of another repository."""
    theirs, ours = earlier.audit.repository.name, audit.repository.name
    if theirs != ours:
        remedy = "name a certificate of this repository"
        raise UserError(
            f"it is of the repository {theirs!r}, and this is {ours!r}", place=Place(str(path)), remedy=remedy
        )
    if earlier.audit.rubric.id != audit.rubric.id:
        asked = visible(earlier.audit.rubric.id)
        text = (
            f"warning: the earlier certificate asked the questions of another rubric: --rubric {asked} asks them again"
        )
        click.echo(text, err=True)
    return reviewed(audit, earlier.audit, earlier.link)
