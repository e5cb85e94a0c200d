"""AUD939: a deployment starts the services on the machine of its own job, which is thrown away."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.job_files import created_paths
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.python_commands import PythonCommands
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_files import needed_files
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import ROOT
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEPLOYS = pattern(r"(?i)(?:^|[-_ ])(?:deploy(?:s|ment)?|release|rollout|promote)(?:[-_ ]|$)")
_TRIES = pattern(
    r"(?i)\b(?:test|e2e|smoke|integration|preview|dry|rehears\w*|drill|verify|check|local|ci|docs|pages|lint|sandbox|build|load|bench\w*)\b"
)
_STARTS = pattern(r"(?:^|[\s\"'])(?:docker|podman)(?:-| )compose\b.*\sup\b|^docker run (?:.* )?(?:-d|--detach)\b")
_ELSEWHERE = pattern(
    r"(?i)\bssh\b|\bscp\b|\brsync\b|DOCKER_HOST|DOCKER_CONTEXT|docker context|--context\b|--host\b|docker -H |\bkubectl\b|\bhelm\b|\bansible|\baws (?:ecs|ssm|lambda|deploy|eks)|\bgcloud\b|\baz \b|\bterraform\b|\bflyctl\b|\bfly \b|\bvercel\b|\bheroku\b|"
    r"\bdocker(?: image)? push\b|\b(?:npm|pnpm|yarn|cargo|poetry|uv|gem) publish\b|\btwine\b|semantic-release|goreleaser|\bgh release\b|\bgit push\b|\bnomad\b|\bdocker stack\b|\bdokku\b|\brailway\b|\bkamal\b"
)
_REMOTE_ACTION = pattern(
    r"(?i)ssh|scp|rsync|tailscale|deploy|kubectl|k8s|ecs|cloud|publish|release|azure/|helm|docker-context|wireguard|openvpn|cloudflared"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    every: dict[str, list[Invocation]] = {}
    for one in facts.derive(invocations):
        if one.origin is Origin.WORKFLOW:
            every.setdefault(one.path, []).append(one)
    programs = _Programs(facts)
    for file, workflow in facts.of(GithubWorkflow):
        inside = sorted(every.get(file.path, ()), key=lambda one: one.line)
        for job in workflow.jobs:
            if _is_deployment(job) and not _reaches_out(job):
                first = bisect_left(inside, job.line, key=lambda one: one.line)
                mine = inside[first : bisect_right(inside, job.end_line, key=lambda one: one.line)]
                if not any(_ELSEWHERE.search(_text(one)) or programs.reach_out(one) for one in mine):
                    yield from _started(file.path, job, mine, programs)


class _Programs:
    """The programs of the repository, each of which is read once: whether they reach other machines, and whether they start services here."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.facts = facts
        self._known: dict[str, tuple[bool, bool]] = {}

    def reach_out(self, one: Invocation) -> bool:
        """Whether a program that a command runs speaks of another machine."""
        return any(self._told(path)[0] for path in _called(one))

    def start(self, one: Invocation) -> bool:
        """Whether a program that a command runs starts services."""
        return any(self._told(path)[1] for path in _called(one))

    def _told(self, path: str) -> tuple[bool, bool]:
        if path not in self._known:
            texts = tuple(_commands_of(path, self.facts))
            self._known[path] = (any(map(_ELSEWHERE.search, texts)), any(map(_STARTS.search, texts)))
        return self._known[path]


def _is_deployment(job: Job) -> bool:
    title = f"{job.id} {job.name}"
    return (
        job.hosted
        and _DEPLOYS.search(title) is not None
        and not _TRIES.search(title.replace("-", " ").replace("build deploy", ""))
    )


def _reaches_out(job: Job) -> bool:
    """Whether an action brings the job to other machines, or a variable tells docker of one."""
    named = [setting.name for setting in (*job.env, *(one for step in job.steps for one in step.env))]
    return any(_is_remote(step) for step in job.steps) or any(one in ("DOCKER_HOST", "DOCKER_CONTEXT") for one in named)


def _is_remote(step: Step) -> bool:
    return step.uses.is_set and _REMOTE_ACTION.search(step.action) is not None


