"""Questions of a rubric to evidence from outside, and the plain types that all questions are made of."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from auditor.model.outside import ReportKind

__all__ = ["AttestationProbe", "Days", "Glob", "Name", "Points", "ReportProbe", "RubricPart"]

Points = Annotated[int, Field(ge=0, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Glob = Annotated[str, Field(min_length=1, max_length=300, description="gitignore-like; case does not matter")]
Days = Annotated[int, Field(ge=1, le=3650)]
Score = Annotated[int, Field(ge=0, le=10)]


class RubricPart(BaseModel):
    """What every part of a rubric is: exact types, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


_KEYS_OF = {
    ReportKind.JUNIT: {"pass_rate", "min_tests"},
    ReportKind.COVERAGE: {"line_rate", "branch_rate"},
    ReportKind.RUNS: {"workflow", "conclusion", "within_days", "this_commit", "latest"},
    ReportKind.SCORECARD: {"score", "check"},
}


class ReportProbe(RubricPart):
    """A report from outside that says enough. Each kind has keys of its own.

    `junit`: `pass_rate` is the percentage of the tests that were not skipped, `min_tests` how many there must be.
    `coverage`: percentages of lines and branches. `runs`: some run of a matching `workflow` ended in `conclusion`,
    in the last `within_days`; with `this_commit` only runs of the audited commit count, and with `latest` the last
    run of every matching workflow must have ended so. `scorecard`: the overall `score`, or that of one `check`.
    """

    kind: Annotated[
        Literal[ReportKind.JUNIT, ReportKind.COVERAGE, ReportKind.RUNS, ReportKind.SCORECARD],
        Field(description="The kind of report; each has keys of its own"),
    ]
    pass_rate: Annotated[
        Points, Field(description="junit: the percentage of the tests that were not skipped which must have passed")
    ] = 100
    min_tests: Annotated[int, Field(ge=1, le=1_000_000, description="junit: how many tests there must be")] = 1
    line_rate: Annotated[Points | None, Field(description="coverage: the percentage of lines that must be reached")] = (
        None
    )
    branch_rate: Annotated[
        Points | None, Field(description="coverage: the percentage of branches that must be reached")
    ] = None
    workflow: Annotated[Glob, Field(description="runs: the name of the workflow; gitignore-like")] = "*"
    conclusion: Annotated[Name, Field(description="runs: how a run must have ended")] = "success"
    within_days: Annotated[Days | None, Field(description="runs: how many days ago at most")] = None
    this_commit: Annotated[bool, Field(description="runs: only runs of the audited commit count")] = False
    latest: Annotated[bool, Field(description="runs: the last run of every matching workflow must have ended so")] = (
        False
    )
    score: Annotated[Score | None, Field(description="scorecard: the least score")] = None
    check: Annotated[Name | None, Field(description="scorecard: of this check; without it, of the whole")] = None

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        given = {name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default}
        others = sorted(given - {"kind"} - _KEYS_OF[self.kind])
        if others:
            known = ", ".join(sorted(_KEYS_OF[self.kind]))
            raise ValueError(f"a report of kind {self.kind.value} has no {' and no '.join(others)}: it has {known}")
        if self.kind is ReportKind.COVERAGE and self.line_rate is None and self.branch_rate is None:
            raise ValueError("coverage asks for neither line_rate nor branch_rate")
        if self.kind is ReportKind.SCORECARD and self.score is None:
            raise ValueError("scorecard asks for no score")
        return self


class AttestationProbe(RubricPart):
    """A person's statement that something was done, at most `within_days` ago; with `signed`, one that a given key signed."""

    statement: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", description="The name of the statement")]
    within_days: Annotated[Days | None, Field(description="How many days ago at most it must have been done")] = None
    signed: Annotated[bool, Field(description="Whether a given key must have signed it")] = False
