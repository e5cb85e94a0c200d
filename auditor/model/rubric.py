"""The rubric: which questions are asked of which component, and what their answers cost.

These models are the contract of the YAML files under ``rubrics/``; the JSON Schema is generated from them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from auditor.model.component import ComponentKind
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.outcome import EvidenceKind, Outcome, Priority
from auditor.model.outside_probe import AttestationProbe, Days, Glob, Name, Points, ReportProbe, RubricPart
from auditor.model.source import Role

__all__ = [
    "AttestationProbe", "BandModel", "Criterion", "FileProbe", "Forbid", "JobProbe", "KeyProbe", "Policy", "Probe",
    "ReportProbe", "Require", "Rubric", "RubricKind", "SectionProbe", "TextProbe", "Thresholds", "WaiverPolicy",
]  # fmt: skip

Expression = Annotated[str, Field(min_length=1, max_length=500, description="an expression of RE2")]
Effort = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}(m|h|d)$", description="30m, 4h or 2d (of 8 hours)")]

_MINUTES = {"m": 1, "h": 60, "d": 480}


class RubricKind(StrEnum):
    """The certificate template that a rubric is printed with."""

    OPERATIONAL_READINESS = "operational-readiness"
    PRODUCTION_READINESS_AUDIT = "production-readiness-audit"
    IMPLEMENTATION_REVIEW = "implementation-review"
    FINAL_REVIEW = "final-review"


class BandModel(RubricPart):
    """Scores of `floor` and more get this grade, until the next band begins."""

    floor: Points
    grade: Annotated[str, Field(min_length=1, max_length=3)]
    status: Name


class Thresholds(RubricPart):
    """The numbers of the decision."""

    go_score: Points = 90
    go_coverage: Points = 80
    no_go_below: Points = 60
    blocker_cap: Points = 59


class WaiverPolicy(RubricPart):
    """Whose approval counts, and for how long.

    For criteria of the severity `owner_from` and worse, the approver of a waiver must own `.auditor/waivers.yaml` by
    CODEOWNERS; for milder ones it is enough that somebody is named. A waiver ends at most `longest_days` after the
    audit, and its end is warned of `warn_days` ahead.
    """

    owner_from: Severity = Severity.HIGH
    longest_days: Annotated[int, Field(ge=1, le=3650)] = 366
    warn_days: Annotated[int, Field(ge=0, le=3650)] = 14


class Policy(RubricPart):
    """How long what may take: days until a condition is due, by priority, and until a certificate expires.

    A report from outside that is older than `evidence_days` is refused.
    """

    due_days: dict[Priority, Annotated[int, Field(ge=0, le=3650)]]
    validity_days: Days = 30
    evidence_days: Days = 30
    owner_default: Name = "repository owner"
    waivers: WaiverPolicy = WaiverPolicy()

    @field_validator("due_days")
    @classmethod
    def _every_priority(cls, due_days: dict[Priority, int]) -> dict[Priority, int]:
        if missing := [one.value for one in Priority if one not in due_days]:
            raise ValueError(f"due_days has nothing for {', '.join(missing)}")
        return due_days


class Forbid(RubricPart):
    """Findings that must not be there: of these rules (ids or names) or of these categories.

    A finding counts for the first criterion that names its rule, else for the first with its category:
    once, never twice. `min_severity` and `min_confidence` leave milder and less certain ones to a later criterion.
    """

    rules: tuple[Name, ...] = ()
    categories: tuple[Category, ...] = ()
    min_severity: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.LOW
    paths: tuple[Glob, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.rules and not self.categories:
            raise ValueError("forbid names neither rules nor categories")
        return self


class SectionProbe(RubricPart):
    """A section of a Markdown document that says something: its heading matches and its text is no placeholder."""

    document: Glob
    heading: Expression


class KeyProbe(RubricPart):
    """A key of a YAML, JSON or TOML file, dotted (``spec.maxReplicas``); ``*`` stands for any key or item."""

    file: Glob
    key: Name


class JobProbe(RubricPart):
    """A job of a workflow whose name matches `name`, and which runs a command that matches `runs`."""

    workflow: Glob
    name: Expression | None = None
    runs: Expression | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.name is None and self.runs is None:
            raise ValueError("job asks for neither a name nor what it runs")
        return self


class TextProbe(RubricPart):
    """Text in a file, outside of comment lines."""

    file: Glob
    pattern: Expression


class FileProbe(RubricPart):
    """A file with content of its own: empty files and placeholders do not count."""

    path: Glob
    role: Role | None = None


class Probe(RubricPart):
    """One place where the artefact might be: exactly one of these. The last two come from outside of the repository."""

    file: FileProbe | Glob | None = None
    section: SectionProbe | None = None
    key: KeyProbe | None = None
    job: JobProbe | None = None
    text: TextProbe | None = None
    report: ReportProbe | None = None
    attestation: AttestationProbe | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = type(self).model_fields
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"one of {', '.join(names)} is needed, not {' and '.join(given) or 'none'}")
        return self

    @property
    def outside(self) -> ReportProbe | AttestationProbe | None:
        """What is looked for outside of the repository, where it is that."""
        return self.report or self.attestation


class Require(RubricPart):
    """An artefact that must be there: in `any` of these places, or in `all` of them."""

    any: tuple[Probe, ...] = ()
    all: tuple[Probe, ...] = ()

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if bool(self.any) == bool(self.all):
            raise ValueError("require needs either any or all, with at least one place")
        return self

    @property
    def only_outside(self) -> bool:
        """Whether nothing in the repository could prove it."""
        return all(one.outside for one in self.any or self.all)


class Criterion(RubricPart):
    """One yes/no question.

    With `forbid` it is asked of every component of these kinds. With `require` it is asked once: of the
    first component of the first of these kinds that the repository has.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[1-9][0-9]{0,2}$")]
    question: Name
    components: Annotated[tuple[ComponentKind, ...], Field(min_length=1)]
    severity: Severity
    section: Name
    impact: Points | None = None
    blocker: bool = False
    waivable: bool | None = Field(
        default=None, description="Whether waivers are accepted; blockers accept none unless this says so"
    )
    priority: Priority | None = None
    effort: Effort | None = None
    risk: Annotated[str, Field(min_length=1, max_length=1000)]
    mitigation: Annotated[str, Field(min_length=1, max_length=1000)]
    condition: Name
    owner: Name | None = None
    accepts: Annotated[
        tuple[Literal[EvidenceKind.MEASURED, EvidenceKind.ATTESTED], ...], Field(min_length=1)
    ] = (EvidenceKind.MEASURED, EvidenceKind.ATTESTED)  # fmt: skip
    applies: tuple[Name, ...] = Field(
        default=(), description="Languages or fact kinds of which the component must have one for the question to apply"
    )
    absent: Annotated[
        Literal[Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE],
        Field(description="The answer where the evidence from outside that alone could prove it was not given"),
    ] = Outcome.NOT_MET
    forbid: Forbid | None = None
    require: Require | None = None

    @model_validator(mode="after")
    def _forbids_or_requires(self) -> Self:
        if (self.forbid is None) == (self.require is None):
            raise ValueError("a criterion needs exactly one of forbid and require")
        if self.absent is not Outcome.NOT_MET and (self.require is None or not self.require.only_outside):
            raise ValueError("absent is for what only a report or an attestation can prove")
        return self

    @property
    def accepts_waivers(self) -> bool:
        """Whether its findings can be waived: as given, else those of every criterion but blockers."""
        return not self.blocker if self.waivable is None else self.waivable

    @property
    def due(self) -> Priority:
        """The priority of its condition: as given, else by severity."""
        return self.priority or list(Priority)[self.severity.rank]

    @property
    def minutes(self) -> int | None:
        """Its effort in minutes, where it is given."""
        return None if self.effort is None else int(self.effort[:-1]) * _MINUTES[self.effort[-1]]


