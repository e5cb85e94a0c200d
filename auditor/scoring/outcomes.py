"""One criterion, answered for one component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.model.component import ComponentPart
from auditor.model.finding import Finding
from auditor.model.outcome import CriterionResult, Evidence, EvidenceKind, Outcome, Proof
from auditor.model.words import counted
from auditor.scoring.arithmetic import not_met, unknown

if TYPE_CHECKING:  # pydantic and the rules, which verification need not load
    from auditor.model.rubric import Criterion, Forbid, Rubric
    from auditor.scoring.inputs import RuleSummary

__all__ = ["AS_FOUND", "LIFTED", "Questioner", "requirement", "rules_of"]

AS_FOUND = "; as found: "
"""Stands in a reason before the sum without waivers, where that is another."""


LIFTED = "the requirement is waived"
"""The reason of a criterion that asks for what is not there, and that a waiver lifts."""


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: Outcome
    deduction: int
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Questioner:
    """Asks criteria: holds the rubric, what is known of the rules, the proofs, and what is waived.

    `waived` are fingerprints of findings; `lifted`, requirements without findings, as ``DR-1 of delivery``.
    """

    rubric: Rubric
    rules: tuple[RuleSummary, ...]
    proofs: Mapping[str, Proof]
    waived: frozenset[str]
    lifted: frozenset[str] = frozenset()

    def ask(self, criterion: Criterion, part: ComponentPart, findings: tuple[Finding, ...]) -> CriterionResult:
        """The result of one criterion, with waivers and as found. `findings` are those that it counts, worst first."""
        left = tuple(one for one in findings if one.fingerprint not in self.waived)
        found, answer = self._answer(criterion, part, len(findings)), self._answer(criterion, part, len(left))
        accepted = f"{counted(len(findings) - len(left), 'finding')} waived" if len(left) < len(findings) else ""
        if findings and not left:
            answer = replace(answer, evidence=())  # that nothing was found is not so
        elif requirement(criterion.id, part.component.name) in self.lifted and found.outcome is Outcome.NOT_MET:
            answer, accepted = _Answer(Outcome.MET, 0, "", found.evidence), LIFTED
        return CriterionResult(
            id=criterion.id,
            question=criterion.question,
            section=criterion.section,
            severity=criterion.severity,
            blocker=criterion.blocker,
            outcome=answer.outcome,
            outcome_as_found=found.outcome,
            deduction=answer.deduction,
            deduction_as_found=found.deduction,
            reason=_reason(answer, found, accepted),
            evidence=answer.evidence,
            findings=tuple(one.fingerprint for one in findings),
            risk=criterion.risk,
            mitigation=criterion.mitigation,
            accepts_waivers=criterion.accepts_waivers,
        )

    def _answer(self, criterion: Criterion, part: ComponentPart, findings: int) -> _Answer:
        if findings:
            cost, text = not_met(self.rubric.impact(criterion), findings, own=criterion.impact is not None)
            return _Answer(Outcome.NOT_MET, cost, text)
        if criterion.applies and not part.kinds & set(criterion.applies):
            return _Answer(Outcome.NOT_APPLICABLE, 0, f"this component has no {_or(criterion.applies)}")
        if criterion.forbid is not None:
            return self._nothing_found(criterion, criterion.forbid, part)
        return self._proved(criterion)

    def _nothing_found(self, criterion: Criterion, forbid: Forbid, part: ComponentPart) -> _Answer:
        asked = rules_of(forbid, self.rules)
        if not asked:
            return _Answer(Outcome.NOT_APPLICABLE, 0, "none of the rules that ran looks for this")
        looking = [rule for rule in asked if not rule.reads or rule.reads & part.kinds]
        if part.unreadable and _might_read(asked, part.unread_kinds):
            return self._undecided(criterion, Outcome.UNKNOWN, f"{_some(part.unreadable)} could not be judged")
        if not looking:
            kinds = sorted({kind for rule in asked for kind in rule.reads})
            return _Answer(Outcome.NOT_APPLICABLE, 0, f"this component has no {_or(kinds)}")
        note = f"{counted(len(looking), 'rule')} found nothing in {counted(len(part.files), 'file')}"
        return _Answer(Outcome.MET, 0, "", (Evidence(kind=EvidenceKind.MEASURED, note=note),))

    def _proved(self, criterion: Criterion) -> _Answer:
        proof = self.proofs.get(criterion.id)
        if proof is None:
            return self._undecided(criterion, Outcome.ERROR, "nothing looked for the evidence")
        if proof.outcome is Outcome.NOT_MET:
            cost, text = not_met(self.rubric.impact(criterion), 1, own=criterion.impact is not None)
            return _Answer(Outcome.NOT_MET, cost, text, proof.evidence)
        if proof.outcome is Outcome.NOT_APPLICABLE:
            return _Answer(Outcome.NOT_APPLICABLE, 0, _notes(proof) or "it does not apply", proof.evidence)
        if proof.outcome is not Outcome.MET:
            answer = self._undecided(criterion, proof.outcome, _notes(proof) or "the evidence is not conclusive")
            return _Answer(answer.outcome, answer.deduction, answer.reason, proof.evidence)
        if not any(one.kind in criterion.accepts for one in proof.evidence):
            return self._undecided(criterion, Outcome.UNKNOWN, f"only {_or(criterion.accepts)} evidence is accepted")
        return _Answer(Outcome.MET, 0, "", proof.evidence)

    def _undecided(self, criterion: Criterion, outcome: Outcome, why: str) -> _Answer:
        cost, text = unknown(self.rubric.impact(criterion), own=criterion.impact is not None)
        return _Answer(outcome, cost, f"{text}: {why}")


def requirement(criterion: str, component: str) -> str:
    """What names one requirement of one component, among those that waivers lift."""
    return f"{criterion} of {component}"


def rules_of(forbid: Forbid, rules: Sequence[RuleSummary]) -> tuple[RuleSummary, ...]:
    """The rules whose findings a criterion asks about."""
    named = frozenset(forbid.rules)
    return tuple(one for one in rules if one.id in named or one.name in named or one.category in forbid.categories)


def _might_read(rules: Sequence[RuleSummary], kinds: frozenset[str]) -> bool:
    return any(not kinds or not rule.reads or rule.reads & kinds for rule in rules)


def _reason(answer: _Answer, found: _Answer, accepted: str) -> str:
    if not accepted:
        return answer.reason
    return (f"{answer.reason}; {accepted}" if answer.reason else accepted) + AS_FOUND + found.reason


def _notes(proof: Proof) -> str:
    return "; ".join(one.note for one in proof.evidence if one.note)


def _or(words: Sequence[str]) -> str:
    return " or ".join(str(word) for word in words)


def _some(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more files"  # noqa: PLR2004 - three are shown
