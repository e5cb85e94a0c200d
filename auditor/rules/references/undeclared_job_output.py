"""AUD720: an expression reads an output that nobody declares or sets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from auditor.facts.called_workflow import local_action, local_workflow
from auditor.facts.checkouts import brings_other_files
from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.names_fact import Names
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Command
from auditor.facts.step_writes import unknown_commands, written_outputs
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule
from auditor.rules.references.own_modules import own_packages

__all__ = ["RULE"]

_OUTPUTS = "GITHUB_OUTPUT"
_INTERPRETERS = frozenset({"python", "python3", "bash", "sh"})
_NEED = pattern(r"\bneeds\.([\w-]+)\.(outputs\.([\w-]+)|result)")
_JOB = pattern(r"\bjobs\.([\w-]+)\.outputs\.([\w-]+)")
_STEP = pattern(r"\bsteps\.([\w-]+)\.(?:outputs\.([\w-]+)|outputs|outcome|conclusion)")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        for job in workflow.jobs:
            yield from _in_job(repository, file.path, job, workflow)
        yield from (Hit(file.path, line, line, message) for line, message in _called(workflow))
    for file, action in repository.of(GithubAction):
        if action.is_composite:
            yield from _in_job(repository, file.path, action.job, None)


def _called(workflow: GithubWorkflow) -> Iterator[tuple[int, str]]:
    """The outputs of a reusable workflow that it takes from a job which does not declare them."""
    jobs = {one.id.lower(): one for one in workflow.jobs}
    for output in workflow.called_outputs:
        for match in _JOB.finditer(output.text):
            job = jobs.get(match.group(1).lower())
            if job is None:
                yield (
                    output.line,
                    f"The output {output.name!r} is taken from the job {match.group(1)!r}, which is not there.",
                )
            elif not job.uses.is_set and match.group(2).lower() not in {one.name.lower() for one in job.outputs}:
                yield (
                    output.line,
                    f"The output {output.name!r} is taken from {match.group(2)!r} of the job {match.group(1)!r}, which declares no such output.",
                )


def _in_job(repository: RepositoryFacts, path: str, job: Job, workflow: GithubWorkflow | None) -> Iterator[Hit]:
    seen: set[tuple[int, str]] = set()
    steps = _Steps(repository, job)
    told: frozenset[int] | None = None
    for expression in job.expressions:
        needs = _needs(repository, workflow, job, expression.text) if workflow is not None else ()
        for message in (*needs, *steps.empty(expression.text, expression.line)):
            if (expression.line, message) not in seen:
                seen.add((expression.line, message))
                told = _lines_only_told(job) if told is None else told
                milder = Severity.MEDIUM if expression.line in told else None
                yield Hit(path, expression.line, expression.line, message, job.id, milder)


def _lines_only_told(job: Job) -> frozenset[int]:
    """The lines of the steps that do nothing but print."""
    silent = {Effect.PRINT, Effect.SET}
    idle = (one for one in job.steps if one.program and effects_of(one.program.body, {}) <= silent)
    return frozenset(line for one in idle for line in range(one.line, one.end_line + 1))


def _needs(repository: RepositoryFacts, workflow: GithubWorkflow, job: Job, text: str) -> Iterator[str]:
    needed = {need.job.lower() for need in job.needs}
    jobs = {one.id.lower(): one for one in workflow.jobs}
    for match in _NEED.finditer(text):
        name, output = match.group(1), match.group(3)
        other = jobs.get(name.lower())
        if name.lower() not in needed:
            yield f"The job {job.id!r} reads from needs.{name}, and does not need that job: the value is empty."
        elif other is not None and output and not _declares(repository, other, output.lower()):
            if other.uses.is_set:
                yield f"The workflow {other.uses.text!r} that the job {name!r} calls declares no output {output!r}: the value is empty."
            else:
                yield f"The job {name!r} declares no output {output!r}: the value is empty."


def _declares(repository: RepositoryFacts, job: Job, output: str) -> bool:
    if not job.uses.is_set:
        return output in {one.name.lower() for one in job.outputs}
    called = local_workflow(repository, job.uses.text)
    return called is None or output in {one.name.lower() for one in called.called_outputs}


class _Steps:
    """The steps of a job: where each stands, and what it sets, which is read out of it once."""

    def __init__(self, repository: RepositoryFacts, job: Job) -> None:
        self._repository = repository
        self._job = job
        self._known = {step.id.lower(): (index, step) for index, step in enumerate(job.steps) if step.id}
        self._starts = [step.line for step in job.steps]
        self._in_order = bool(self._starts) and self._starts == sorted(set(self._starts))
        self._outputs: dict[int, frozenset[str] | None] = {}

    def empty(self, text: str, line: int) -> Iterator[str]:
        """What is wrong with each result of a step that an expression on this line asks for."""
        for match in _STEP.finditer(text):
            name, output = match.group(1), match.group(2)
            if name.lower() not in self._known:
                yield f"No step of the job {self._job.id!r} has the id {name!r}: the value is empty."
                continue
            index, step = self._known[name.lower()]
            reading = self._reading(line)
            if reading is not None and reading <= index:
                yield f"The step {name!r} has not run yet where its result is read: the value is empty."
            elif output and not self._sets(index, step, output.lower()):
                yield f"The step {name!r} sets no output {output!r}: the value is empty."

    def _reading(self, line: int) -> int | None:
        """The index of the step on this line; None outside of steps, and where steps stand for one another by alias."""
        if not self._in_order or not self._starts[0] <= line <= self._job.steps[-1].end_line:
            return None
        return bisect_right(self._starts, line) - 1

    def _sets(self, index: int, step: Step, output: str) -> bool:
        """Whether the step sets the output, or may."""
        if index not in self._outputs:
            self._outputs[index] = _outputs_of(self._repository, self._job, step)
        known = self._outputs[index]
        return known is None or output in known


def _runs_silent_programs(repository: RepositoryFacts, step: Step) -> bool:
    """Whether a step that names no file of outputs runs, beside known tools, nothing but programs of the repository, none of which names one."""
    text = next((key.text for key in step.keys if key.name == "run"), "")
    if step.program is None or step.program.broken or _OUTPUTS in text or "::set-" in text:
        return False
    every = list(unknown_commands(step))
    return all(_is_own(repository, one) for one in every) and not repository.derive(_writes_outputs)


def _is_own(repository: RepositoryFacts, command: Command) -> bool:
    """Whether a command runs a program of the repository: a file of it, a module of it, or what its distribution installs."""
    texts = command.texts
    if command.name in repository.derive(_console_scripts):
        return True
    if command.name in _INTERPRETERS and len(texts) > 1:
        if texts[1] == "-m" and len(texts) > 2:  # noqa: PLR2004 - the module behind it
            return texts[2].partition(".")[0] in repository.derive(own_packages)
        return texts[1].removeprefix("./") in repository.all_paths
    return bool(texts) and texts[0].removeprefix("./") in repository.all_paths


def _console_scripts(repository: RepositoryFacts) -> frozenset[str]:
    """The commands that the distributions of the repository install. For `RepositoryFacts.derive`."""
    return frozenset(script.name for _, one in repository.of(PythonProject) for script in one.scripts)


def _writes_outputs(repository: RepositoryFacts) -> bool:
    """Whether any program of the repository knows of the file of outputs. For `RepositoryFacts.derive`."""
    return any(
        mention.name == _OUTPUTS
        for file, names in repository.of(Names)
        if file.language is not Language.YAML
        for mention in names.items
    )


def _outputs_of(repository: RepositoryFacts, job: Job, step: Step) -> frozenset[str] | None:
    """The outputs, in lower case, that the step sets; None where it may set any."""
    if step.program is not None:
        written = written_outputs(step)
        return frozenset() if written is None and _runs_silent_programs(repository, step) else written
    action = None if brings_other_files(job) else local_action(repository, step.uses.text)
    if action is None or not action.is_composite:
        return None
    return frozenset(one.name.lower() for one in action.outputs)


RULE = Rule(
    id="AUD720",
    name="undeclared-job-output",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every output that expressions read declared or set by the job, step, workflow or action that they name?",
    why="An output that nobody sets is an empty text: a version, pass rate or backup id that silently is nothing.",
    limits=(
        "Read are needs.<job>.outputs, needs.<job>.result and steps.<id>. What a step sets is known where it runs shell of well-known "
        "tools and writes literal names; what a workflow or action returns, where it is one of this repository."
    ),
    fix="Set or declare the output, name the job in 'needs', or give the step the id.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow", "github-action"}),
    check_repository=_check,
    examples=(
        Example(
            title="programs of the repository, of which none knows the file of outputs, and a tool of others",
            files={
                "pyproject.toml": '[project]\nname = "depot"\n\n[project.scripts]\ndepot = "depot.cli:main"\n',
                "depot/__init__.py": "",
                "depot/cli.py": "def main():\n    return 0\n",
                "ops/decide.py": "print('yes')\n",
                ".github/workflows/nightly.yml": (
                    "on: push\njobs:\n  copy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - id: copy\n        run: depot copy --all\n"
                    "      - id: decide\n        run: python ops/decide.py | tee answer.txt\n      - id: release\n        run: semantic-release\n"
                    "      - run: echo ${{ steps.copy.outputs.key }}\n      - run: echo ${{ steps.decide.outputs.approver }}\n      - run: echo ${{ steps.release.outputs.version }}\n"
                ),
            },
            found=(".github/workflows/nightly.yml:13", ".github/workflows/nightly.yml:14"),
        ),
        Example(
            title="a program of the repository that writes outputs",
            files={
                "ops/decide.py": "import os\n\nwith open(os.environ['GITHUB_OUTPUT'], 'a') as out:\n    out.write('approver=me')\n",
                ".github/workflows/nightly.yml": (
                    "on: push\njobs:\n  copy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - id: decide\n        run: python ops/decide.py\n      - run: echo ${{ steps.decide.outputs.approver }}\n"
                ),
            },
        ),
        Example(
            title="an output that a reusable workflow promises",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_call:\n    outputs:\n      revision:\n        value: ${{ jobs.deploy.outputs.revision }}\n      url:\n        value: ${{ jobs.deploy.outputs.url }}\n"
                    'jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    outputs:\n      url: ${{ steps.up.outputs.url }}\n    steps:\n      - id: up\n        run: echo "url=https://shop.example.org" >> "$GITHUB_OUTPUT"\n'
                )
            },
            found=(".github/workflows/deploy.yml:4",),
        ),
        Example(
            title="An output that is not declared, a job that is not needed, a step without that id",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    outputs:\n      version: ${{ steps.v.outputs.version }}\n    steps:\n      - run: echo "version=1" >> $GITHUB_OUTPUT\n  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh ${{ needs.build.outputs.pass_rate }}\n      - run: ./restore.sh ${{ needs.backup.outputs.id }}\n'
            },
            found=(
                ".github/workflows/deploy.yml:6",
                ".github/workflows/deploy.yml:13",
                ".github/workflows/deploy.yml:14",
            ),
        ),
        Example(
            title="A step that sets another output, and one that is read before it runs",
            files={
                ".github/workflows/test.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - if: steps.unit.outputs.passed == 'true'\n        run: echo go\n"
                    '      - id: unit\n        run: |\n          echo "total=$(grep -c ok log)" >> "$GITHUB_OUTPUT"\n'
                    "      - run: test ${{ steps.unit.outputs.pass_rate }} -gt 90\n"
                )
            },
            found=(".github/workflows/test.yml:6", ".github/workflows/test.yml:11"),
        ),
        Example(
            title="A workflow and an action of the repository that return something else",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  build:\n    uses: ./.github/workflows/build.yml\n  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - id: tag\n        uses: ./.github/actions/tag\n"
                    "      - run: ./deploy.sh ${{ needs.build.outputs.digest }} ${{ needs.build.outputs.image }}\n      - run: ./tag.sh ${{ steps.tag.outputs.name }}\n"
                ),
                ".github/workflows/build.yml": (
                    "on:\n  workflow_call:\n    outputs:\n      image:\n        value: ${{ jobs.build.outputs.image }}\njobs:\n  build:\n"
                    "    runs-on: ubuntu-latest\n    outputs: {image: app}\n    steps: [{run: make}]\n"
                ),
                ".github/actions/tag/action.yml": (
                    "name: tag\noutputs:\n  tag:\n    value: ${{ steps.t.outputs.tag }}\nruns:\n  using: composite\n  steps:\n"
                    "    - id: t\n      shell: bash\n      run: echo tag=1 >> $GITHUB_OUTPUT\n"
                ),
            },
            found=(".github/workflows/ci.yml:12", ".github/workflows/ci.yml:13"),
        ),
        Example(
            title="Outputs that are declared and set, or may be by a script",
            files={
                ".github/workflows/deploy.yml": (
                    'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    outputs:\n      version: ${{ steps.v.outputs.version }}\n    steps:\n      - id: v\n        run: echo "version=1" >> $GITHUB_OUTPUT\n'
                    "      - id: s\n        run: python measure.py\n      - run: echo ${{ steps.s.outputs.rate }}\n"
                    "  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh ${{ needs.build.outputs.version }}\n"
                )
            },
        ),
    ),
)
