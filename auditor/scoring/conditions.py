"""What must be done before production: one condition for each criterion that is not met or not decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from auditor.comparison.names import FIRST_NAMES, ConditionNames
from auditor.model.finding import Finding
from auditor.model.outcome import OPEN_OUTCOMES, ComponentResult, Condition, CriterionResult, Outcome, Priority

if TYPE_CHECKING:  # pydantic and the rules, which verification need not load
    from auditor.model.rubric import Criterion, Rubric
    from auditor.scoring.inputs import RuleSummary

__all__ = ["MAX_EFFORT", "Secretary", "is_open"]

MAX_EFFORT = 2400
"""Minutes: a week of work. What takes longer is a project, not a condition, and its sum says nothing."""

_BY_SEVERITY = (480, 240, 120, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secretary:
    """Writes conditions: holds the rubric, the findings by fingerprint, the rules by id, the day, the certificate's id, and ids given before."""

    rubric: Rubric
    findings: Mapping[str, Finding]
    rules: Mapping[str, RuleSummary]
    waived: frozenset[str]
    today: date
    certificate: str
    names: ConditionNames = FIRST_NAMES

    def write(self, components: Sequence[ComponentResult]) -> tuple[tuple[ComponentResult, ...], tuple[Condition, ...]]:
        """The components with each criterion naming its condition, and the conditions by priority, component and criterion."""
        criteria = {one.id: one for one in self.rubric.criteria}
        places = [(at, one) for at, part in enumerate(components) for one in part.criteria if is_open(one)]
        order = list(criteria)
        places.sort(key=lambda place: (_priority(criteria[place[1].id], place[1]), place[0], order.index(place[1].id)))
        conditions: list[Condition] = []
        names: dict[tuple[int, str], str] = {}
        given = self.names.of((result.id, components[at].name) for at, result in places)
        for name, (at, result) in zip(given, places, strict=True):
            names[at, result.id] = name
            conditions.append(self._condition(name, criteria[result.id], result, components[at]))
        named = (
            replace(part, criteria=tuple(replace(one, condition=names.get((at, one.id))) for one in part.criteria))
            for at, part in enumerate(components)
        )
        return tuple(named), _told_apart(conditions, {part.name: part.title for part in components})

    def _condition(self, name: str, criterion: Criterion, result: CriterionResult, part: ComponentResult) -> Condition:
        left = tuple(one for one in result.findings if one not in self.waived)
        priority = _priority(criterion, result)
        unmet = result.outcome is Outcome.NOT_MET
        return Condition(
            id=name,
            title=criterion.condition if unmet else f"Find out, and show: {criterion.question}",
            criterion=criterion.id,
            component=part.name,
            priority=priority,
            owner=criterion.owner or ", ".join(part.owners) or self.rubric.policy.owner_default,
            effort=self._effort(criterion, left),
            due=(self.today + timedelta(days=self.rubric.policy.due_days[priority])).isoformat(),
            acceptance=self._acceptance(name, criterion, part, left),
            findings=left,
        )

    def _effort(self, criterion: Criterion, findings: tuple[str, ...]) -> int:
        if criterion.minutes is not None:
            return criterion.minutes
        known = [self.rules[self.findings[one].rule].effort for one in findings if self._rule_of(one)]
        return min(sum(known) or _BY_SEVERITY[criterion.severity.rank], MAX_EFFORT)

    def _rule_of(self, fingerprint: str) -> bool:
        return fingerprint in self.findings and self.findings[fingerprint].rule in self.rules

    def _acceptance(self, name: str, criterion: Criterion, part: ComponentResult, findings: tuple[str, ...]) -> str:
        """A command that can be typed at the top of the repository, with the certificate at hand, and what it must find."""
        scan = f"`auditor scan --components {part.name}`"
        rules = sorted({self.findings[one].rule for one in findings if one in self.findings})
        if any(rule not in self.rules for rule in rules):
            return f"{scan}, given a new report with `--evidence`, finds no {', '.join(rules)} in {part.name}"
        if criterion.require is not None and criterion.require.only_outside:
            return f"{scan}, given the evidence that it asks for with `--evidence`, reports {criterion.id} as met"
        command = f"`auditor verify {self.certificate}.md --condition {name} --repo .` exits with 0"
        return f"{command}: " + (f"no {', '.join(rules)} in {part.name}" if rules else f"{criterion.id} is met")


def _told_apart(conditions: Sequence[Condition], titles: Mapping[str, str]) -> tuple[Condition, ...]:
    """The conditions, with the component in the title where several would read alike."""
    times = Counter(one.title for one in conditions)
    return tuple(
        one if times[one.title] == 1 else replace(one, title=f"{one.title} ({titles[one.component]})")
        for one in conditions
    )


def is_open(criterion: CriterionResult) -> bool:
    """Whether something is left to be done for this criterion."""
    return criterion.outcome in OPEN_OUTCOMES


def _priority(criterion: Criterion, result: CriterionResult) -> Priority:
    """What nobody could decide is looked into after what is known to be wrong: never before P2."""
    if result.outcome is Outcome.NOT_MET:
        return criterion.due
    return max(criterion.due, Priority.P2)
