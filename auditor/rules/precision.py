"""How often each rule was right where somebody looked: read from the measurement that ships with the rules.

`bench/precision.py` makes the measurement; nothing here measures.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from auditor.model.finding import Confidence
from auditor.resources import resource_text

__all__ = ["ENOUGH", "LEAST", "Precision", "confidence_of", "precision_of"]

ENOUGH = 5
"""Findings that must have been judged for the measurement to decide on the confidence of a rule."""
LEAST = 70
"""Per cent of findings that must be right for a rule to run by default."""
_BANDS = ((90, Confidence.HIGH), (75, Confidence.MEDIUM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Findings of one rule, and those of them that are right: on labelled repositories, and on well-kept projects.

    On well-kept projects `reported` may be more than `kept`: of many findings only a sample is judged.
    """

    labelled: int = 0
    labelled_right: int = 0
    reported: int = 0
    kept: int = 0
    kept_right: int = 0

    @property
    def judged(self) -> int:
        """How many findings somebody judged."""
        return self.labelled + self.kept

    @property
    def is_enough(self) -> bool:
        """Whether the measurement decides on the confidence."""
        return self.judged >= ENOUGH

    def reaches(self, per_cent: int) -> bool:
        """Whether at least so many of the judged findings are right."""
        return 100 * (self.labelled_right + self.kept_right) >= per_cent * self.judged

    def __str__(self) -> str:
        if not self.judged:
            return "not measured"
        labelled = f"labelled set {self.labelled_right}/{self.labelled}" if self.labelled else ""
        sample = f" of {self.reported} reported" if self.reported > self.kept else ""
        kept = f"well-kept projects {self.kept_right}/{self.kept}{sample}" if self.kept else ""
        return ", ".join(part for part in (labelled, kept) if part)


def precision_of(rule: str) -> Precision:
    """What was measured of the rule with this id."""
    return _measurement().get(rule, Precision())


def confidence_of(measured: Precision, estimate: Confidence) -> Confidence:
    """The confidence that a rule has earned; where too little was judged, its author's estimate, high never."""
    if not measured.is_enough:
        return Confidence.MEDIUM if estimate is Confidence.HIGH else estimate
    return next((level for per_cent, level in _BANDS if measured.reaches(per_cent)), Confidence.LOW)


@cache
def _measurement() -> dict[str, Precision]:
    document = json.loads(resource_text("bench/precision.json"))
    ids = {rule for part in ("labelled", "projects") for row in document[part] for rule in row["rules"]}
    return {rule: _sum(document, rule) for rule in sorted(ids)}


def _sum(document: dict[str, list[dict[str, dict[str, dict[str, int]]]]], rule: str) -> Precision:
    labelled = [row["rules"][rule] for row in document["labelled"] if rule in row["rules"]]
    kept = [row["rules"][rule] for row in document["projects"] if rule in row["rules"]]
    return Precision(
        labelled=sum(one["judged"] for one in labelled),
        labelled_right=sum(one["true"] for one in labelled),
        reported=sum(one["reported"] for one in kept),
        kept=sum(one["judged"] for one in kept),
        kept_right=sum(one["true"] for one in kept),
    )
