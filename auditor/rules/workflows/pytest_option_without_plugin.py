"""AUD472: pytest is given an option of a plugin that is not installed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.job_packages import packages_installed
from auditor.facts.package_names import PackageNames, is_plugin
from auditor.facts.pytest_runs import PytestRun, pytest_runs
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import Word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BY_START = {
    "--cov": "pytest-cov",
    "--no-cov": "pytest-cov",
    "--timeout": "pytest-timeout",
    "--reruns": "pytest-rerunfailures",
    "--benchmark-": "pytest-benchmark",
    "--html": "pytest-html",
    "--self-contained-html": "pytest-html",
    "--json-report": "pytest-json-report",
    "--asyncio-mode": "pytest-asyncio",
    "--alluredir": "allure-pytest",
    "--forked": "pytest-forked",
    "--numprocesses": "pytest-xdist",
    "--dist": "pytest-xdist",
    "--splits": "pytest-split",
    "--random-order": "pytest-random-order",
    "--ds": "pytest-django",
    "--nbval": "nbval",
}
_KNOWN = frozenset(_BY_START.values())
_HARMLESS = frozenset({
    "pytest-mock", "pytest-sugar", "pytest-env", "pytest-httpx", "pytest-httpserver", "pytest-freezegun", "pytest-freezer", "pytest-order",
    "pytest-randomly", "pytest-clarity", "pytest-socket", "pytest-subtests", "pytest-check", "pytest-dotenv", "pytest-postgresql",
    "pytest-aiohttp", "pytest-flask", "pytest-recording", "pytest-vcr", "pytest-md", "pytest-metadata", "pytest-instafail", "pytest-cases",
})  # fmt: skip
"""Plugins that bring none of the others with them."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    added = {option for _, fact in facts.of(PackageNames) for option in fact.options}
    for run in pytest_runs(facts):
        for word, plugin in _options(run):
            if word.text.partition("=")[0] in added or not _is_missing(plugin, run, facts):
                continue
            message = f"`{word.text.partition('=')[0]}` is an option of `{plugin}`, which is not installed: pytest ends with an error of usage."
            yield Hit(run.path, word.line, word.line, message, run.symbol)
            break


def _options(run: PytestRun) -> Iterator[tuple[Word, str]]:
    for word in run.arguments:
        option = word.text.partition("=")[0]
        if word.text == "-n":
            yield word, "pytest-xdist"
        elif option.startswith("--"):
            yield from ((word, plugin) for start, plugin in _BY_START.items() if _is_of(option, start))


def _is_of(option: str, start: str) -> bool:
    return option == start or (start.endswith("-") and option.startswith(start)) or option.startswith(f"{start}-")


def _is_missing(plugin: str, run: PytestRun, facts: RepositoryFacts) -> bool:
    installed = packages_installed(run.job, facts) if run.job is not None else None
    if installed is None or "pytest" not in installed:
        return False
    others = {one for one in installed if is_plugin(one)} - _KNOWN - _HARMLESS
    return plugin not in installed and not others


_HEAD = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="AUD472",
    name="pytest-option-without-plugin",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every job that tests install the plugins whose options it gives to pytest?",
    why="pytest refuses options that it does not know: the step fails before the first test, or its failure is ignored and nothing was tested.",
    limits=(
        "Only jobs on hosted runners that install by `pip install` with names and lists that are in the repository; not where the project "
        "itself, a lock, another installer or an action of the repository may bring more."
    ),
    fix="Install the plugin in the job, or leave the option out.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_repository=_check,
    examples=(
        Example(
            title="a limit of time that nobody installed",
            files={
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          PIP_NO_INPUT=1\n          pip install -r requirements.txt pytest-cov\n      - run: pytest --cov=shop --timeout=60 tests\n",
                "requirements.txt": "-r requirements/base.txt\npytest==8.3\n",
                "requirements/base.txt": "flask>=3\n",
            },
            found=(".github/workflows/ci.yml:10",),
        ),
        Example(
            title="installed by a list, with the project, or added by the tests themselves",
            files={
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pip install -r requirements.txt\n      - run: pytest --timeout=60 --cov=shop tests\n"
                "  other:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip install -e .[test]\n      - run: pytest -n auto\n"
                "  slow:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip install pytest\n      - run: pytest --ds=shop.settings --html=report.html\n",
                "requirements.txt": "pytest==8.3\npytest_cov\nPytest-Timeout~=2.3\n",
                "tests/conftest.py": 'def pytest_addoption(parser):\n    parser.addoption("--html")\n    parser.addoption("--ds")\n',
            },
        ),
    ),
)
