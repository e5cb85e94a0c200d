"""The result in lines of ``name=value``: for ``$GITHUB_OUTPUT``, and for GitLab's artefact of kind dotenv.

Values are ours: words of the contract, numbers, dates, and the certificate's id, which is made of letters and digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.comparison.worse import added_fingerprints
from auditor.model.audit import Audit
from auditor.model.comparison import Comparison

__all__ = ["chunks"]


def chunks(audit: Audit) -> Iterator[bytes]:
    """One line for each value."""
    values: dict[str, object] = {
        "decision": audit.decision.value,
        "score": audit.score.overall,
        "certificate_id": audit.certificate_id,
        "valid_until": audit.valid_until,
        "findings": sum(one.waived_by is None for one in audit.findings),
        "conditions": len(audit.conditions),
        **(_of_change(audit, audit.change) if audit.change else {}),
    }
    for name, value in values.items():
        yield f"{name}={value}\n".encode("ascii")


def _of_change(audit: Audit, change: Comparison) -> dict[str, object]:
    return {
        "decision_before": change.old.decision.value,
        "score_before": change.old.overall,
        "added": len(added_fingerprints(audit, change)),
        "resolved": len(change.findings_resolved),
    }
