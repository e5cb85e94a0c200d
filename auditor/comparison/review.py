"""Turns an audit into a re-audit that answers an earlier certificate."""

from __future__ import annotations

from dataclasses import replace

from auditor.comparison.compare import compare
from auditor.comparison.ledger import ledger
from auditor.comparison.names import ConditionNames, names_after
from auditor.model.audit import Audit
from auditor.model.comparison import EarlierCertificate, Review
from auditor.model.rubric import RubricKind

__all__ = ["names_since", "place_after", "reviewed"]


def names_since(earlier: Audit) -> ConditionNames:
    """The ids that conditions keep where an audit answers this one."""
    return names_after(ledger(earlier))


def place_after(earlier: Audit) -> int:
    """The number in the chain of what answers this audit; a first audit has number 1."""
    return 1 + (earlier.review.place if earlier.review else 1)


def reviewed(audit: Audit, certificate_id: str, earlier: Audit, link: EarlierCertificate) -> Audit:
    """The audit as a final review under this id, whatever kind its rubric names; the rubric's digest stays."""
    renamed = replace(
        audit, certificate_id=certificate_id, rubric=replace(audit.rubric, kind=RubricKind.FINAL_REVIEW.value)
    )
    review = Review(earlier=link, place=place_after(earlier), comparison=compare(earlier, renamed))
    return replace(renamed, review=review)
