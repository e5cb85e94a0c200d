"""AUD414: the pipeline installs a project that cannot be installed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_build import PythonBuild
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_IGNORED = frozenset({
    "ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog", "test", "tests",
    "unit_test", "unit_tests", "example", "examples", "scripts", "tools", "util", "utils", "python", "build", "benchmark",
    "benchmarks", "exercise", "exercises", "htmlcov", "tasks", "fabfile", "site_scons", "__pycache__", "node_modules", "vendor",
})  # fmt: skip
_SELF = pattern(r"^\.(\[[\w, -]+\])?$")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    build = next((fact for _, fact in repository.of(PythonBuild)), None)
    if build is None or build.names_packages or not (build.backend == "" or build.backend.startswith("setuptools")):
        return
    if any(repository.exists(path) for path in ("setup.py", "setup.cfg", "src")):
        return
    packages = _packages(repository)
    if len(packages) < 2:  # noqa: PLR2004 - one package is found
        return
    for path, job in jobs_of_repository(repository):
        for step in job.steps:
            for command in all_commands(step.program.body if step.program else ()):
                if not step.working_directory.is_set and _installs_self(command):
                    shown = ", ".join(packages[:3])
                    message = f"{command.text!r} fails: setuptools finds several top-level packages ({shown}) and refuses to choose."
                    yield Hit(path, command.line, command.end_line, message, f"{job.id}/{step.name}")


def _packages(repository: RepositoryFacts) -> list[str]:
    """The top-level folders that setuptools would take for packages: any that may be imported, with files in them."""
    tops = {path.partition("/")[0] for path in repository.all_paths if "/" in path}
    return sorted(top for top in tops if top.isidentifier() and top not in _IGNORED and not top.startswith("_"))


def _installs_self(command: Command) -> bool:
    texts = command.texts
    return (
        "install" in texts
        and ("pip" in texts or command.name in ("pip", "pip3"))
        and any(_SELF.search(text) for text in texts)
    )


RULE = Rule(
    id="AUD414",
    name="editable-install-of-flat-layout",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can the project be installed in the way in which its pipeline installs it?",
    why="setuptools refuses to guess among several top-level packages: 'pip install -e .' ends with an error, and no later step of the job runs.",
    limits="Counts where setuptools is the backend, neither pyproject.toml, setup.cfg nor setup.py names the packages, there is no src folder, and more than one top-level folder would be taken for a package.",
    fix="Name the packages under [tool.setuptools], or move them below src.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    triggers=("pip",),
    check_repository=_check,
    examples=(
        Example(
            title="Two packages side by side",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -e ".[test]"\n',
                "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "app"\nversion = "1"\n',
                "agents/a.py": "A = 1\n",
                "infrastructure/b.py": "B = 1\n",
            },
            found=(".github/workflows/deploy.yml:7",),
        ),
        Example(
            title="One package, and tests",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -e ".[test]"\n',
                "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "app"\nversion = "1"\n',
                "app/a.py": "A = 1\n",
                "tests/b.py": "B = 1\n",
            },
        ),
    ),
)
