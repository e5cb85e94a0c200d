"""AUD723: a job reads a file that was written on another machine."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TEMPORARY = pattern(r"/tmp/[A-Za-z][\w.-]{3,}")  # noqa: S108 - what is looked for, not what is used
_MAKES = frozenset(
    {"mkdir", "mktemp", "touch", "tee", "cp", "mv", "curl", "wget", "tar", "unzip", "git", "docker", "rm"}
)


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    jobs = [job for job in workflow.jobs if job.hosted] if workflow is not None else []
    uses = {job.id: _mentions(job) for job in jobs}
    for job in jobs:
        before = {need.job for need in job.needs}
        for path, (line, makes) in uses[job.id].items():
            writers = [one for one in jobs if one.id in before and uses[one.id].get(path, (0, False))[1]]
            if writers and not makes:
                message = (
                    f"The job {job.id!r} reads {path!r}, which the job {writers[0].id!r} wrote on its own machine."
                )
                yield Hit(source.path, line, line, message, job.id)


def _mentions(job: Job) -> dict[str, tuple[int, bool]]:
    """The temporary paths of the job: the line of the first mention, and whether a command makes them."""
    found: dict[str, tuple[int, bool]] = {}
    for step in job.steps:
        for command in all_commands(step.program.body) if step.program else ():
            written = " ".join(writes_to(command))
            texts = (*command.texts, *(one.value.text for one in command.assignments), written)
            for match in _TEMPORARY.finditer(" ".join(texts)):
                line, makes = found.get(match.group(), (command.line, False))
                makes = makes or match.group() in written or (command.name in _MAKES and command.name != "tar")
                found[match.group()] = (line, makes)
    return found


RULE = Rule(
    id="AUD723",
    name="file-of-another-runner",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every job read only files that can be on its machine?",
    why="Each job has a machine of its own: what another job wrote to its disk is not there, and a backup kept so is lost.",
    limits="Only paths below /tmp count, in jobs on hosted machines, that one job writes and a later one reads without making them.",
    fix="Hand the files over as artifacts, or keep them in storage that lasts.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"github-workflow"}),
    triggers=("/tmp/",),  # noqa: S108 - what is looked for, not what is used
    check_file=_check,
    examples=(
        Example(
            title="A backup on the disk of another machine",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  backup:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pg_dump app > /tmp/app-backup.sql\n  rollback:\n    needs: backup\n    runs-on: ubuntu-latest\n    steps:\n      - run: psql -f /tmp/app-backup.sql\n"
            },
            found=(".github/workflows/deploy.yml:11",),
        ),
        Example(
            title="A file that the job itself makes",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  backup:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pg_dump app > /tmp/app-backup.sql\n  rollback:\n    needs: backup\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          aws s3 cp s3://backups/app.sql - > /tmp/app-backup.sql\n          psql -f /tmp/app-backup.sql\n"
            },
        ),
    ),
)
