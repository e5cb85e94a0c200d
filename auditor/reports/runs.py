"""Runs of workflows, as ``gh run list --json`` prints them: https://cli.github.com/manual/gh_run_list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from auditor.model.words import counted, listed
from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.json_reader import Loose, model_of, read_json
from auditor.reports.times import COMMIT, read_time

__all__ = ["FIELDS", "MOST_RUNS", "Run", "RunsReport", "parse_runs"]

FIELDS = "databaseId,workflowName,headSha,status,conclusion,createdAt,event,headBranch"
MOST_RUNS = 100_000
_REMEDY = f"give what `gh run list --limit 1000 --json {FIELDS}` prints"
_DONE = "completed"

Word = Annotated[str, Field(max_length=300)]


class _Run(Loose):
    database_id: Annotated[int, Field(ge=0)]
    workflow_name: Word
    head_sha: Word
    status: Word
    conclusion: Word | None
    created_at: Word
    event: Word = ""
    head_branch: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. `conclusion` is empty until it is completed."""

    number: int
    workflow: str
    commit: str
    status: str
    conclusion: str
    created: datetime
    event: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsReport:
    """The runs, newest first."""

    facts: ReportFacts
    runs: tuple[Run, ...]


def parse_runs(data: bytes, name: str) -> RunsReport:
    """The list in `data`. Raises UserError, naming the file and the first field that is wrong."""
    value = read_json(data, name)
    if not isinstance(value, list):
        raise bad_report(name, "this is no list of runs", _REMEDY, 1)
    if len(value) > MOST_RUNS:
        raise bad_report(name, f"more than {MOST_RUNS} runs", "list fewer with --limit")
    runs = [_run(one, number, name) for number, one in enumerate(value)]
    kept = {run.number: run for run in reversed(runs)}
    ordered = tuple(sorted(kept.values(), key=lambda run: (run.created, run.number), reverse=True))
    return RunsReport(
        facts=ReportFacts(
            says=_says(ordered),
            produced=ordered[0].created if ordered else None,
            contradictions=tuple(_contradictions(runs, kept)),
            empty="" if ordered else "there is no run in it",
        ),
        runs=ordered,
    )


def _run(value: object, number: int, name: str) -> Run:
    read = model_of(_Run, value, f"{name}, run {number + 1}", _REMEDY)
    created = read_time(read.created_at)
    if created is None:
        raise bad_report(f"{name}, run {number + 1}", f"createdAt is no time: {read.created_at[:40]!r}", _REMEDY)
    if not COMMIT.fullmatch(read.head_sha):
        raise bad_report(f"{name}, run {number + 1}", f"headSha is no commit: {read.head_sha[:40]!r}", _REMEDY)
    return Run(
        number=read.database_id,
        workflow=read.workflow_name,
        commit=read.head_sha.lower(),
        status=read.status,
        conclusion=read.conclusion or "",
        created=created,
        event=read.event,
        branch=read.head_branch or "",
    )


def _contradictions(runs: list[Run], kept: dict[int, Run]) -> Iterator[str]:
    for run in runs:
        if kept[run.number] != run:
            yield f"run {run.number} is listed twice, and not alike"
        elif (run.status == _DONE) != bool(run.conclusion):
            yield f"run {run.number} is {run.status or 'without status'} with the conclusion {run.conclusion or 'none'}"


def _says(runs: tuple[Run, ...]) -> str:
    if not runs:
        return "no run"
    ends = Counter(run.conclusion or run.status for run in runs)
    workflows = sorted({run.workflow for run in runs})
    results = ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
    span = f"{runs[-1].created:%Y-%m-%d} to {runs[0].created:%Y-%m-%d}"
    return f"{counted(len(runs), 'run')} from {span} of {counted(len(workflows), 'workflow')} ({listed(workflows)}): {results}"
