"""AUD416: what must last is kept on a machine that does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import Command, all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TEMPORARY = pattern(r"/tmp/[\w.-]*(backup|dump|snapshot)[\w.-]*")  # noqa: S108 - what is looked for, not what is used
_SENDS = frozenset(
    {"aws", "gsutil", "gcloud", "az", "scp", "rsync", "rclone", "s3cmd", "curl", "psql", "ssh", "mc", "restic"}
)


_SCRIPT = pattern(
    r"(?i)(?:^|/)[\w.-]*(?:backup|back-up|dump|snapshot)[\w.-]*\.(?:sh|bash)$|(?:^|/)(?:backup|dump|snapshot)$"
)
_STARTS = frozenset({"bash", "sh", "source", "."})
_DUMPS = frozenset({"pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "pg_basebackup", "xtrabackup"})
_COPIES = frozenset({"aws", "gsutil", "gcloud", "az", "scp", "rsync", "rclone", "s3cmd", "curl", "ssh", "sftp", "mc", "restic", "borg", "b2", "duplicity"})  # fmt: skip


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    scripts = {file.path: fact for file, fact in facts.of(ShellFile)}
    for file, fact in facts.of(GithubWorkflow):
        yield from _of_workflow(file.path, fact)
        for job in fact.jobs:
            yield from _by_script(file.path, job, scripts)


def _by_script(path: str, job: Job, scripts: Mapping[str, ShellFile]) -> Iterator[Hit]:
    """A script of the repository that dumps a database and copies the dump nowhere, in a job that keeps nothing either."""
    if not job.hosted or any("upload" in step.action or "cache" in step.action for step in job.steps):
        return
    found = [command for step in job.steps for command in all_commands(step.program.body if step.program else ())]
    if any(command.name in _COPIES for command in found):
        return
    for command in found:
        words = command.texts[1:] if command.name in _STARTS else command.texts[:1]
        script = next((one.removeprefix("./") for one in words if _SCRIPT.search(one)), "")
        names = {one.name for one in all_commands(scripts[script].program.body)} if script in scripts else set()
        if names & _DUMPS and not names & _COPIES:
            message = f"The backup that {script} makes stays on a machine that is thrown away when the job ends."
            yield Hit(path, command.line, command.end_line, message, job.id)


def _of_workflow(path: str, workflow: GithubWorkflow) -> Iterator[Hit]:
    for job in workflow.jobs:
        if not job.hosted:
            continue
        found = [command for step in job.steps for command in all_commands(step.program.body if step.program else ())]
        for command in found:
            if command.name == "crontab" and command.texts[1:2] not in ((), ("-l",), ("-r",)):
                message = "A crontab is installed on the machine of the job, which is thrown away when the job ends."
                yield Hit(path, command.line, command.end_line, message, job.id)
        yield from _backups(path, job, found)


def _backups(path: str, job: Job, found: list[Command]) -> Iterator[Hit]:
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
            yield Hit(path, command.line, command.end_line, message, job.id)
            return


RULE = Rule(
    id="AUD416",
    name="state-on-hosted-runner",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what must outlast the run (backups, schedules) live elsewhere than on the machine of the job?",
    why="A hosted machine is thrown away after the job, and with it the backup or the schedule that was put there.",
    limits="Counts in jobs on hosted machines: a crontab that is installed, and a backup that is written to /tmp and neither uploaded nor copied away in that job, or made by a script of the repository that dumps a database and copies it nowhere.",
    fix="Upload the backup to storage that lasts; put the schedule under 'on: schedule' or on a server.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="A backup and a schedule on a machine that goes away",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          mkdir -p /tmp/app-backups\n          pg_dump app > /tmp/app-backups/app.sql\n      - run: crontab monitor.cron\n"
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:9"),
        ),
        Example(
            title="A backup by a script that copies it nowhere, and by one that does",
            files={
                "scripts/backup.sh": 'set -e\ntarget="${BACKUP_DIR:-backups}/app.dump"\npg_dump --file="$target" "$DATABASE_URL"\nsha256sum "$target"\n',
                "scripts/backup-s3.sh": 'set -e\npg_dump --file=app.dump "$DATABASE_URL"\naws s3 cp app.dump s3://backups/\n',
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  backup:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: bash scripts/backup.sh\n      - run: ./scripts/backup-s3.sh\n"
                    "  host:\n    runs-on: [self-hosted]\n    steps:\n      - run: bash scripts/backup.sh\n"
                    "  kept:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bash scripts/backup.sh\n      - uses: actions/upload-artifact@v4\n        with: {name: dump, path: backups}\n"
                ),
            },
            found=(".github/workflows/deploy.yml:7",),
        ),
        Example(
            title="A backup that is sent away",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          pg_dump app > /tmp/app-backup.sql\n          aws s3 cp /tmp/app-backup.sql s3://backups/\n"
            },
        ),
    ),
)
