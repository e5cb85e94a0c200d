"""Turns an audit into a re-audit that answers an earlier certificate."""

from __future__ import annotations

from dataclasses import replace

from auditor.comparison.compare import compare
from auditor.comparison.ledger import ledger
from auditor.comparison.names import ConditionNames, names_after
from auditor.model.audit import Audit
from auditor.model.comparison import EarlierCertificate, Review

__all__ = ["names_in", "names_since", "place_after", "reviewed"]


def names_since(earlier: Audit) -> ConditionNames:
    """The ids that conditions keep where an audit answers this one."""
    return names_after(ledger(earlier))


def names_in(audit: Audit) -> ConditionNames:
    """The ids that an audit was given: those of the certificate that it answers. With them it can be made again."""
    return names_after([one.before for one in audit.review.comparison.answers] if audit.review else ())


def place_after(earlier: Audit) -> int:
    """The number in the chain of what answers this audit; a first audit has number 1."""
    return 1 + (earlier.review.place if earlier.review else 1)


def reviewed(audit: Audit, earlier: Audit, link: EarlierCertificate) -> Audit:
    """The audit, which was made with the names and as the kind of a re-audit, together with its answers."""
    return replace(audit, review=Review(earlier=link, place=place_after(earlier), comparison=compare(earlier, audit)))
