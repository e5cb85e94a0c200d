"""What the templates print, picked and sorted from the audit. Nothing is computed that is not in the audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from auditor.certificate.comparison_view import ComparisonView
from auditor.model.audit import Audit
from auditor.model.finding import Confidence, Finding
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Outcome, Priority
from auditor.model.validity import cut_short_by

__all__ = ["Answer", "Issue", "PriorityGroup", "Risk", "Section", "SectionLine", "SectionRow", "View"]

MOST_BLOCKERS = 5
_WORST_OUTCOMES = (Outcome.NOT_MET, Outcome.ERROR, Outcome.UNKNOWN, Outcome.MET, Outcome.NOT_APPLICABLE)
UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A criterion that is not met, with its component, its findings (worst first) and its condition."""

    component: ComponentResult
    criterion: CriterionResult
    findings: tuple[Finding, ...]
    condition: Condition | None

    @property
    def open(self) -> bool:
        """Whether no waiver covers it."""
        return self.criterion.outcome is Outcome.NOT_MET


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityGroup:
    """The conditions of one priority, and their effort in minutes."""

    priority: Priority
    conditions: tuple[Condition, ...]
    effort: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """One criterion of a rubric's section."""

    component: ComponentResult
    criterion: CriterionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The components that gave a criterion one answer, and what that cost all of them together."""

    outcome: Outcome
    components: tuple[str, ...]
    deduction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    """One criterion of a section over all components: its answers, worst first, and the result that is worst."""

    worst: CriterionResult
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the rubric: its criteria, those that apply to no component, how many apply and are met."""

    title: str
    lines: tuple[SectionLine, ...]
    inapplicable: tuple[SectionLine, ...]
    applicable: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A risk as it follows from an unmet criterion: likely as its findings are sure and reached, bad as it is severe."""

    issue: Issue
    probability: str
    impact: str
    reached: int


@dataclass(frozen=True)
class View:
    """The audit as a reader asks for it."""

    audit: Audit

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """All unmet criteria, worst first."""
        return _worst_first(issue for component in self.audit.components for issue in self.issues_of(component))

    @property
    def comparison(self) -> ComparisonView | None:
        """What a re-audit says of the certificate that it answers."""
        return ComparisonView(self.audit.review.comparison) if self.audit.review else None

    @property
    def blockers(self) -> tuple[Issue, ...]:
        """The first of the unmet criteria that matter most: blockers, then critical and high ones."""
        return self._grave()[:MOST_BLOCKERS]

    @property
    def grave(self) -> int:
        """How many unmet criteria are blockers, critical or high."""
        return len(self._grave())

    @property
    def undecided(self) -> tuple[SectionRow, ...]:
        """The criteria that could not be decided."""
        return tuple(row for row in self._rows() if row.criterion.outcome in UNDECIDED)

    @property
    def priorities(self) -> tuple[PriorityGroup, ...]:
        """The conditions by priority; every priority is there, with or without conditions."""
        return tuple(self._priority(priority) for priority in Priority)

    @property
    def effort(self) -> int:
        """Minutes of all conditions."""
        return sum(one.effort for one in self.audit.conditions)

    @property
    def cut_short(self) -> str:
        """What runs out on the last day of validity, and so may have ended it."""
        return cut_short_by(self.audit.valid_until, self.audit.conditions, self.audit.waivers, self.audit.outside.files)

    @property
    def way_effort(self) -> int:
        """Minutes of the conditions on the way to GO."""
        steps = {step.condition for step in self.audit.verdict.path_to_go}
        return sum(one.effort for one in self.audit.conditions if one.id in steps)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The rubric's sections that hold a criterion, in the rubric's order; sections without a title come last."""
        rows = self._rows()
        titles = dict(self.audit.rubric.sections)
        others = sorted({row.criterion.section for row in rows} - set(titles))
        keys = (*titles, *others)
        found = (_section(titles.get(key, key), [row for row in rows if row.criterion.section == key]) for key in keys)
        return tuple(section for section in found if section.lines or section.inapplicable)

    @property
    def risks(self) -> tuple[Risk, ...]:
        """One for each unmet criterion, worst first."""
        return tuple(_risk(issue) for issue in self.issues)

    @property
    def uncounted(self) -> tuple[Finding, ...]:
        """Findings that no criterion counts: they cost nothing, and are shown all the same."""
        counted = {key for row in self._rows() for key in row.criterion.findings}
        return tuple(one for one in self.audit.findings if one.fingerprint not in counted)

    @cached_property
    def condition_by_id(self) -> dict[str, Condition]:
        """Conditions by their id."""
        return {one.id: one for one in self.audit.conditions}

    @cached_property
    def _by_fingerprint(self) -> dict[str, Finding]:
        return {one.fingerprint: one for one in self.audit.findings}

    def count(self, severity: str) -> int:
        """How many unmet criteria have this severity."""
        return sum(issue.open and issue.criterion.severity == severity for issue in self.issues)

    def issues_of(self, component: ComponentResult) -> tuple[Issue, ...]:
        """The component's unmet criteria, worst first; those that a waiver covers are among them."""
        by_fingerprint, conditions = self._by_fingerprint, self.condition_by_id
        unmet = [one for one in component.criteria if Outcome.NOT_MET in (one.outcome, one.outcome_as_found)]
        return _worst_first(
            Issue(
                component=component,
                criterion=one,
                findings=tuple(by_fingerprint[key] for key in one.findings if key in by_fingerprint),
                condition=conditions.get(one.condition or ""),
            )
            for one in unmet
        )

    def strengths_of(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """The component's criteria that are met without a waiver."""
        return tuple(one for one in component.criteria if one.outcome is one.outcome_as_found is Outcome.MET)

    def shown_strengths_of(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """The strengths that rest on something that is there: at a place, or in a report from outside."""
        return tuple(one for one in self.strengths_of(component) if _is_shown(one))

    def silent_strengths_of(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """The strengths that rest on nothing having been found against them."""
        return tuple(one for one in self.strengths_of(component) if not _is_shown(one))

    def undecided_of(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """The component's criteria without an answer."""
        return tuple(one for one in component.criteria if one.outcome in UNDECIDED)

    def inapplicable_of(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """The component's criteria that do not apply."""
        return tuple(one for one in component.criteria if one.outcome is Outcome.NOT_APPLICABLE)

    def lost_by(self, component: ComponentResult) -> tuple[CriterionResult, ...]:
        """What the component lost points to, most first."""
        return tuple(
            sorted((one for one in component.criteria if one.deduction), key=lambda one: (-one.deduction, one.id))
        )

    def plain_score(self, component: ComponentResult) -> int:
        """100 minus what the component lost, before floor and cap."""
        return 100 - sum(one.deduction for one in component.criteria)

    def actions_of(self, component: ComponentResult, *, required: bool) -> tuple[Condition, ...]:
        """The component's conditions: those that production waits for (P0, P1), or the others."""
        pressing = (Priority.P0, Priority.P1)
        own = (one for one in self.audit.conditions if one.component == component.name)
        return tuple(one for one in own if (one.priority in pressing) is required)

    def _grave(self) -> tuple[Issue, ...]:
        waiting = (issue for issue in self.issues if issue.open)
        return tuple(one for one in waiting if one.criterion.blocker or one.criterion.severity.rank <= 1)

    def _rows(self) -> list[SectionRow]:
        return [
            SectionRow(component=component, criterion=criterion)
            for component in self.audit.components
            for criterion in component.criteria
        ]

    def _priority(self, priority: Priority) -> PriorityGroup:
        own = tuple(one for one in self.audit.conditions if one.priority is priority)
        return PriorityGroup(priority=priority, conditions=own, effort=sum(one.effort for one in own))


def _worst_first(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=_gravity))


def _gravity(issue: Issue) -> tuple[bool, bool, int, int, str, str]:
    one = issue.criterion
    return not issue.open, not one.blocker, one.severity.rank, -one.deduction, issue.component.name, one.id


def _section(title: str, rows: Sequence[SectionRow]) -> Section:
    ids = tuple(dict.fromkeys(row.criterion.id for row in rows))
    lines = [_line([row for row in rows if row.criterion.id == key]) for key in ids]
    outcomes = [row.criterion.outcome for row in rows]
    return Section(
        title=title,
        lines=tuple(one for one in lines if one.worst.outcome is not Outcome.NOT_APPLICABLE),
        inapplicable=tuple(one for one in lines if one.worst.outcome is Outcome.NOT_APPLICABLE),
        applicable=len(outcomes) - outcomes.count(Outcome.NOT_APPLICABLE),
        met=outcomes.count(Outcome.MET),
    )


def _line(rows: Sequence[SectionRow]) -> SectionLine:
    """The rows of one criterion as one line. What does not apply somewhere is told with the component."""
    worst = min(rows, key=lambda row: (_WORST_OUTCOMES.index(row.criterion.outcome), -row.criterion.deduction))
    answers = []
    for outcome in _WORST_OUTCOMES[:-1]:
        own = [row for row in rows if row.criterion.outcome is outcome]
        if own:
            titles = tuple(row.component.title for row in own)
            lost = sum(row.criterion.deduction for row in own)
            answers.append(Answer(outcome=outcome, components=titles, deduction=lost))
    return SectionLine(worst=worst.criterion, answers=tuple(answers))


def _risk(issue: Issue) -> Risk:
    reached = sum(one.reached_from is not None for one in issue.findings)
    sure = min((list(Confidence).index(one.confidence) for one in issue.findings), default=1)
    if issue.findings and all(one.unreached for one in issue.findings):
        sure = min(sure + 1, len(Confidence) - 1)
    probability = list(Confidence)[sure].value
    return Risk(issue=issue, probability=probability, impact=issue.criterion.severity.value, reached=reached)


def _is_shown(criterion: CriterionResult) -> bool:
    return any(proof.path or proof.outside for proof in criterion.evidence)
