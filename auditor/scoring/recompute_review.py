"""What a re-audit says of the certificate that it answers, done again from its own parts.

The earlier certificate is not at hand here. What it said of each condition stands in the re-audit itself;
that it said so is for the digest of the link, and `auditor verify --chain`, to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.comparison.ledger import Answerer, raised
from auditor.comparison.marks import finding_mark, is_later, mark_of
from auditor.comparison.names import is_condition_id
from auditor.comparison.review import names_in
from auditor.model.audit import Audit
from auditor.model.comparison import Review, Standing
from auditor.model.rubric import RubricKind

__all__ = ["expected_names", "review_problems"]


def expected_names(audit: Audit) -> tuple[str, ...]:
    """The ids that the audit's conditions must have, in their order."""
    return names_in(audit).of((one.criterion, one.component) for one in audit.conditions)


def review_problems(audit: Audit) -> Iterator[str]:
    """Every disagreement between the answers of a re-audit and its own outcomes, as sentences."""
    if audit.change is not None:
        yield "A certificate holds no comparison with a merge base: nobody could check it."
    if audit.review is None:
        return
    told = audit.review.comparison
    yield from _link(audit, audit.review)
    yield from _standings([one.before for one in told.answers])
    answerer = Answerer(audit, told.old)
    for one in told.answers:
        if answerer.answer(one.before) != one:
            yield f"The answer to the condition {one.before.id} does not follow from the outcomes."
    known = frozenset((one.before.criterion, one.before.component) for one in told.answers)
    if raised(audit, known) != told.raised:
        yield "The conditions that are called new are not those that the earlier certificate did not have."
    there = {one.fingerprint: one for one in audit.findings}
    if any(one.fingerprint in there for one in told.findings_resolved):
        yield "A finding that is called resolved is listed."
    if any(finding_mark(there[one.fingerprint]) != one if one.fingerprint in there else True
           for one in told.findings_added):  # fmt: skip
        yield "A finding that is called new is not listed as such."


def _link(audit: Audit, review: Review) -> Iterator[str]:
    told = review.comparison
    if audit.rubric.kind != RubricKind.FINAL_REVIEW:
        yield "It answers an earlier certificate and is no final review."
    if told.new != mark_of(audit):
        yield "The newer side of its comparison is not this audit."
    if review.earlier.certificate_id != told.old.certificate_id:
        yield "The certificate that it answers is not the one that it compares with."
    if told.old.repository != audit.repository.name:
        yield f"It answers a certificate of another repository: {told.old.repository}."
    if not is_later(audit.scanned_at, told.old.scanned_at):
        yield f"It is dated {audit.scanned_at}, not after {told.old.scanned_at}, the date of what it answers."
    scores = {one.component: (one.title, one.after) for one in told.components if one.after is not None}
    own = {one.name: (one.title, one.score) for one in audit.components if one.evaluated}
    if scores != own or told.overall.after != audit.score.overall or told.overall.before != told.old.overall:
        yield "The scores that it compares are not its own."


def _standings(standings: Sequence[Standing]) -> Iterator[str]:
    if any(not is_condition_id(one.id) for one in standings):
        yield "A condition of the earlier certificate has no id of a condition."
    if len({one.id for one in standings}) != len(standings):
        yield "Two conditions of the earlier certificate have one id."
    if len({(one.criterion, one.component) for one in standings}) != len(standings):
        yield "A criterion of a component has two conditions in the earlier certificate."
