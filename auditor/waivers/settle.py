"""What becomes of every waiver: in force, expired, refused, stale, or left aside. Pure; the day of the audit decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from auditor.facts.credentials import mask
from auditor.model.component import ComponentPart
from auditor.model.finding import Finding
from auditor.model.outcome import Outcome, Proof
from auditor.model.rubric import Criterion, Rubric
from auditor.model.waiver import ABOUT_WAIVERS, Standing, Waiver
from auditor.rubric.problems import suggestion
from auditor.scoring.assign import asked_of, findings_by_criterion
from auditor.scoring.outcomes import requirement
from auditor.waivers.approval import Approval
from auditor.waivers.declared import Declared
from auditor.waivers.targets import Targets

__all__ = ["Case", "settle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What waivers are held against.

    `findings` are all of them, whichever components are scored (`chosen`); `proofs` answer what is required;
    `looked_for` holds ids and names of the rules that ran, `known` those of all rules.
    """

    rubric: Rubric
    parts: Sequence[ComponentPart]
    findings: Sequence[Finding]
    proofs: dict[str, Proof]
    chosen: frozenset[str]
    looked_for: frozenset[str]
    known: frozenset[str]
    approval: Approval

    def targets(self) -> Targets:
        """What there is to be waived, by rule, criterion, path and fingerprint."""
        takers: dict[str, Criterion] = {}
        unmet: dict[tuple[str, str], Criterion] = {}
        asked = asked_of(self.rubric, self.parts)
        files = {part.component.name: part.files for part in self.parts}
        for part, criteria in zip(self.parts, asked, strict=True):
            name = part.component.name
            by_id = {one.id: one for one in criteria}
            own = [one for one in self.findings if one.component == name]
            for key, counted in findings_by_criterion(criteria, own).items():
                takers.update((one.fingerprint, by_id[key]) for one in counted)
            for one in criteria:
                proof = self.proofs.get(one.id)
                applies = not one.applies or part.kinds & set(one.applies)
                if one.require is not None and applies and proof is not None and proof.outcome is Outcome.NOT_MET:
                    unmet[name, one.id] = one
        return Targets(tuple(self.findings), takers, unmet, files)


@dataclass(slots=True)
class _Clerk:
    """Settles one waiver after another: what an earlier one covers is covered."""

    case: Case
    targets: Targets
    taken: dict[str, str] = field(default_factory=dict)

    def settle(self, one: Declared) -> Waiver:
        approval = self.case.approval
        blank = _blank(one, expires_soon=False)
        if one.expires < approval.today:
            return replace(blank, standing=Standing.EXPIRED, note=f"it ended on {one.expires.isoformat()}")
        objection = approval.objection(one)
        if objection:
            return replace(blank, standing=Standing.REFUSED, note=objection)
        findings = self.targets.findings_of(one)
        needs = self.targets.requirements_of(one)
        if not findings and not needs:
            return self._without_target(one, blank)
        soon = one.expires - approval.today <= timedelta(days=approval.policy.warn_days)
        return self._counted(one, _blank(one, expires_soon=soon), findings, needs)

    def _counted(
        self, one: Declared, blank: Waiver, findings: Sequence[Finding], needs: Sequence[tuple[str, str]]
    ) -> Waiver:
        refused: dict[str, str] = {}
        lifted: list[str] = []
        covered: list[str] = []
        for found in findings:
            taker = self.targets.takers.get(found.fingerprint)
            why = _refusal_of(found) or self.case.approval.refusal(one, taker, found.severity)
            if why:
                refused[found.fingerprint] = why
            elif found.component in self.case.chosen and found.fingerprint not in self.taken:
                covered.append(found.fingerprint)
        for component, criterion in needs:
            asked = self.targets.unmet[component, criterion]
            name = requirement(criterion, component)
            why = self.case.approval.refusal(one, asked, asked.severity)
            if why:
                refused[name] = why
            elif component in self.case.chosen and name not in self.taken:
                lifted.append(name)
        self.taken.update(dict.fromkeys((*covered, *lifted), one.id))
        return _standing(blank, covered, lifted, refused)

    def _without_target(self, one: Declared, blank: Waiver) -> Waiver:
        if one.rule and one.rule in self.case.known and one.rule not in self.case.looked_for:
            return replace(blank, standing=Standing.ASIDE, note=f"{one.rule} did not run")
        if one.criterion and all(criterion.id != one.criterion for criterion in self.case.rubric.criteria):
            note = f"rubric {self.case.rubric.id} has no criterion {one.criterion}"
            return replace(blank, standing=Standing.ASIDE, note=note)
        note = "it matches nothing that was found"
        if one.rule and one.rule not in self.case.known:
            near = "" if one.inline else suggestion(one.rule, self.case.known)  # of comments there may be many
            note = f"no rule is called {one.rule}, and no finding is of it" + (f": {near}" if near else "")
        return replace(blank, standing=Standing.STALE, note=note)


def _refusal_of(found: Finding) -> str:
    return "no waiver covers what is wrong with waivers" if found.rule in ABOUT_WAIVERS else ""


def settle(declared: Iterable[Declared], case: Case, *, apply: bool = True) -> tuple[Waiver, ...]:
    """Every waiver with its standing, in the order in which they were declared.

    Without `apply` none counts, and those that would are marked as ignored.
    """
    clerk = _Clerk(case, case.targets())
    settled = tuple(clerk.settle(one) for one in declared)
    return settled if apply else tuple(map(_ignored, settled))


def _blank(one: Declared, *, expires_soon: bool) -> Waiver:
    return Waiver(
        id=one.id,
        rule=one.rule,
        criterion=one.criterion,
        path=one.path,
        fingerprint=one.fingerprint,
        component=one.component,
        reason=mask(one.reason),
        approver=", ".join(one.approvers),
        expires=one.expires.isoformat(),
        declared_in=one.declared_in,
        line=one.line,
        expires_soon=expires_soon,
    )


def _standing(blank: Waiver, covered: list[str], lifted: list[str], refused: dict[str, str]) -> Waiver:
    reasons = list(dict.fromkeys(refused.values()))
    note = "; ".join(reasons[:3]) + (f"; and {len(reasons) - 3} more reasons" if len(reasons) > 3 else "")  # noqa: PLR2004 - three are shown
    if covered or lifted:
        in_part = f"not for {len(refused)} of what it names: {note}" if refused else ""
        return replace(blank, findings=tuple(covered), requirements=tuple(lifted), refused=tuple(refused), note=in_part)
    if refused:
        return replace(blank, standing=Standing.REFUSED, refused=tuple(refused), note=note, expires_soon=False)
    note = "all that it names is covered by another waiver, or was not scored"
    return replace(blank, standing=Standing.ASIDE, note=note, expires_soon=False)


def _ignored(one: Waiver) -> Waiver:
    if one.standing is not Standing.IN_FORCE:
        return one
    note = f"waivers are not applied; it would cover {len(one.findings) + len(one.requirements)}"
    return replace(
        one, standing=Standing.IGNORED, note=note, findings=(), requirements=(), refused=(), expires_soon=False
    )
