"""AUD937: a pipeline runs the project under an interpreter that is too old for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.matrix import reads_matrix
from auditor.facts.package_scripts import PackageScripts
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_AXIS = pattern(r"^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$")


@dataclass(frozen=True, slots=True)
class _Interpreter:
    """How a project says what it needs of an interpreter, how a job sets one up, and by what it runs the project."""

    name: str
    action: str
    given: str
    least: Pattern
    version: Pattern
    runs: Pattern


_PYTHON = _Interpreter(
    "Python",
    "setup-python",
    "python-version",
    pattern(r"^\s*(?:>=|\^|~=?|==)?\s*3\.(\d{1,4})(?:\D|$)"),
    pattern(r"^3\.(\d{1,4})(?:\.\d+|\.x|-dev)?$"),
    pattern(
        r"\b(?:pytest|py\.test|tox|nox|poetry (?:install|run)|uv (?:sync|run)|pdm (?:install|run)|unittest|run_tests)\b|"
        r"\b(?:pip3?|uv pip) install (?:-\S+ )*(?:-e |--editable )?[\"']?\.(?:\[[\w,-]+\])?[\"']?(?:\s|$)"
    ),
)
_NODE = _Interpreter(
    "Node.js",
    "setup-node",
    "node-version",
    pattern(r"^\s*(?:>=|\^|~|=)?\s*v?(\d{1,4})(?:\D|$)"),
    pattern(r"^v?(\d{1,4})(?:\.(?:\d+|x)){0,2}$"),
    pattern(r"\b(?:npm|pnpm|yarn|bun) (?:(?:ci|test|t|run)\b|(?:install|i)\s*$)|^yarn$"),
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    python = {file.path: fact.python for file, fact in facts.of(PythonProject) if "/" not in file.path and fact.python}
    node = {file.path: fact.node for file, fact in facts.of(PackageScripts) if "/" not in file.path and fact.node}
    for interpreter, wanted in ((_PYTHON, python), (_NODE, node)):
        least = [(number, text) for text in wanted.values() if (number := _least(interpreter, text)) is not None]
        if len(least) == 1:
            yield from _too_old(facts, interpreter, *least[0])


def _least(interpreter: _Interpreter, text: str) -> int | None:
    """The oldest version that a project takes: ``^20 || ^18`` are two; None where one of them cannot be told."""
    found = [interpreter.least.match(one) for one in text.split("||")]
    return min(int(one.group(1)) for one in found if one) if all(found) else None


def _too_old(facts: RepositoryFacts, interpreter: _Interpreter, least: int, text: str) -> Iterator[Hit]:
    for path, job in jobs_of_repository(facts):
        if job.working_directory or not _runs_project(job, interpreter):
            continue
        for step in job.steps:
            yield from _of_step(path, job, step, interpreter, least, text)


def _runs_project(job: Job, interpreter: _Interpreter) -> bool:
    texts = (one.text for step in job.steps if step.program for one in all_commands(step.program.body))
    return any(interpreter.runs.search(text) for text in texts)


def _of_step(path: str, job: Job, step: Step, interpreter: _Interpreter, least: int, text: str) -> Iterator[Hit]:  # noqa: PLR0913, PLR0917 - one sentence
    """The versions that a step sets up, written there or in the matrix, that are too old."""
    given = next((one for one in step.inputs if one.name == interpreter.given), None)
    if given is None or not step.action.endswith(interpreter.action):
        return
    line, versions = _versions(job, given)
    old = [one for one in versions if (found := interpreter.version.match(one)) and int(found.group(1)) < least]
    if old:
        message = f"The project asks for {interpreter.name} {text}, and this job runs it under {', '.join(old)}."
        yield Hit(path, line, line, message, job.id)


def _versions(job: Job, given: Setting) -> tuple[int, tuple[str, ...]]:
    axis = _AXIS.match(given.text)
    if axis is not None:
        return job.matrix.line_of(axis.group(1)) or given.line, dict(job.matrix.axes).get(axis.group(1), ())
    literal = () if reads_matrix(given.text) else tuple(one.strip() for one in given.text.split("\n"))
    return given.line, literal


_JOB = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        python: ['3.9', '3.11']\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: ${{ matrix.python }}\n      - run: pytest\n"
_PROJECT = '[project]\nname = "shop"\nrequires-python = ">=3.11"\n'

RULE = Rule(
    id="AUD937",
    name="interpreter-too-old",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do pipelines run the project under a Python, or a Node.js, that it supports?",
    why="Under an older interpreter the project cannot be installed, or breaks where it uses what that lacks: the run is red for ever, or made to pass by force.",
    limits="Judged is the one project at the root, with the lower bound of its versions, and jobs on GitHub that install it or run tests after actions/setup-python or actions/setup-node.",
    fix="Drop the old versions from the pipeline, or lower what the project requires.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"github-workflow", "python-project", "package-scripts"}),
    check_repository=_check,
    examples=(
        Example(
            title="a matrix with an old version, and one that is written out",
            files={
                "pyproject.toml": _PROJECT,
                ".github/workflows/ci.yml": _JOB,
                ".github/workflows/nightly.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: '3.10'\n      - run: pip install -e .\n",
            },
            found=(".github/workflows/ci.yml:7", ".github/workflows/nightly.yml:8"),
        ),
        Example(
            title="the requirement of poetry and of setup.cfg",
            files={
                "pyproject.toml": '[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.10"\n',
                ".github/workflows/ci.yml": _JOB,
            },
            found=(".github/workflows/ci.yml:7",),
        ),
        Example(
            title="a version of Node.js",
            files={
                "package.json": '{"name": "shop", "engines": {"node": ">=20"}}\n',
                ".github/workflows/ci.yml": _JOB.replace("python: ['3.9', '3.11']", "node: [18, 22]")
                .replace("setup-python", "setup-node")
                .replace("python-version: ${{ matrix.python }}", "node-version: ${{ matrix.node }}")
                .replace("pytest", "npm test"),
            },
            found=(".github/workflows/ci.yml:7",),
        ),
        Example(
            title="versions that are supported, and a job that runs a tool of its own",
            files={
                "pyproject.toml": _PROJECT.replace("3.11", "3.9"),
                ".github/workflows/ci.yml": _JOB,
            },
        ),
        Example(
            title="a linter under another version, one of two that are taken, and a tool of somebody else",
            files={
                "package.json": '{"name": "shop", "engines": {"node": "^20 || ^18"}}\n',
                ".github/workflows/node.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: 18\n      - run: npm test\n",
                ".github/workflows/tool.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: 16\n      - run: npm install -g spell\n",
                "pyproject.toml": _PROJECT,
                ".github/workflows/lint.yml": _JOB.replace("pytest", "pipx run black --check ."),
            },
        ),
    ),
)