def _started(path: str, job: Job, mine: list[Invocation], programs: _Programs) -> Iterator[Hit]:
    """The first command of a step that starts services here, itself or by a program of the repository."""
    told: set[str] = set()
    for one in mine:
        here = _STARTS.search(_text(one)) is not None or programs.start(one)
        if (
            here
            and _finds_its_files(one, job, programs.facts)
            and one.symbol not in told
            and not _TRIES.search(one.symbol.partition("/")[2])
        ):
            told.add(one.symbol)
            message = f"The job {job.id!r} starts the services on its own machine, which is thrown away when it ends: nothing is deployed."
            yield Hit(path, one.line, one.line, message, one.symbol)


def _finds_its_files(one: Invocation, job: Job, facts: RepositoryFacts) -> bool:
    """Whether the compositions that a command names are there: without one nothing is started, of which AUD721 speaks."""
    named = [word for flag, word in pairwise(one.words) if flag in ("-f", "--file") and "$" not in word]
    paths = [joined_path(one.folder or "", word.removeprefix(f"{ROOT}/")) for word in named]
    created = created_paths(job, one.line)
    return all(facts.exists(path) or path.rpartition("/")[2] in created for path in paths)


def _text(one: Invocation) -> str:
    return " ".join(one.words)


def _called(one: Invocation) -> Iterator[str]:
    """The programs of the repository that a command runs."""
    for needed in needed_files(one) if one.words else ():
        if needed.runs:
            yield joined_path(one.folder or "", needed.path.removeprefix(f"{ROOT}/"))


def _commands_of(path: str, facts: RepositoryFacts) -> Iterator[str]:
    for shell in facts.at(path, ShellFile):
        yield from (" ".join(command.texts) for command in all_commands(shell.program.body))
    for program in facts.at(path, PythonCommands):
        yield from (" ".join(command.words) for command in program.commands)


_JOB = "on: push\njobs:\n  {id}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{steps}"

RULE = Rule(
    id="AUD939",
    name="deployed-onto-runner",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every deployment reach a machine that is still there afterwards?",
    why="`docker compose up -d` on a hosted runner starts everything, answers on localhost, and is gone with the job: the deployment is green, and no server has changed.",
    limits=(
        "Judged are jobs on GitHub's own machines that are named for a deployment and start services with compose or docker, in the workflow or by a script or a Python program of the repository, "
        "where nothing in the job speaks of another machine, a cluster, a cloud or a registry."
    ),
    fix="Deploy over ssh or a docker context, or on a runner of your own.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"github-workflow", "shell", "python-commands"}),
    check_repository=_check,
    examples=(
        Example(
            title="compose on the runner, at once and by a program",
            files={
                ".github/workflows/a.yml": _JOB.format(
                    id="deploy-staging", steps="      - run: docker compose -f compose.yml up -d\n"
                ),
                ".github/workflows/b.yml": _JOB.format(id="build-deploy", steps="      - run: python ops/ship.py\n"),
                "compose.yml": "services: {}\n",
                "ops/ship.py": "import subprocess\n\nsubprocess.run(['docker-compose', '-f', 'compose.yml', 'up', '-d'])\n",
            },
            found=(".github/workflows/a.yml:7", ".github/workflows/b.yml:7"),
        ),
        Example(
            title="a composition that is not there, so that nothing is started: another rule speaks of it",
            files={
                ".github/workflows/a.yml": _JOB.format(
                    id="deploy-staging", steps="      - run: docker compose -f compose.staging.yml up -d\n"
                )
            },
        ),
        Example(
            title="a server that is reached, a context, tests, and a runner of one's own",
            files={
                ".github/workflows/a.yml": _JOB.format(
                    id="deploy", steps="      - run: ssh web docker compose up -d\n"
                ),
                ".github/workflows/b.yml": _JOB.format(
                    id="deploy",
                    steps="      - run: |\n          docker context use web\n          docker compose up -d\n",
                ),
                ".github/workflows/f.yml": _JOB.format(
                    id="release", steps="      - run: docker compose up -d db\n      - run: npm publish\n"
                ),
                ".github/workflows/c.yml": _JOB.format(id="e2e-test", steps="      - run: docker compose up -d\n"),
                ".github/workflows/d.yml": _JOB.format(
                    id="deploy", steps="      - run: docker compose up -d\n"
                ).replace("ubuntu-latest", "self-hosted"),
                ".github/workflows/e.yml": _JOB.format(
                    id="deploy", steps="      - uses: appleboy/ssh-action@v1\n      - run: docker compose up -d\n"
                ),
            },
        ),
    ),
)
