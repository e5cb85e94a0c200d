"""The in-toto Statement that is signed: which commit, which text, which JSON, and what was decided.

See https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model.audit import Audit
    from auditor.model.codec import LongReport
    from auditor.model.comparison import Review

__all__ = [
    "PREDICATE_TYPE",
    "STATEMENT_TYPE",
    "canonical",
    "predicate",
    "repository_subject",
    "statement",
    "statement_about",
    "statement_of",
]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://auditor.dev/readiness-certificate/v1"

Json = dict[str, object]


def statement(audit: Audit, body: bytes, report: bytes | LongReport) -> Json:
    """The Statement about an audit, the Markdown above the signature section, and its JSON report."""
    return statement_of(audit, body, report, PREDICATE_TYPE, predicate(audit))


def statement_of(audit: Audit, body: bytes, report: bytes | LongReport, kind: str, said: object) -> Json:
    """A Statement of any kind about the commit, and the certificate's text and JSON, so that each can be asked for by its digest."""
    return statement_about(repository_subject(audit), audit.certificate_id, body, report, kind, said)


def statement_about(  # noqa: PLR0913, PLR0917 - what a Statement consists of
    repository: object, name: str, body: bytes, report: bytes | LongReport, kind: str, said: object
) -> Json:
    """A Statement about a repository (None where there is no commit), and the text and JSON of the certificate of this name."""
    subjects = [repository] if repository else []
    return {
        "_type": STATEMENT_TYPE,
        "subject": [*subjects, *_file_subjects(name, body, report)],
        "predicateType": kind,
        "predicate": said,
    }


def repository_subject(audit: Audit) -> Json | None:
    """The commit and its tree; None where there is no commit (the predicate says so)."""
    repository = audit.repository
    if repository.commit is None:
        return None
    digest = {"gitCommit": repository.commit} | ({"gitTree": repository.tree} if repository.tree else {})
    return {"name": f"git+{repository.name}", "digest": digest}


def _file_subjects(certificate_id: str, body: bytes, report: bytes | LongReport) -> list[Json]:
    """The Markdown body and the JSON report, by digest."""
    contents = {f"{certificate_id}.md": _sha256(body), f"{certificate_id}.json": _sha256(report)}
    return [{"name": name, "digest": {"sha256": digest}} for name, digest in contents.items()]


def _sha256(content: bytes | LongReport) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.sha256


def predicate(audit: Audit) -> Json:
    """What a gate asks of a certificate, without reading the report."""
    answers = {"answers": _answered(audit.review)} if audit.review else {}
    return answers | {
        "certificateId": audit.certificate_id,
        "decision": audit.decision.value,
        "score": {
            "overall": audit.score.overall,
            "asFound": audit.score.as_found,
            "evidenceCoverage": audit.score.evidence_coverage,
        },
        "components": [
            {"name": one.name, "score": one.score, "asFound": one.as_found, "digest": {"sha256": one.digest}}
            for one in audit.components
        ],
        "openConditions": {"count": len(audit.conditions), "ids": [one.id for one in audit.conditions]},
        "waivers": [one.id for one in audit.waivers],
        "repository": {"git": audit.repository.git, "dirty": audit.repository.dirty},
        "rubric": {
            "id": audit.rubric.id,
            "version": audit.rubric.version,
            "digest": {"sha256": audit.rubric.digest},
        },
        "rulePack": {"version": audit.tool.rule_pack.version, "digest": {"sha256": audit.tool.rule_pack.digest}},
        "tool": {"name": audit.tool.name, "version": audit.tool.version},
        "scannedAt": audit.scanned_at,
        "validUntil": audit.valid_until,
    }


def _answered(review: Review) -> Json:
    """The link of a re-audit to the certificate before it in the chain."""
    earlier = review.earlier
    return {
        "certificateId": earlier.certificate_id,
        "digest": {"body": {"sha256": earlier.body_sha256}, "report": {"sha256": earlier.report_sha256}},
        "place": review.place,
    }


def canonical(document: object) -> bytes:
    """One way to write a JSON value: sorted keys, no spaces, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
