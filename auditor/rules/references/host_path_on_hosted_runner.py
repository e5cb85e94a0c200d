"""AUD724: a path that a hosted machine does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HOME = pattern(r"(?:^|[\s\"'=:(])(/home/[a-z][\w-]*/[\w./-]+|/Users/[A-Za-z][\w.-]*/[\w./-]+)")
_STORES = pattern(
    r"^/(?:var/backups?|backups?|srv|mnt|data|nfs|storage|volumes?|var/lib/(?:postgresql|mysql|grafana|prometheus))(?:/[\w.-]+)*$"
)
"""Where servers keep what stays."""
_OWN = ("/home/runner", "/Users/runner", "/home/linuxbrew", "/home/docker", "/home/vscode")
_ELSEWHERE = frozenset({"ssh", "scp", "rsync", "docker", "podman", "kubectl", "appleboy"})


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        if not job.hosted:
            continue
        for setting in (*job.env, *(one for step in job.steps for one in step.env)):
            yield from _hits(source, job, setting.text, setting.line)
        yield from _kept(source, job)
        for step in job.steps:
            for command in all_commands(step.program.body) if step.program else ():
                if command.name not in _ELSEWHERE and command.name not in ("echo", "printf"):
                    yield from _hits(source, job, command.text, command.line)
                    for redirect in command.redirects:
                        if redirect.operator == "<<":
                            yield from _hits(source, job, redirect.target.text, redirect.target.line)


def _kept(source: Source, job: Job) -> Iterator[Hit]:
    """Folders of a server that a variable names, and that nothing else in the job makes, fills or mounts."""
    lines = source.lines[job.line - 1 : job.end_line]
    for setting in (*job.env, *(one for step in job.steps for one in step.env)):
        path = setting.text.strip().rstrip("/")
        if (
            _STORES.search(path)
            and sum(path in line for line in lines) == 1
            and not any("container:" in line for line in lines)
        ):
            message = f"The folder {path!r} is not on a hosted machine, which is new for each run, and nothing in the job makes it."
            yield Hit(source.path, setting.line, setting.line, message, job.id)


def _hits(source: Source, job: Job, text: str, line: int) -> Iterator[Hit]:
    for number, part in enumerate(text.split("\n")):
        for match in _HOME.finditer(part):
            if not match.group(1).startswith(_OWN):
                message = f"The path {match.group(1)!r} is not on a hosted machine."
                yield Hit(source.path, line + number, line + number, message, job.id)


RULE = Rule(
    id="AUD724",
    name="host-path-on-hosted-runner",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do jobs on hosted machines keep to paths that such machines have?",
    why="A home folder of somebody's server is not on a machine that is made for the job: the default is used, or the step fails.",
    limits="Only paths below /home and /Users count, other than those of the runner itself, in jobs without container.",
    fix="Use a path of the workspace, or run the command on the server.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    triggers=("/home/", "/users/", "/var/", "/backup", "/srv", "/mnt", "/data", "/nfs", "/storage", "/volume"),
    check_file=_check,
    examples=(
        Example(
            title="a folder of backups on a machine that is new",
            files={
                ".github/workflows/nightly.yml": (
                    "on: push\njobs:\n  backup:\n    runs-on: ubuntu-24.04\n    steps:\n      - env:\n          BACKUP_DIR: /var/backups/shop\n        run: bash verify.sh\n"
                    "  made:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: sudo mkdir -p /var/backups/shop\n      - env:\n          BACKUP_DIR: /var/backups/shop\n        run: bash verify.sh\n"
                    "  own:\n    runs-on: self-hosted\n    steps:\n      - env:\n          BACKUP_DIR: /var/backups/shop\n        run: bash verify.sh\n"
                )
            },
            found=(".github/workflows/nightly.yml:7",),
        ),
        Example(
            title="The home folder of a server",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n        env:\n          CONFIG: /home/app/service/config.json\n"
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="The workspace, and a server by ssh",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ssh app@host "cd /home/app/service && git pull"\n          cat /home/runner/work/log.txt\n'
            },
        ),
    ),
)
