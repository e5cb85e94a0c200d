"""AUD416: what must last is kept on a machine that does not."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TEMPORARY = pattern(r"/tmp/[\w.-]*(backup|dump|snapshot)[\w.-]*")  # noqa: S108 - what is looked for, not what is used
_SENDS = frozenset(
    {"aws", "gsutil", "gcloud", "az", "scp", "rsync", "rclone", "s3cmd", "curl", "psql", "ssh", "mc", "restic"}
)


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        if not job.hosted:
            continue
        found = [command for step in job.steps for command in all_commands(step.program.body if step.program else ())]
        for command in found:
            if command.name == "crontab" and command.texts[1:2] not in ((), ("-l",), ("-r",)):
                message = "A crontab is installed on the machine of the job, which is thrown away when the job ends."
                yield Hit(source.path, command.line, command.end_line, message, job.id)
        yield from _backups(source, job, found)


def _backups(source: Source, job: Job, found: list[Command]) -> Iterator[Hit]:
    kept = any("upload" in step.action or "cache" in step.action for step in job.steps)
    if kept or any(command.name in _SENDS for command in found):
        return
    for command in found:
        written = " ".join(
            (*writes_to(command), *(command.texts[1:] if command.name in ("mkdir", "tar", "cp") else ()))
        )
        match = _TEMPORARY.search(written)
        if match:
            message = f"The backup is kept in {match.group()!r}, on a machine that is thrown away when the job ends."
            yield Hit(source.path, command.line, command.end_line, message, job.id)
            return


RULE = Rule(
    id="AUD416",
    name="state-on-hosted-runner",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what must outlast the run (backups, schedules) live elsewhere than on the machine of the job?",
    why="A hosted machine is thrown away after the job, and with it the backup or the schedule that was put there.",
    limits="Counts in jobs on hosted machines: a crontab that is installed, and a backup that is written to /tmp and neither uploaded nor copied away in that job.",
    fix="Upload the backup to storage that lasts; put the schedule under 'on: schedule' or on a server.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"github-workflow"}),
    triggers=("crontab", "/tmp/"),  # noqa: S108 - what is looked for, not what is used
    check_file=_check,
    examples=(
        Example(
            title="A backup and a schedule on a machine that goes away",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          mkdir -p /tmp/app-backups\n          pg_dump app > /tmp/app-backups/app.sql\n      - run: crontab monitor.cron\n"
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:9"),
        ),
        Example(
            title="A backup that is sent away",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          pg_dump app > /tmp/app-backup.sql\n          aws s3 cp /tmp/app-backup.sql s3://backups/\n"
            },
        ),
    ),
)
