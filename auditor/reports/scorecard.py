"""The JSON of OpenSSF Scorecard: https://github.com/ossf/scorecard/blob/main/pkg/scorecard/json.v2.schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.json_reader import Loose, model_of, read_json
from auditor.reports.times import COMMIT, read_time

__all__ = ["ScorecardReport", "parse_scorecard"]

_REMEDY = "give what `scorecard --format json` prints"
_INCONCLUSIVE = -1

Word = Annotated[str, Field(max_length=300)]


class _Check(Loose):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    score: Annotated[int, Field(ge=-1, le=10)]


class _Repo(Loose):
    name: Word = ""
    commit: Word = ""


class _Scorecard(Loose):
    date: Word
    repo: _Repo
    score: Annotated[float, Field(ge=-1, le=10, strict=False)]
    checks: Annotated[list[_Check], Field(max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardReport:
    """The overall score and that of each check by its name, in tenths; what was inconclusive is left out."""

    facts: ReportFacts
    tenths: int
    checks: Mapping[str, int]


def parse_scorecard(data: bytes, name: str) -> ScorecardReport:
    """The report in `data`. Raises UserError, naming the file and the first field that is wrong."""
    read = model_of(_Scorecard, read_json(data, name), name, _REMEDY)
    produced = read_time(read.date)
    if produced is None:
        raise bad_report(name, f"date is no time: {read.date[:40]!r}", _REMEDY)
    checks = {one.name: 10 * one.score for one in read.checks if one.score != _INCONCLUSIVE}
    tenths = round(10 * read.score)
    commit = read.repo.commit if COMMIT.fullmatch(read.repo.commit) else ""
    facts = ReportFacts(
        says=f"score {tenths / 10:.1f} of 10 for {read.repo.name or 'a repository without name'}, "
        f"{len(checks)} of {len(read.checks)} checks conclusive",
        produced=produced,
        commits=(commit,) if commit else (),
        contradictions=tuple(_contradictions(read, tenths, checks)),
        empty="" if checks else "no check in it is conclusive",
    )
    return ScorecardReport(facts=facts, tenths=tenths, checks=checks)


def _contradictions(read: _Scorecard, tenths: int, checks: Mapping[str, int]) -> Iterator[str]:
    """The score is a weighted mean, whose weights are Scorecard's own: between the worst and the best check it must lie."""
    names = [one.name for one in read.checks]
    if len(set(names)) != len(names):
        yield "a check is listed twice"
    if checks and not min(checks.values()) <= tenths <= max(checks.values()):
        yield f"the score is {tenths / 10:.1f}, and no mean of its checks can be"