class Rubric(RubricPart):
    """A rubric with everything that it extends taken in."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    title: Name
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    kind: RubricKind
    impacts: dict[Severity, Points]
    bands: Annotated[tuple[BandModel, ...], Field(min_length=1)]
    thresholds: Thresholds
    policy: Policy
    sections: dict[Name, Name]
    weights: dict[ComponentKind, Annotated[int, Field(ge=0, le=100)]]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @field_validator("impacts")
    @classmethod
    def _every_severity(cls, impacts: dict[Severity, int]) -> dict[Severity, int]:
        if missing := [one.value for one in Severity if one not in impacts]:
            raise ValueError(f"impacts has nothing for {', '.join(missing)}")
        return impacts

    @field_validator("bands")
    @classmethod
    def _falling_to_zero(cls, bands: tuple[BandModel, ...]) -> tuple[BandModel, ...]:
        floors = [band.floor for band in bands]
        if floors != sorted(set(floors), reverse=True) or floors[-1] != 0:
            raise ValueError("bands need falling floors, down to 0")
        return bands

    @field_validator("weights")
    @classmethod
    def _something_weighs(cls, weights: dict[ComponentKind, int]) -> dict[ComponentKind, int]:
        if not any(weights.values()):
            raise ValueError("all weights are zero: nothing would be scored")
        return weights

    def impact(self, criterion: Criterion) -> int:
        """What the criterion costs where it is not met: its own impact, else its severity's."""
        return self.impacts[criterion.severity] if criterion.impact is None else criterion.impact
