"""The result in lines of ``name=value``: for ``$GITHUB_OUTPUT``, and for GitLab's artefact of kind dotenv.

Values are ours: words of the contract, numbers, dates, and the certificate's id, which is made of letters and digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.audit import Audit

__all__ = ["chunks"]


def chunks(audit: Audit) -> Iterator[bytes]:
    """One line for each value."""
    values = {
        "decision": audit.decision.value,
        "score": audit.score.overall,
        "certificate_id": audit.certificate_id,
        "valid_until": audit.valid_until,
        "findings": sum(one.waived_by is None for one in audit.findings),
        "conditions": len(audit.conditions),
    }
    for name, value in values.items():
        yield f"{name}={value}\n".encode("ascii")
