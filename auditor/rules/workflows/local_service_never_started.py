"""AUD415: a check asks a machine on which nothing runs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCALLY = pattern(r"(?i)\b(https?://)?(localhost|127\.0\.0\.1)(:\d+|/)")
_ASKS = frozenset({"curl", "wget", "http", "nc"})
_BY_PYTHON = pattern(r"(?:urlopen|requests\.get|httpx\.get)\([\"']https?://(?:localhost|127\.0\.0\.1)")
_DOCKER = pattern(r"^docker (exec|cp|restart)\b|^docker (container )?inspect .*(State|Config|NetworkSettings)")
_INERT = frozenset({
    "pip", "pip3", "pytest", "git", "echo", "printf", "cat", "grep", "awk", "sed", "cut", "tail", "head", "jq", "bc", "date", "mkdir",
    "cp", "mv", "rm", "ls", "tar", "set", "export", "exit", "sleep", "[", "[[", "((", "test", "true", "false", ":", "curl", "wget", "cd",
    "bandit", "ruff", "mypy", "flake8", "black", "source", "return", "break", "continue", "tr", "sort", "wc", "stat", "tee", "local",
})  # fmt: skip
_DOCKER_INERT = pattern(
    r"^docker (inspect|image inspect|container inspect|logs|ps|stop|rm|pull|login|cp|tag|push|images|version|info)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    github = source.fact(GithubWorkflow) is not None
    for job in jobs_of(source) if github or source.fact(GitlabPipeline) is not None else ():
        if (job.hosted or not github) and not job.services:
            hit = _first_question(source, job)
            if hit is not None:
                yield hit


def _first_question(source: Source, job: Job) -> Hit | None:
    for step in job.steps:
        if step.uses.is_set and not step.action.startswith("actions/"):
            return None
        for command in all_commands(step.program.body if step.program else ()):
            text = " ".join(command.texts)
            if _asks(command, text):
                message = f"{text[:60]!r} asks the machine of the job, on which nothing was started."
                return Hit(source.path, command.line, command.end_line, message, f"{job.id}/{step.name}")
            inert = (
                not command.words
                or command.name in _INERT
                or _DOCKER_INERT.search(text)
                or (command.name in ("python", "python3") and "-m pip" in text)
            )
            if not inert:
                return None
    return None


def _asks(command: Command, text: str) -> bool:
    if command.name in ("python", "python3") and command.texts[1:2] == ("-c",):
        return _BY_PYTHON.search(text) is not None
    if command.name in _ASKS:
        return _LOCALLY.search(text) is not None
    return _DOCKER.search(text) is not None


RULE = Rule(
    id="AUD415",
    name="local-service-never-started",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every check ask the machine on which the service runs?",
    why="A job runs on a machine of its own: what it asks there, on localhost or in its Docker, nobody started. The check says nothing about the deployment.",
    limits="Counts in jobs of GitLab, and in those on hosted machines of GitHub, whose steps before the question are all known to start nothing; one finding for each job.",
    fix="Ask the service at its address, or start it in the same job.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline"}),
    triggers=("localhost", "127.0.0.1", "docker"),
    check_file=_check,
    examples=(
        Example(
            title="GitLab: a look at the released service that asks the container of the job, and one with a service beside it",
            files={
                ".gitlab-ci.yml": (
                    "after:\n  stage: deploy\n  needs: [ship]\n  script:\n    - python -c \"import urllib.request as u; u.urlopen('http://localhost:8700/health')\"\n"
                    "beside:\n  stage: test\n  services: [redis:7]\n  script:\n    - curl -f http://localhost:8700/health\n"
                )
            },
            found=(".gitlab-ci.yml:5",),
        ),
        Example(
            title="A smoke test of localhost",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          pip install -r requirements.txt\n          curl -f http://localhost:8000/health\n"
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="A smoke test of a service that the job starts",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          docker compose up -d\n          curl -f http://localhost:8000/health\n"
            },
        ),
    ),
)
