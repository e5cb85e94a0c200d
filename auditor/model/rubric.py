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
from auditor.model.rubric_probe import FileProbe, JobProbe, KeyProbe, Probe, SectionProbe, TextProbe

__all__ = [
    "AttestationProbe", "BandModel", "Criterion", "FileProbe", "Forbid", "JobProbe", "KeyProbe", "Policy", "Probe",
    "ReportProbe", "Require", "Rubric", "RubricKind", "SectionProbe", "TextProbe", "Thresholds", "WaiverPolicy",
]  # fmt: skip

Wait = Annotated[int, Field(ge=0, le=3650)]
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

    floor: Annotated[Points, Field(description="The lowest score of the band")]
    grade: Annotated[str, Field(min_length=1, max_length=3, description="The grade of these scores")]
    status: Annotated[Name, Field(description="What the grade means, in words")]


class Thresholds(RubricPart):
    """The numbers of the decision."""

    go_score: Annotated[Points, Field(description="The overall score from which GO is possible")] = 90
    go_coverage: Annotated[
        Points, Field(description="The percentage of criteria that must be decided on evidence for GO")
    ] = 80
    no_go_below: Annotated[Points, Field(description="Below this overall score it is NO-GO")] = 60
    blocker_cap: Annotated[Points, Field(description="The most that a component with an unmet blocker can score")] = 59


class WaiverPolicy(RubricPart):
    """Whose approval counts, and for how long.

    For criteria of the severity `owner_from` and worse, the approver of a waiver must own `.auditor/waivers.yaml` by
    CODEOWNERS; for milder ones it is enough that somebody is named. A waiver ends at most `longest_days` after the
    audit, and its end is warned of `warn_days` ahead.
    """

    owner_from: Annotated[
        Severity, Field(description="From this severity on, the approver must own the waiver file")
    ] = Severity.HIGH
    longest_days: Annotated[
        Days, Field(description="A waiver that ends later than this many days after the audit is refused")
    ] = 366
    warn_days: Annotated[Wait, Field(description="How many days before its end a waiver is warned of")] = 14


class Policy(RubricPart):
    """How long what may take: days until a condition is due, by priority, and until a certificate expires.

    A report from outside that is older than `evidence_days` is refused.
    """

    due_days: Annotated[
        dict[Priority, Wait], Field(description="How many days there are to meet a condition, for every priority")
    ]
    validity_days: Annotated[
        Days, Field(description="How many days a certificate is valid, if nothing in it ends earlier")
    ] = 30
    evidence_days: Annotated[
        Days, Field(description="A report from outside that is older than this many days is refused")
    ] = 30
    owner_default: Annotated[
        Name, Field(description="Who owns what CODEOWNERS and the configuration give to nobody")
    ] = "repository owner"
    waivers: Annotated[WaiverPolicy, Field(description="Which waivers count")] = WaiverPolicy()

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

    rules: Annotated[tuple[Name, ...], Field(description="Rules, by id or name")] = ()
    categories: Annotated[tuple[Category, ...], Field(description="Categories of defects")] = ()
    min_severity: Annotated[Severity, Field(description="Milder findings are left to a later criterion")] = Severity.LOW
    min_confidence: Annotated[Confidence, Field(description="Less certain findings are left to a later criterion")] = (
        Confidence.LOW
    )
    paths: Annotated[tuple[Glob, ...], Field(description="Only findings in these files count; empty: all")] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.rules and not self.categories:
            raise ValueError("forbid names neither rules nor categories")
        return self


class Require(RubricPart):
    """An artefact that must be there: in `any` of these places, or in `all` of them."""

    any: Annotated[tuple[Probe, ...], Field(description="One of these places is enough")] = ()
    all: Annotated[tuple[Probe, ...], Field(description="Every one of these places is needed")] = ()

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

    id: Annotated[
        str,
        Field(
            pattern=r"^[A-Z][A-Z0-9]*-[1-9][0-9]{0,2}$",
            description="Its name in findings, conditions and waivers, such as `DEL-1`",
        ),
    ]
    question: Annotated[Name, Field(description="What is asked; yes is good")]
    components: Annotated[
        tuple[ComponentKind, ...], Field(min_length=1, description="The kinds of components that it is asked of")
    ]
    severity: Annotated[
        Severity, Field(description="How much a no matters: what it costs, and how soon its condition is due")
    ]
    section: Annotated[
        Name, Field(description="The section of the certificate that it is printed in: a key of `sections`")
    ]
    impact: Annotated[
        Points | None, Field(description="What a no costs, in points; without it, what `impacts` says for its severity")
    ] = None
    blocker: Annotated[bool, Field(description="Whether a no makes it NO-GO and caps the component")] = False
    waivable: bool | None = Field(
        default=None, description="Whether waivers are accepted; blockers accept none unless this says so"
    )
    priority: Annotated[
        Priority | None, Field(description="The priority of its condition; without it, by severity from P0 to P3")
    ] = None
    effort: Annotated[
        Effort | None,
        Field(description="What its condition takes: 30m, 4h or 2d (of 8 hours); without it, what the rules say"),
    ] = None
    risk: Annotated[str, Field(min_length=1, max_length=1000, description="What can happen while the answer is no")]
    mitigation: Annotated[str, Field(min_length=1, max_length=1000, description="What to do about it")]
    condition: Annotated[Name, Field(description="What must be done, as the title of its condition")]
    owner: Annotated[Name | None, Field(description="Who must do it; without it, who owns the component")] = None
    accepts: Annotated[
        tuple[Literal[EvidenceKind.MEASURED, EvidenceKind.ATTESTED], ...],
        Field(min_length=1, description="Whether it is decided on what was measured, attested, or either"),
    ] = (EvidenceKind.MEASURED, EvidenceKind.ATTESTED)  # fmt: skip
    applies: tuple[Name, ...] = Field(
        default=(), description="Languages or fact kinds of which the component must have one for the question to apply"
    )
    absent: Annotated[
        Literal[Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE],
        Field(description="The answer where the evidence from outside that alone could prove it was not given"),
    ] = Outcome.NOT_MET
    forbid: Annotated[Forbid | None, Field(description="Findings that must not be there; either this or `require`")] = (
        None
    )
    require: Annotated[Require | None, Field(description="An artefact that must be there; either this or `forbid`")] = (
        None
    )

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

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", description="The name of the rubric")]
    title: Annotated[Name, Field(description="What the rubric is called in certificates")]
    version: Annotated[
        str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", description="Raised whenever a score could move")
    ]
    kind: Annotated[RubricKind, Field(description="The template of its certificates")]
    impacts: Annotated[dict[Severity, Points], Field(description="What a no costs, in points, for every severity")]
    bands: Annotated[
        tuple[BandModel, ...], Field(min_length=1, description="Grades, the best first, down to a floor of 0")
    ]
    thresholds: Annotated[Thresholds, Field(description="The numbers of the decision")]
    policy: Annotated[Policy, Field(description="How long what may take, and whose approval counts")]
    sections: Annotated[
        dict[Name, Name],
        Field(description="Sections of the certificate: their titles by the names that criteria use, in order"),
    ]
    weights: Annotated[dict[ComponentKind, Points], Field(description="What a component of each kind weighs")]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, description="The questions")]

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
