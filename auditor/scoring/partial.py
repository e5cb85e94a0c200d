"""The decision about one component alone, from what its audit says of it."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.audit import Audit
from auditor.model.outcome import Decision
from auditor.scoring.components import overall
from auditor.scoring.decide import judge

__all__ = ["component_decision"]


def component_decision(audit: Audit, name: str) -> Decision | None:
    """GO, CONDITIONAL or NO-GO by the thresholds of the whole, asked of one component and its own conditions.

    None where the audit has no such component, or nothing of it was evaluated.
    """
    part = next((one for one in audit.components if one.name == name and one.evaluated), None)
    if part is None:
        return None
    alone = (replace(part, weight=1),)  # its weight says what it counts beside others
    conditions = [one for one in audit.conditions if one.component == name]
    grades = audit.rubric.grades
    whole = replace(audit.repository, not_scored=())  # what else was not scored is no doubt about this one
    return judge(alone, overall(alone, grades), conditions, grades, whole).decision
