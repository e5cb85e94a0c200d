"""What of an audit is new against a baseline, and what the rubric would decide about that alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from auditor.model.audit import Audit, GradeTable
from auditor.model.finding import Finding
from auditor.model.fingerprint import content_of, of_requirement, path_part
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Decision, Outcome
from auditor.model.waiver import ABOUT_WAIVERS
from auditor.scoring.arithmetic import not_met, read_sum
from auditor.scoring.components import overall, rescored
from auditor.scoring.conditions import is_open
from auditor.scoring.decide import judge
from auditor.scoring.outcomes import requirement

__all__ = ["Comparison", "Gate", "compare", "gate_on_new", "names_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An audit against a baseline.

    `new` are findings that it does not know, worst first, `new_requirements` criteria without findings (``DR-1 of delivery``).
    `known` counts what it knows. `gone` are its entries that nothing bears out any more; `moved` pairs the entries
    of renamed files with the fingerprints that they have now.
    """

    new: tuple[Finding, ...]
    new_requirements: tuple[str, ...]
    known: int
    gone: frozenset[str]
    moved: Mapping[str, str]

    @property
    def growth(self) -> int:
        """How many entries a baseline that holds all it may would have more."""
        return sum(map(_can_be_known, self.new)) + len(self.new_requirements)


@dataclass(frozen=True, slots=True)
class Gate:
    """The decision about what is new, with the score that is left if nothing else were wrong."""

    decision: Decision
    score: int


def names_of(audit: Audit) -> frozenset[str]:
    """The fingerprints of all that a baseline may hold: neither what is waived, nor what is wrong with waivers."""
    findings = (name for name, one in _findings(audit).items() if _can_be_known(one))
    return frozenset((*findings, *_requirements(audit)))


def compare(audit: Audit, baseline: frozenset[str], renamed: Mapping[str, str]) -> Comparison:
    """Hold an audit against a baseline. `renamed` gives the earlier path of a file that has been renamed since."""
    findings, requirements, here = _findings(audit), _requirements(audit), names_of(audit)
    moved: dict[str, str] = {}
    for name, finding in findings.items():
        earlier = renamed.get(finding.path)
        before = content_of(name) + path_part(earlier) if earlier is not None else ""
        if name in here and name not in baseline and before in baseline and before not in here:
            moved[before] = name
    recognised = (baseline & here).union(moved.values())
    return Comparison(
        new=tuple(one for name, one in findings.items() if name not in recognised),
        new_requirements=tuple(one for name, one in requirements.items() if name not in baseline),
        known=len(here & baseline) + len(moved),
        gone=baseline - here - moved.keys(),
        moved=moved,
    )


def gate_on_new(audit: Audit, comparison: Comparison) -> Gate | None:
    """What the rubric decides where only what is new counts; None where nothing is new."""
    if not (comparison.new or comparison.new_requirements):
        return None
    new = frozenset(one.fingerprint for one in comparison.new)
    grades = audit.rubric.grades
    parts = tuple(_only_new(part, new, comparison, grades) for part in audit.components)
    score = overall(parts, grades)
    left = {(part.name, one.id) for part in parts for one in part.criteria if is_open(one)}
    conditions: list[Condition] = [one for one in audit.conditions if (one.component, one.criterion) in left]
    verdict = judge(parts, score, conditions, grades, audit.repository)
    return Gate(verdict.decision, score.overall)


def _findings(audit: Audit) -> dict[str, Finding]:
    return {one.fingerprint: one for one in audit.findings if one.waived_by is None}


def _can_be_known(one: Finding) -> bool:
    return one.rule not in ABOUT_WAIVERS


def _requirements(audit: Audit) -> dict[str, str]:
    """What stands for the criteria that are open without a finding, with how they are called."""
    return {
        of_requirement(one.id, part.name): requirement(one.id, part.name)
        for part in audit.components
        for one in part.criteria
        if is_open(one) and not one.findings
    }


def _only_new(
    part: ComponentResult, new: frozenset[str], comparison: Comparison, grades: GradeTable
) -> ComponentResult:
    criteria = tuple(
        _restricted(one, sum(key in new for key in one.findings))
        if one.findings or requirement(one.id, part.name) not in comparison.new_requirements
        else one
        for one in part.criteria
    )
    return rescored(part, criteria, grades)


def _restricted(criterion: CriterionResult, findings: int) -> CriterionResult:
    """The criterion as if it had only so many findings."""
    if not is_open(criterion):
        return criterion
    printed = read_sum(criterion.reason)
    if not findings or printed is None:
        return replace(criterion, outcome=Outcome.MET, deduction=0)
    return replace(criterion, deduction=not_met(printed.impact, findings, own=printed.own_impact)[0])
