"""Issues a certificate: the Markdown, the JSON and the envelope, written together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor.certificate.envelope import seal, unsigned_section
from auditor.certificate.files import signed_files
from auditor.certificate.render import render_body
from auditor.certificate.statement import statement
from auditor.model.audit import Audit
from auditor.model.codec import LongReport, dumps
from auditor.repo.publish import publish

if TYPE_CHECKING:
    from auditor.certificate.predicates import Predicate
    from auditor.certificate.signing_library import Signs

__all__ = ["MANY", "certificate_contents", "certificate_files", "write_certificate"]


MANY = 20_000
"""Findings from which the report is made in pieces, once for its digest and once for the file: it takes a kilobyte for each."""


def certificate_contents(
    audit: Audit, signer: Signs | None = None, predicates: Mapping[str, Predicate] = MappingProxyType({})
) -> Mapping[str, bytes | LongReport]:
    """The files of a certificate by name; a long report in pieces. Without a signer there is no envelope, and the text says UNSIGNED.

    `predicates` are further statements about the audit by their names; each gets an envelope of its own.
    """
    name, report = audit.certificate_id, LongReport(audit) if len(audit.findings) >= MANY else dumps(audit)
    body = render_body(audit, signed=signer is not None).encode()
    if signer is None:
        return {f"{name}.json": report, f"{name}.md": body + unsigned_section().encode()}
    envelope = seal(statement(audit, body, report), signer)
    further = {kind: seal(stated(audit, body, report), signer) for kind, stated in predicates.items()}
    return signed_files(name, body, report, envelope, further)


def certificate_files(
    audit: Audit, signer: Signs | None = None, predicates: Mapping[str, Predicate] = MappingProxyType({})
) -> Mapping[str, bytes]:
    """The files of a certificate by name, each as a whole."""
    contents = certificate_contents(audit, signer, predicates)
    return {name: one if isinstance(one, bytes) else b"".join(one) for name, one in contents.items()}


def write_certificate(
    audit: Audit,
    folder: Path,
    signer: Signs | None = None,
    predicates: Mapping[str, Predicate] = MappingProxyType({}),
) -> tuple[Path, ...]:
    """Write the certificate into a folder, the Markdown last. Gives the paths; raises UserError where it cannot."""
    return publish(folder, certificate_contents(audit, signer, predicates))
