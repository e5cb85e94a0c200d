"""AUD406: a job talks to a cluster that nothing in it gives access to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, Function, ShellProgram, all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(
    r"^(?:kubectl\b.*\b(?:apply|create|rollout|set|get|delete|exec|scale|patch|wait|logs|annotate|replace|describe|autoscale|drain|cordon)\b"
    r"|helm\b.*\b(?:upgrade|install|rollback|uninstall|status|history|list|test)\b)"
)
_STAYS_HERE = pattern(
    r"--dry-run|--client\b|--server\b|--token\b|--kube|\bconfig (?:view|set|use)|\bplugin\b|\brepo\b|\btemplate\b"
)
_ENTERS = pattern(
    r"(?i)kube[-_]?config|\.kube\b|kube[-_]?ctx|set-context|get-gke-credentials|get-credentials|set-cluster|\bkind\b|minikube|\bk3[ds]\b|microk8s|\boc login|"
    r"kubelogin|\bdoctl\b|\btsh\b|tailscale|teleport|\bcivo\b|eksctl|vcluster|in-?cluster|serviceaccount"
)
_NEUTRAL = pattern(
    r"^(?:actions/|docker/|azure/(?:login|setup-)|aws-actions/(?:configure-aws-credentials|amazon-ecr-login|setup-)|google-github-actions/(?:auth|setup-gcloud)@|hashicorp/|sigstore/|codecov/|astral-sh/|pnpm/|slackapi/|anchore/|aquasecurity/)"
)
"""Actions that give no access to a cluster by themselves."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    scripts = {file.path: fact.program for file, fact in facts.of(ShellFile) if file.role is Role.SHIPPED}
    for file, workflow in facts.of(GithubWorkflow):
        for job in workflow.jobs:
            if not job.hosted or not all(_NEUTRAL.search(step.uses.text) for step in job.steps if step.uses.is_set):
                continue
            programs = [(step, program) for step in job.steps for program in _run_by(step, scripts)]
            asking = next((step for step, program in programs if any(map(_asks, all_commands(program.body)))), None)
            if asking is not None and not _enters(workflow.env, job, [program for _, program in programs]):
                line = next(
                    (one.line for one in _own(asking) if _asks(one)),
                    asking.program.line if asking.program else asking.line,
                )
                message = f"The job {job.id!r} talks to a cluster, and nothing in it gives access to one: on a new machine there is no configuration of `kubectl`."
                yield Hit(file.path, line, line, message, job.id)


def _own(step: Step) -> Iterator[Command]:
    yield from all_commands(step.program.body if step.program else ())


def _run_by(step: Step, scripts: dict[str, ShellProgram]) -> Iterator[ShellProgram]:
    """The program of the step, and those of the scripts of the repository that it runs."""
    if step.program is None:
        return
    yield step.program
    for command in all_commands(step.program.body):
        for text in command.texts[:2]:
            program = scripts.get(text.removeprefix("./"))
            if program is not None:
                yield _outside_functions(program) if command.name in (".", "source") else program


def _outside_functions(program: ShellProgram) -> ShellProgram:
    """What runs at once where a script is sourced: not what its functions do, which are there to be called."""
    return replace(program, body=tuple(node for node in program.body if not isinstance(node, Function)))


def _asks(command: Command) -> bool:
    text = " ".join(command.texts)
    return _ASKS.search(text) is not None and _STAYS_HERE.search(text) is None


def _enters(shared: tuple[Setting, ...], job: Job, programs: list[ShellProgram]) -> bool:
    """Whether anything in the job so much as mentions the way into a cluster."""
    settings = [*shared, *job.env, *(one for step in job.steps for one in (*step.env, *step.inputs, step.uses))]
    texts = [text for one in settings for text in (one.name, one.text)]
    for program in programs:
        for command in all_commands(program.body):
            texts.append(command.text)
            texts.extend(one.target.text for one in command.redirects)
            texts.extend(text for one in command.assignments for text in (one.name, one.value.text))
    return any(_ENTERS.search(text) for text in texts)


def _workflow(steps: str) -> str:
    return (
        f"on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{steps}"
    )


RULE = Rule(
    id="AUD406",
    name="cluster-never-entered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every job that talks to a cluster get access to it?",
    why="Every job begins on a new machine: the rollback finds no configuration of the cluster and fails in the minute in which it is needed.",
    limits="Jobs on hosted machines whose own steps, or the scripts of the repository that they run, call kubectl or helm; actions other than well-known ones may give access.",
    fix="Give the job the same access as the job that deploys (`azure/k8s-set-context`, `aws eks update-kubeconfig`, a kubeconfig from a secret).",
    since="0.5.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a sourced file whose functions another job calls",
            files={
                ".github/workflows/lint.yml": "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          . ci/common\n          helm lint chart\n",
                "ci/common": "#!/bin/bash\nawait_shop() {\n  kubectl rollout status deployment/shop\n}\n",
            },
        ),
        Example(
            title="a rollback without access, and a script that switches over",
            files={
                ".github/workflows/undo.yml": _workflow(
                    "      - name: Undo\n        run: |\n          echo undo\n          helm rollback shop --wait\n"
                ),
                ".github/workflows/switch.yml": _workflow("      - run: ./ops/switch.sh eu\n"),
                "ops/switch.sh": '#!/bin/bash\nset -e\nkubectl --context "$1" apply -f deploy/\n',
            },
            found=(".github/workflows/switch.yml:7", ".github/workflows/undo.yml:10"),
        ),
        Example(
            title="access from a secret, from a provider, by an action, or to a cluster of its own; and what needs none",
            files={
                ".github/workflows/a.yml": _workflow(
                    '      - run: echo "$CONFIG" > ~/.kube/config\n      - run: kubectl apply -f deploy/\n'
                ),
                ".github/workflows/b.yml": _workflow(
                    "      - run: aws eks update-kubeconfig --name shop\n      - run: helm upgrade shop chart\n"
                ),
                ".github/workflows/c.yml": _workflow(
                    "      - uses: ./.github/actions/enter\n      - run: helm upgrade shop chart\n"
                ),
                ".github/workflows/d.yml": _workflow(
                    "      - run: kind create cluster\n      - run: kubectl apply -f deploy/\n"
                ),
                ".github/workflows/e.yml": _workflow(
                    "      - run: helm template chart | kubectl apply --dry-run=client -f -\n      - run: helm lint chart\n"
                ),
                ".github/workflows/f.yml": _workflow("      - run: kubectl get pods\n").replace(
                    "ubuntu-latest", "self-hosted"
                ),
            },
        ),
    ),
)
