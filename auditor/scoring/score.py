"""Scoring: findings and proofs in, scores, conditions and decision out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.comparison.names import FIRST_NAMES, ConditionNames
from auditor.errors import UserError
from auditor.model.component import ComponentPart
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Proof, Score, Verdict
from auditor.model.repository import RepositoryIdentity
from auditor.model.rubric import Criterion, Rubric
from auditor.model.validity import endings, valid_until
from auditor.scoring.assign import asked_of, findings_by_criterion
from auditor.scoring.components import component_result, grades_of, overall
from auditor.scoring.conditions import Secretary
from auditor.scoring.inputs import RuleSummary
from auditor.scoring.outcomes import Questioner
from auditor.scoring.way_to_go import verdict_of

__all__ = ["Scorecard", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Everything that scoring says. `findings` are worst first; `valid_until` is a date (YYYY-MM-DD)."""

    components: tuple[ComponentResult, ...]
    score: Score
    verdict: Verdict
    conditions: tuple[Condition, ...]
    findings: tuple[Finding, ...]
    valid_until: str


def score(  # noqa: PLR0913 - every input of the pure function has its name
    *,
    rubric: Rubric,
    parts: Sequence[ComponentPart],
    findings: Sequence[Finding],
    proofs: Mapping[str, Proof],
    rules: Sequence[RuleSummary],
    repository: RepositoryIdentity,
    today: date,
    waived: frozenset[str] = frozenset(),
    lifted: frozenset[str] = frozenset(),
    ends: Sequence[date] = (),
    only: frozenset[str] = frozenset(),
    certificate: str = "CERT",
    names: ConditionNames = FIRST_NAMES,
) -> Scorecard:
    """Answer every criterion of every component and decide.

    `findings` belong to the component that they name. `proofs` are by criterion id, for what is required.
    `waived` are fingerprints of accepted findings: they count as found and not with waivers, as do the requirements
    that are `lifted` (``DR-1 of delivery``). Nothing is valid beyond the first of `ends`. `only` names the
    components to score (none: all); `parts` are all of them even so, as a question that is asked once is asked
    of the same component whichever are scored. `certificate` is the id that acceptance tests name, `names` are ids
    from earlier certificates. Nothing depends on an order. Raises UserError where nothing applicable was evaluated.
    """
    _refuse_nothing(parts)
    scored = {part.component.name for part in parts if not only or part.component.name in only}
    ordered = tuple(sorted((one for one in findings if one.component in scored), key=_order))
    questioner = Questioner(rubric=rubric, rules=tuple(rules), proofs=proofs, waived=waived, lifted=lifted)
    asked = [one for one in zip(parts, asked_of(rubric, parts), strict=True) if one[0].component.name in scored]
    answered = _answers(questioner, asked, ordered, rubric)
    secretary = Secretary(
        rubric=rubric, findings={one.fingerprint: one for one in ordered}, rules={one.id: one for one in rules},
        waived=waived, today=today, certificate=certificate, names=names,
    )  # fmt: skip
    components, conditions = secretary.write(answered)
    total, verdict = _decided(rubric, components, conditions, repository)
    until = min((valid_until(today, rubric.policy.validity_days, endings(conditions)), *ends)).isoformat()
    return Scorecard(components=components, score=total, verdict=verdict, conditions=conditions, findings=ordered,
                     valid_until=until)  # fmt: skip


def _refuse_nothing(parts: Sequence[ComponentPart]) -> None:
    if not parts:
        raise UserError("there is no component to score", remedy="name components in .auditor.yaml, or none at all")


def _answers(
    questioner: Questioner,
    asked: Iterable[tuple[ComponentPart, Sequence[Criterion]]],
    findings: Iterable[Finding],
    rubric: Rubric,
) -> tuple[ComponentResult, ...]:
    own = _by_component(findings)
    return tuple(
        component_result(part, _ask(questioner, some, part, own.get(part.component.name, ())), rubric)
        for part, some in asked
    )


def _by_component(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.component, []).append(one)
    return found


def _ask(
    questioner: Questioner, criteria: Sequence[Criterion], part: ComponentPart, findings: Sequence[Finding]
) -> tuple[CriterionResult, ...]:
    counted = findings_by_criterion(criteria, findings)
    return tuple(questioner.ask(one, part, counted.get(one.id, ())) for one in criteria)


def _decided(
    rubric: Rubric,
    components: tuple[ComponentResult, ...],
    conditions: tuple[Condition, ...],
    repository: RepositoryIdentity,
) -> tuple[Score, Verdict]:
    grades = grades_of(rubric)
    total = overall(components, grades)
    return total, verdict_of(components, total, conditions, grades, repository)


def _order(finding: Finding) -> tuple[int, str, int, str, int, str]:
    return (
        finding.severity.rank,
        finding.path,
        finding.start_line,
        finding.rule,
        finding.end_line,
        finding.fingerprint,
    )
