"""AUD726: a command names a file by a path where it is not, and the file lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.known_paths import path_index
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RUNS = frozenset(
    {
        "kubectl",
        "helm",
        "python",
        "python3",
        "bash",
        "sh",
        "docker-compose",
        "node",
        "terraform",
        "ansible-playbook",
        "oc",
    }
)
_PATH = pattern(r"^(?:\./)?([\w.\-]+(?:/[\w.\-]+)+\.(?:ya?ml|json|py|sh|tf|js|sql))$")
_MOVES = frozenset({"cd", "pushd"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    index = facts.derive(path_index)
    for path, symbol, commands in _programs(facts):
        if any(one.name in _MOVES for one in commands):
            continue
        for command in commands:
            for text in command.texts[1:] if command.name in _RUNS else ():
                found = _PATH.match(text)
                if found is None or facts.exists(found.group(1)):
                    continue
                tail = "/" + found.group(1)
                named = index.named(tail.rpartition("/")[2])
                places = [one for one in named if one.endswith(tail) and one in facts.all_paths]
                if len(places) == 1:
                    message = f"`{text}` is not in the repository: `{places[0]}` is."
                    yield Hit(path, command.line, command.end_line, message, symbol)


def _programs(facts: RepositoryFacts) -> Iterator[tuple[str, str, tuple[Command, ...]]]:
    """The commands of each job that runs at the root, and of each shell file of the root's own."""
    for path, job in jobs_of_repository(facts):
        here = [step for step in job.steps if step.program is not None and not step.working_directory.is_set]
        if not job.working_directory and len(here) == sum(step.program is not None for step in job.steps):
            commands = tuple(one for step in here if step.program for one in all_commands(step.program.body))
            yield path, job.id, commands
    for file, shell in facts.of(ShellFile):
        if "/" not in file.path:
            yield file.path, "", tuple(all_commands(shell.program.body))


RULE = Rule(
    id="AUD726",
    name="moved-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do commands name files where they are?",
    why="`kubectl apply -f prod/deployment.yaml` fails on the day of the release: the manifests were moved, and nobody ran the pipeline since.",
    limits="Commands of workflows and pipelines that stay at the root, and of shell files at the root, are judged; the file must lie in exactly one other folder under the same tail of its path.",
    fix="Name the path as it is now.",
    since="0.2.0",
    effort=10,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline", "shell"}),
    check_repository=_check,
    examples=(
        Example(
            title="manifests that were moved",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: kubectl apply -f prod/deployment.yaml -n shop\n",
                "scripts/deploy/prod/deployment.yaml": "kind: Deployment\n",
            },
            found=(".github/workflows/deploy.yml:7",),
        ),
        Example(
            title="a file that is there, another folder, and two that may be meant",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl apply -f k8s/a/shop.yaml -f prod/both.yaml\n  web:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cd web && node k8s/shop.js\n",
                "k8s/a/shop.yaml": "kind: Deployment\n",
                "x/prod/both.yaml": "kind: Deployment\n",
                "y/prod/both.yaml": "kind: Deployment\n",
                "web/k8s/shop.js": "run();\n",
            },
        ),
    ),
)
