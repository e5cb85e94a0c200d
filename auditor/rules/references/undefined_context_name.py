"""AUD750: an expression reads a matrix value, an input or a variable that nothing defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.facts.step_writes import written_environment
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READ = pattern(r"(?:^|[^\w.'-])(matrix|inputs|env|github\.event\.inputs)\.([A-Za-z_][\w-]*)")
_QUOTED = pattern(r"'[^']*'")
_OWN_ACTIONS = ("actions/", "docker/", "github/codeql-action")
"""Actions that give the steps after them no variables, but for those named after what they set up."""
_SET_UP = ("python", "java", "go", "node", "docker", "pkg_config", "codeql", "actions", "runner", "github")


def _check(source: Source) -> Iterator[Hit]:
    workflow, action = source.fact(GithubWorkflow), source.fact(GithubAction)
    if workflow is not None:
        for job in workflow.jobs:
            yield from _in_job(source.path, job, _Defined(workflow, job))
    elif action is not None and action.is_composite:
        yield from _in_job(source.path, action.job, _Inputs(frozenset(one.name.lower() for one in action.inputs)))


class _Inputs:
    """What an action defines: its inputs. What else it reads is its caller's."""

    def __init__(self, inputs: frozenset[str]) -> None:
        self.inputs = inputs

    def lacks(self, context: str, name: str) -> str:
        """Why the value is empty; nothing where it is defined or may be."""
        return f"no input {name!r} is declared" if context == "inputs" and name.lower() not in self.inputs else ""


class _Defined(_Inputs):
    """What a workflow defines for one of its jobs."""

    def __init__(self, workflow: GithubWorkflow, job: Job) -> None:
        super().__init__(frozenset(one.name.lower() for one in (*workflow.inputs, *workflow.called_inputs)))
        self.called = workflow.triggered_by("workflow_call").is_set
        self.job = job
        steps = [one.name for step in job.steps for one in step.env]
        self.variables = {name.lower() for name in (*(one.name for one in (*workflow.env, *job.env)), *steps)}
        self.open = _opens(workflow, job)
        for step in job.steps:
            self.variables |= (written_environment(step) or frozenset()) if step.program is not None else frozenset()

    def lacks(self, context: str, name: str) -> str:
        if context == "matrix":
            matrix = self.job.matrix
            return "" if matrix.computed or name.lower() in matrix.names else f"the matrix of the job has no {name!r}"
        if context == "env":
            known = self.open or name.lower() in self.variables or name.lower().startswith(_SET_UP)
            return "" if known else "neither workflow, job nor step sets that variable"
        if context != "inputs" and self.called:
            return ""  # the event is the caller's
        return super().lacks("inputs", name)


def _opens(workflow: GithubWorkflow, job: Job) -> bool:
    """Whether something in the job may set variables that cannot be seen."""
    for key in (*workflow.keys, *job.keys):
        if key.name == "env" and key.text:
            return True  # an expression gives the whole of it
    for step in job.steps:
        if step.program is None and not (step.action.startswith(_OWN_ACTIONS) and "github-script" not in step.action):
            return True
        if step.program is not None and written_environment(step) is None:
            return True
    return False


def _in_job(path: str, job: Job, defined: _Inputs) -> Iterator[Hit]:
    seen: set[tuple[int, str]] = set()
    for expression in job.expressions:
        for match in _READ.finditer(_QUOTED.sub("''", expression.text)):
            context, name = match.group(1), match.group(2)
            reason = defined.lacks(context, name)
            if reason and (expression.line, match.group()) not in seen:
                seen.add((expression.line, match.group()))
                message = f"The expression {f'{context}.{name}'!r} is always empty: {reason}."
                yield Hit(path, expression.line, expression.line, message, job.id)


RULE = Rule(
    id="AUD750",
    name="undefined-context-name",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every matrix value, input and variable that expressions read defined?",
    why="What nothing defines is an empty text: a job tests nothing in particular, a deployment goes to no target, and no error is reported.",
    limits=(
        "A matrix that an expression gives is not judged. Variables are judged only in jobs whose steps run well-known tools and actions, as "
        "others may set them. Inputs of actions are those that the action declares."
    ),
    fix="Define the name, or mend it.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow", "github-action"}),
    triggers=("matrix.", "inputs.", "env."),
    check_file=_check,
    examples=(
        Example(
            title="An axis, an input and a variable that are not there",
            files={
                ".github/workflows/ci.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      target:\n        required: true\nenv:\n  REGION: west\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
                    "    strategy:\n      matrix:\n        python: ['3.11']\n        include:\n          - {python: '3.12', extra: all}\n    steps:\n"
                    "      - run: echo ${{ matrix.python }} ${{ matrix.extra }} ${{ inputs.target }} ${{ env.REGION }}\n"
                    "      - run: echo ${{ matrix.suite }}\n      - run: echo ${{ github.event.inputs.environment }}\n      - run: echo ${{ env.CLUSTER }}\n"
                ),
                ".github/actions/tag/action.yml": (
                    "name: tag\ninputs:\n  tag:\n    required: true\nruns:\n  using: composite\n  steps:\n"
                    "    - shell: bash\n      run: git tag ${{ inputs.tag }} ${{ inputs.sha }}\n"
                ),
            },
            found=(
                ".github/actions/tag/action.yml:9",
                ".github/workflows/ci.yml:18",
                ".github/workflows/ci.yml:19",
                ".github/workflows/ci.yml:20",
            ),
        ),
        Example(
            title="Names that are defined, or that a matrix or a script may define",
            files={
                ".github/workflows/ci.yml": (
                    "on:\n  workflow_call:\n    inputs:\n      target: {type: string}\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
                    "    strategy:\n      matrix: ${{ fromJSON(inputs.target) }}\n    steps:\n      - run: ./configure.sh\n"
                    "      - run: echo ${{ matrix.suite }} ${{ env.CLUSTER }}\n"
                    '  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "REGION=west" >> $GITHUB_ENV\n      - run: echo ${{ env.REGION }}\n'
                )
            },
        ),
    ),
)
