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
_OWN = ("/home/runner", "/Users/runner", "/home/linuxbrew", "/home/docker", "/home/vscode")
_ELSEWHERE = frozenset({"ssh", "scp", "rsync", "docker", "podman", "kubectl", "appleboy"})


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        if not job.hosted:
            continue
        for setting in (*job.env, *(one for step in job.steps for one in step.env)):
            yield from _hits(source, job, setting.text, setting.line)
        for step in job.steps:
            for command in all_commands(step.program.body) if step.program else ():
                if command.name not in _ELSEWHERE and command.name not in ("echo", "printf"):
                    yield from _hits(source, job, command.text, command.line)
                    for redirect in command.redirects:
                        if redirect.operator == "<<":
                            yield from _hits(source, job, redirect.target.text, redirect.target.line)


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
    triggers=("/home/", "/users/"),
    check_file=_check,
    examples=(
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
