"""The comparison of two audits: what every command that tells a change is made from. Pure."""

from __future__ import annotations

from auditor.comparison.ledger import Answerer, ledger, raised
from auditor.comparison.marks import finding_mark, mark_of
from auditor.comparison.scores import component_changes, criterion_changes, overall_change
from auditor.model.audit import Audit
from auditor.model.comparison import Comparison, FindingMark

__all__ = ["compare"]


def compare(old: Audit, new: Audit) -> Comparison:
    """What changed from `old` to `new`.

    Findings are matched by fingerprint, conditions by criterion and component. Every condition of the older
    audit, and of the chain that it ends, is among the answers: none is lost. The same audits give the same.
    """
    mark = mark_of(old)
    standings = ledger(old)
    answerer = Answerer(new, mark)
    known = frozenset((one.criterion, one.component) for one in standings)
    components = component_changes(old, new)
    return Comparison(
        old=mark,
        new=mark_of(new),
        overall=overall_change(old, new, components),
        components=components,
        answers=tuple(answerer.answer(one) for one in standings),
        raised=raised(new, known),
        criteria=criterion_changes(old, new),
        findings_added=_only_in(new, old),
        findings_resolved=_only_in(old, new),
    )


def _only_in(one: Audit, other: Audit) -> tuple[FindingMark, ...]:
    """Findings that the other audit does not have, in the order of the audit that has them."""
    there = {finding.fingerprint for finding in other.findings}
    return tuple(finding_mark(finding) for finding in one.findings if finding.fingerprint not in there)
