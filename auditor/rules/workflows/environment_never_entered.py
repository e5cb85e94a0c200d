"""AUD429: a job installs into a virtual environment, and runs its tools outside of it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_INSTALLS = pattern(
    r"^(?:(?:python3? -m )?(?:uv sync|poetry (?:\S+ )?install|pdm (?:install|sync)|pipenv (?:install|sync)))\b"
)
_ELSEWHERE = pattern(r"--system\b|--active\b")
_ENTERS = pattern(
    r"(?i)activate|\.venv|GITHUB_PATH|VIRTUAL_ENV|poetry (?:env|shell)|virtualenvs\.create false|virtualenvs-create|UV_PROJECT_ENVIRONMENT|UV_SYSTEM_PYTHON|POETRY_VIRTUALENVS_CREATE|--system\b|pip install (?:-e )?\.|"
    r"pip install -r|pip install --upgrade -r|pip sync|uv export|poetry export|pipenv requirements|direnv"
)
_TOOLS = frozenset({
    "pytest", "mypy", "flake8", "black", "isort", "pylint", "bandit", "alembic", "coverage", "uvicorn", "gunicorn", "celery", "locust", "pyright",
    "ruff", "mkdocs", "sphinx-build", "pip-audit", "safety", "behave", "robot", "mutmut", "interrogate", "flask", "django-admin",
})  # fmt: skip
_BRINGS = pattern(
    r"^(?:(?:python3? -m )?pip3? install|pipx install|uv tool install|uv pip install|apt-get .*install|sudo apt-get .*install)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or any(_ENTERS.search(one.name) for one in workflow.env):
        return
    for job in workflow.jobs:
        found = _outside(job)
        if found is not None:
            install, tool = found
            message = f"`{' '.join(install.texts)[:50]}` installs into an environment of its own, and `{' '.join(tool.texts)[:50]}` (line {tool.line}) is run outside of it."
            yield Hit(source.path, install.line, install.end_line, message, job.id)


def _outside(job: Job) -> tuple[Command, Command] | None:
    """The installation of a job, and the first tool that is run without it although nothing else installs that tool."""
    if not job.hosted or _is_entered(job):
        return None
    install: Command | None = None
    brought: set[str] = set()
    for step in job.steps:
        for command in all_commands(step.program.body if step.program else ()):
            text = " ".join(command.texts)
            if _INSTALLS.search(text) and not _ELSEWHERE.search(text):
                install = install or command
            elif _BRINGS.search(text):
                brought |= {word.partition("=")[0].partition("[")[0].lower() for word in command.texts}
            elif install is not None and (tool := _tool(command)) and tool not in brought:
                return install, command
    return None


def _is_entered(job: Job) -> bool:
    """Whether the job may enter the environment, or have its tools from elsewhere: by a word anywhere in it, or by actions of the repository."""
    if any(step.action.startswith("./") or _ENTERS.search(step.action) for step in job.steps):
        return True
    settings: list[Setting] = [*job.env, *(one for step in job.steps for one in (*step.env, *step.inputs))]
    if any(_ENTERS.search(f"{one.name} {one.text}") for one in settings):
        return True
    return any(
        _ENTERS.search(" ".join((*command.texts, *_written(command))))
        for step in job.steps
        for command in all_commands(step.program.body if step.program else ())
    )


def _written(command: Command) -> Iterator[str]:
    """What a command sets and where it writes: ``export PATH="$PWD/.venv/bin:$PATH"``."""
    yield from (one.value.text for one in command.assignments)
    yield from (one.target.text for one in command.redirects)


def _tool(command: Command) -> str:
    if not command.words or "/" in command.words[0].text:
        return ""
    name = command.name
    if name in ("python", "python3") and command.texts[1:2] == ("-m",) and len(command.texts) > 2:  # noqa: PLR2004 - python -m module
        name = command.texts[2]
    return name if name in _TOOLS else ""


_JOB = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          pip install uv\n          uv sync --all-groups\n"

RULE = Rule(
    id="AUD429",
    name="environment-never-entered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every job run its tools in the environment into which it installed them?",
    why="`uv sync` and `poetry install` install into an environment of the project; `pytest` of the machine is another one, which has none of it, or is not there at all.",
    limits="Jobs on hosted machines in which no word enters the environment, no list of requirements is installed, and no action of the repository runs; tools that are installed by themselves are left alone.",
    fix="Write `uv run pytest` (or `poetry run pytest`), or put `.venv/bin` on GITHUB_PATH.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("uv sync", "poetry", "pdm ", "pipenv "),
    check_file=_check,
    examples=(
        Example(
            title="tests beside the environment",
            files={
                ".github/workflows/test.yml": _JOB + "      - run: ruff check .\n      - run: python -m pytest tests\n",
                ".github/workflows/types.yml": "on: push\njobs:\n  types:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pipx install poetry ruff\n      - run: poetry install\n      - run: ruff check .\n      - run: mypy shop\n",
            },
            found=(".github/workflows/test.yml:9", ".github/workflows/types.yml:7"),
        ),
        Example(
            title="an environment that is entered, named, or not made",
            files={
                ".github/workflows/run.yml": _JOB + "      - run: uv run pytest tests\n",
                ".github/workflows/path.yml": _JOB
                + '      - run: echo "$PWD/.venv/bin" >> "$GITHUB_PATH"\n      - run: pytest tests\n',
                ".github/workflows/poetry.yml": "on: push\njobs:\n  types:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          poetry config virtualenvs.create false\n          poetry install\n          mypy shop\n",
            },
        ),
    ),
)
