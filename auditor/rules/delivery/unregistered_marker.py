"""AUD517: tests bear markers that the settings of pytest refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.pytest_markers import PytestMarkers
from auditor.facts.pytest_runs import PytestRun, option, pytest_runs
from auditor.facts.pytest_settings import PytestSettings
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ORDER = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Of the files of one folder, pytest reads the first that has its section."""
_TEST_FILE = pattern(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_OWN = frozenset({"skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast"})
_OF_PLUGINS = frozenset({
    "asyncio", "anyio", "trio", "twisted", "gen_test", "curio", "tornado", "django_db", "urls", "ignore_template_errors", "flaky", "timeout", "benchmark", "order", "run",
    "dependency", "xdist_group", "vcr", "block_network", "respx", "httpx_mock", "freeze_time", "repeat", "celery", "hypothesis", "enable_socket", "disable_socket",
    "allow_hosts", "forked", "no_cover", "mpl_image_compare", "remote_data", "internet_off", "openfiles_ignore", "skip_browser", "only_browser", "browser_context_args",
    "only_on_platform", "skip_on_platform", "qt_log_level_fail", "qt_no_exception_capture", "no_qt_log", "random_order", "incremental", "limit_memory", "limit_leaks",
    "xray", "allure_label", "allure_link", "allure_description", "parametrize_from_file", "default_cassette", "snapshot", "docker", "jira", "testrail", "datafiles",
    "shared_directory", "group", "first", "last", "second", "asyncio_cooperative", "pgsql", "postgresql", "server_fixture", "app", "options", "notebook", "nbval", "thread_unsafe",
    "parallel_threads", "iterations", "homeassistant", "needs", "sphinx", "test_params", "codspeed_benchmark", "deselect_if", "memray", "reruns", "pywin32", "online",
    "subtests", "allow_unasserted", "bdd", "scenario", "given", "when", "then", "kubernetes", "applymanifest", "applymanifests", "namespacelabels", "clusterrolebinding", "rolebinding",
})  # fmt: skip
"""Markers that well-known plugins register."""
_ELSEWHERE = ("-c", "--config-file", "--rootdir", "-o", "--override-ini", "-p", "--ignore-glob")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A marker that a test module asks for and nothing registers: the module cannot be collected."""

    path: str
    line: int
    marker: str


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    settings = _settings_of_root(facts)
    refused = _refused(settings, facts) if settings is not None and settings.strict and not settings.own_names else []
    if settings is None or not refused:
        return
    usual = tuple(one.path.removeprefix("./").strip("/") for one in settings.test_paths) or ("",)
    collected: set[str] = set()
    failing: set[tuple[str, str]] = set()
    for run in pytest_runs(facts):
        given = _places(run, usual)
        found = [one for one in refused if given is not None and _collects(one.path, given)]
        collected.update(one.path for one in found)
        unit = run.path, run.job.id if run.job is not None else ""
        if found and unit not in failing:
            failing.add(unit)
            first = found[0]
            message = f"This collects `{first.path}`, whose marker `{first.marker}` is not registered: with strict markers pytest ends with an error before the first test."
            yield Hit(run.path, run.command.line, run.command.line, message, run.symbol)
    told: set[str] = set()
    for one in refused:
        if one.path not in collected and one.path not in told:
            told.add(one.path)
            message = f"The marker `{one.marker}` is not registered, and the settings demand that: pytest cannot collect this file."
            yield Hit(one.path, one.line, one.line, message, one.marker, Severity.MEDIUM)


def _refused(settings: PytestSettings, facts: RepositoryFacts) -> list[_Refused]:
    """Markers of test modules under the settings of the root, which register neither these nor let others pass."""
    modules = list(facts.of(PytestMarkers))
    if any(fact.open for _, fact in modules):
        return []
    own = {file.path.rpartition("/")[0] for file, _ in facts.of(PytestSettings)} - {""}
    known = _OWN | _OF_PLUGINS | set(settings.markers)
    known |= {name for _, fact in modules for name in fact.registered}
    return [
        _Refused(path=file.path, line=line, marker=name)
        for file, fact in modules
        if _TEST_FILE.search(file.path) and not _is_within(file.path, own)
        for name, line in fact.asked
        if name not in known
    ]


def _settings_of_root(facts: RepositoryFacts) -> PytestSettings | None:
    for name in _ORDER:
        for one in facts.at(name, PytestSettings):
            if not one.ignored:
                return one
    return None


def _is_within(path: str, folders: set[str]) -> bool:
    """Whether a file lies in one of the folders, which have settings of their own."""
    parts = path.split("/")[:-1]
    return any("/".join(parts[: count + 1]) in folders for count in range(len(parts)))


def _places(run: PytestRun, usual: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What a run collects, and what it leaves out; None where other settings may hold or the places cannot be told."""
    words = [word.text for word in run.arguments]
    if run.folder or any(word.partition("=")[0] in _ELSEWHERE for word in words):
        return None
    targets = [one.partition("::")[0].removeprefix("./").strip("/\"'") for one in run.targets]
    ignored = [
        (word.partition("=")[2] or after).removeprefix("./").strip("/\"'")
        for word, after in zip(words, [*words[1:], ""], strict=False)
        if word.partition("=")[0] == "--ignore"
    ]
    if any("$" in one or "*" in one for one in (*targets, *ignored)) or option(run, "--pyargs") is not None:
        return None
    return tuple("" if one == "." else one for one in targets) or usual, tuple(ignored)


def _collects(path: str, places: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    targets, ignored = places
    return any(_lies_in(path, one) for one in targets) and not any(_lies_in(path, one) for one in ignored)


def _lies_in(path: str, place: str) -> bool:
    return not place or path == place or path.startswith(f"{place}/")


_SETTINGS = "[pytest]\naddopts =\n    -q\n    --strict-markers\nmarkers =\n    slow: takes minutes\n    bank: needs the bank\ntestpaths = tests\n"
_TEST = "import pytest\n\n\n@pytest.mark.{}\ndef test_sum():\n    assert sum([1, 2]) == 3\n"
_CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="AUD517",
    name="unregistered-marker",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every marker of the tests registered where the settings demand it?",
    why="Under `--strict-markers` one unknown marker ends the run while the tests are collected: none of them runs, whatever `-m` selects.",
    limits=(
        "Judged are markers under the settings at the root, in files named as tests are by default. Markers of well-known plugins and of `addinivalue_line` count as registered; where code may register more, or a run "
        "has settings of its own, nothing is said. Of a job or script the first run is told."
    ),
    fix="Register the marker in the settings of pytest, or take it off.",
    since="0.8.0",
    effort=5,
    reads=frozenset({"pytest-markers", "pytest-settings", "github-workflow", "gitlab-ci", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a run that leaves one folder out and takes the other in, and a file that none takes in",
            files={
                "pytest.ini": _SETTINGS,
                "tests/unit/test_sum.py": _TEST.format("exact"),
                "tests/bank/test_bank.py": _TEST.format("bank"),
                "trials/test_trial.py": _TEST.format("trial"),
                ".github/workflows/ci.yml": f"{_CI}      - run: pytest tests --ignore=tests/unit -m bank\n      - run: |\n          pytest tests/unit \\\n            -m slow\n      - run: pytest tests/unit -x\n      - run: pytest -c other.ini tests\n",
            },
            found=(".github/workflows/ci.yml:9", "trials/test_trial.py:4"),
        ),
        Example(
            title="settings of TOML, whose options are a list",
            files={
                "pyproject.toml": '[tool.pytest.ini_options]\naddopts = [\n    "-q",\n    "--strict-markers",\n]\nmarkers = ["slow: takes, on a bad day, minutes", "bank: needs the bank"]\n',
                "tests/test_sum.py": _TEST.format("quick"),
                "tests/test_bank.py": _TEST.format("bank"),
                ".gitlab-ci.yml": "test:\n  script:\n    - pytest\n",
            },
            found=(".gitlab-ci.yml:3",),
        ),
        Example(
            title="markers that plugins or code register, and settings without the demand",
            files={
                "pytest.ini": _SETTINGS,
                "tests/conftest.py": 'def pytest_configure(config):\n    config.addinivalue_line("markers", "exact: to the cent")\n',
                "tests/test_sum.py": _TEST.format("exact"),
                "tests/test_wait.py": _TEST.format("asyncio"),
                "web/pytest.ini": "[pytest]\ntestpaths = tests\n",
                "web/tests/test_page.py": _TEST.format("page"),
                ".github/workflows/ci.yml": f"{_CI}      - run: pytest tests\n",
            },
        ),
        Example(
            title="markers that nobody demands to be registered",
            files={
                "pytest.ini": _SETTINGS.replace("    --strict-markers\n", ""),
                "tests/test_sum.py": _TEST.format("exact"),
                ".github/workflows/ci.yml": f"{_CI}      - run: pytest tests\n",
            },
        ),
    ),
)
