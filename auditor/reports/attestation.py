"""Attestations: a person states that something was done. The file is YAML, described in docs/evidence.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from auditor.errors import Place, UserError
from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.times import COMMIT

__all__ = ["Attestation", "ReadYaml", "parse_attestation"]

MOST_BYTES = 65_536
_KEYS = "statement, by, date, expires, link, detail, commit"
_REMEDY = "docs/evidence.md describes the keys"


class Tree(Protocol):
    """YAML in which every value knows its line."""

    def plain(self) -> Any:  # noqa: ANN401 - YAML holds anything
        """The value without places."""
        ...

    def place_of(self, path: Sequence[str | int], /) -> Place:
        """Where the value at the end of the path stands."""
        ...


ReadYaml = Callable[[str, str], Tree]
"""Reads YAML text under a name; raises UserError on tags, aliases, duplicate keys and whatever is broken."""


class _Attestation(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, defer_build=True, extra="forbid")

    statement: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    by: Annotated[str, Field(min_length=2, max_length=200)]
    done: Annotated[date, Field(alias="date")]
    expires: date
    link: Annotated[str, Field(pattern=r"^https://[^\s]{4,500}$")]
    detail: Annotated[str, Field(max_length=1000)] = ""
    commit: str | None = None

    @field_validator("done", "expires", mode="before")
    @classmethod
    def _a_date(cls, value: object) -> date:
        if not isinstance(value, str):
            raise ValueError("must be a date, such as 2026-12-01")  # noqa: TRY004 - pydantic wants this one
        return date.fromisoformat(value)

    @field_validator("commit", mode="before")
    @classmethod
    def _a_commit(cls, value: object) -> str | None:
        if value is not None and not COMMIT.fullmatch(str(value)):
            raise ValueError("must be a commit: 7 to 64 hexadecimal digits, in quotes")
        return None if value is None else str(value)

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> _Attestation:
        if self.expires < self.done:
            raise ValueError("`expires` lies before `date`")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What was done, who says so, on which day, and until when that is to count."""

    facts: ReportFacts
    statement: str
    by: str
    done: date
    expires: date


def parse_attestation(data: bytes, name: str, read_yaml: ReadYaml) -> Attestation:
    """The attestation in `data`. Raises UserError, naming file and line, where it is none."""
    if len(data) > MOST_BYTES:
        raise bad_report(name, f"this is larger than any attestation: {len(data)} bytes", _REMEDY)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise bad_report(name, "this file is no UTF-8", "save it as UTF-8", line) from error
    if not text.strip():
        raise bad_report(name, "this file is empty", _REMEDY)
    tree = read_yaml(text, name)
    try:
        read = _Attestation.model_validate(tree.plain())
    except ValidationError as error:
        raise _first_problem(error, tree) from error
    return Attestation(
        facts=ReportFacts(
            says=_says(read),
            produced=datetime(read.done.year, read.done.month, read.done.day, tzinfo=UTC),
            commits=(read.commit,) if read.commit else (),
        ),
        statement=read.statement,
        by=read.by,
        done=read.done,
        expires=read.expires,
    )


def _says(read: _Attestation) -> str:
    said = f"{read.by} states {read.statement}, done {read.done}, until {read.expires}; see {read.link}"
    return f"{said}: {read.detail}" if read.detail else said


def _first_problem(error: ValidationError, tree: Tree) -> UserError:
    problem = error.errors(include_url=False)[0]
    place = tree.place_of(problem["loc"])
    name = ".".join(str(step) for step in problem["loc"])
    if problem["type"] == "missing":
        return UserError(f"the key {name!r} is missing", place=place, remedy=f"add `{name}:`")
    if problem["type"] == "extra_forbidden":
        return UserError(f"unknown key {name!r}", place=place, remedy=f"the keys are {_KEYS}")
    message = problem["msg"].removeprefix("Value error, ")
    return UserError(f"{name}: {message}" if name else message, place=place, remedy=_REMEDY)
