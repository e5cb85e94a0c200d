"""What the rubric's questions came to: outcomes, evidence, deductions, conditions, decision."""

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.finding import Severity
from auditor.model.waiver import Waiver

__all__ = [
    "OPEN_OUTCOMES", "ComponentResult", "Condition", "CriterionResult", "Decision", "Evidence", "EvidenceKind",
    "Outcome", "PathStep", "Priority", "Proof", "Score", "Verdict", "Waiver",
]  # fmt: skip


class Outcome(StrEnum):
    """The answer to one criterion."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"
    ERROR = "error"


OPEN_OUTCOMES = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.ERROR)
"""Answers that leave something to be done."""


class EvidenceKind(StrEnum):
    """What an outcome rests on: seen in the repository, stated by a person, or nothing."""

    MEASURED = "measured"
    ATTESTED = "attested"
    ABSENT = "absent"


class Decision(StrEnum):
    """The three answers of a certificate."""

    GO = "GO"
    CONDITIONAL = "CONDITIONAL"
    NO_GO = "NO-GO"


class Priority(StrEnum):
    """How soon a condition is due; P0 and P1 stand in the way of GO."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence.

    `path` with its 1-based lines where it is a file region; `note` says what it shows or, for what is
    absent, what was searched. `excerpt` is text captured from the file, masked. `outside` are the digests
    (sha256) of the evidence files from outside that it rests on.
    """

    kind: EvidenceKind
    note: str
    path: str | None = None
    start_line: int | None = None
    end_line: int | None = None
    excerpt: str = ""
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether the artefact that a criterion asks for is there: UNKNOWN where a file that might be it cannot be read."""

    outcome: Outcome
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """One criterion, answered for one component.

    `deduction` is in points and counts what is left after waivers; `deduction_as_found` ignores them.
    `findings` are fingerprints, worst first. `reason` says why an outcome is not MET or NOT_MET,
    or what a NOT_MET costs and how (``20 + 2 more findings = 22``). `accepts_waivers` is the rubric's word.
    """

    id: str
    question: str
    section: str
    severity: Severity
    blocker: bool
    outcome: Outcome
    outcome_as_found: Outcome
    deduction: int
    deduction_as_found: int
    reason: str
    evidence: tuple[Evidence, ...]
    findings: tuple[str, ...]
    risk: str
    mitigation: str
    condition: str | None = None
    accepts_waivers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentResult:
    """A component's score. `capped` tells whether an unmet blocker holds it at 59 or less."""

    name: str
    title: str
    kind: str
    weight: int
    owners: tuple[str, ...]
    paths: tuple[str, ...]
    files: int
    lines: int
    digest: str
    score: int
    as_found: int
    grade: str
    status: str
    capped: bool
    evaluated: bool
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must be done before production. `effort` is in minutes, `due` is a date (YYYY-MM-DD)."""

    id: str
    title: str
    criterion: str
    component: str
    priority: Priority
    owner: str
    effort: int
    due: str
    acceptance: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points out of 100, integers. `evidence_coverage` is in percent, rounded down.

    `arithmetic` is the sum as a reader can redo it: ``(2*58 + 1*70) / 3 = 186 / 3 = 62``.
    """

    overall: int
    as_found: int
    evidence_coverage: int
    grade: str
    decided: int
    applicable: int
    arithmetic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of the shortest way to GO: the condition closed, and the overall score after it."""

    condition: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why this decision: what stands between it and the one above, what keeps it from the one below."""

    decision: Decision
    why_not_better: tuple[str, ...]
    why_not_worse: tuple[str, ...]
    path_to_go: tuple[PathStep, ...]
    score_after: int | None
    decision_after: Decision
