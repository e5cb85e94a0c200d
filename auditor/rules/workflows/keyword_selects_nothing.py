"""AUD938: pytest is told to run tests by a word that stands in the name of none, or benchmarks of which there are none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pytest_markers import PytestMarkers
from auditor.facts.pytest_runs import PytestRun, option, pytest_runs
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PLAIN = pattern(r"^[\w]+(?: or [\w]+)*$")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    files = [(file.path, fact) for file, fact in repository.of(PytestMarkers)]
    added = {one.lower() for _, fact in files for one in fact.added}
    known: dict[tuple[str, ...], tuple[list[tuple[str, PytestMarkers]], str]] = {}
    for run in pytest_runs(repository):
        if run.targets not in known:
            found = _collected(files, run)
            known[run.targets] = found, _told_names(found)
        told, names = known[run.targets]
        word = option(run, "-k")
        if told and word is not None and _PLAIN.search(word.text) and not _selects(word.text, names, added):
            message = f"No test, class, file or marker has {word.text!r} in its name: pytest -k selects nothing, and ends with an error."
            yield Hit(run.path, word.line, word.line, message, run.symbol)
        only = next((one for one in run.arguments if one.text == "--benchmark-only"), None)
        if told and only is not None and not any(fact.benchmarks for _, fact in told):
            message = "No test that is collected takes the fixture `benchmark`: with --benchmark-only every test is skipped, and the run passes."
            yield Hit(run.path, only.line, only.line, message, run.symbol)


def _collected(files: list[tuple[str, PytestMarkers]], run: PytestRun) -> list[tuple[str, PytestMarkers]]:
    """The files of tests that a run collects; none where that cannot be told."""
    targets = [one.partition("::")[0].removeprefix("./").rstrip("/") for one in run.targets]
    if any("$" in one or "*" in one or "::" in one for one in run.targets):
        return []
    wanted = [one for one in targets if one not in ("", ".")]
    found = [
        (path, fact)
        for path, fact in files
        if not wanted or any(path == one or path.startswith(f"{one}/") for one in wanted)
    ]
    return found if any(fact.tests for _, fact in found) else []


def _told_names(told: list[tuple[str, PytestMarkers]]) -> str:
    """Every name by which pytest knows a test that is collected, one a line, in small letters."""
    names = (
        name
        for path, fact in told
        for name in (path, *fact.names, *fact.words, *{m for one in fact.tests for m in one})
    )
    return "\n".join(names).lower()


def _selects(expression: str, names: str, added: set[str]) -> bool:
    """Whether one of the words stands in a name, as pytest compares them: without regard to case, also in parts of the path."""
    if "" in added:
        return True  # code gives tests markers of any name
    words = [word.lower() for word in expression.split(" or ")]
    return any(word in names or any(word in one for one in added) for word in words)


_CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip install pytest-benchmark\n      - run: pytest tests/ {options}\n"

RULE = Rule(
    id="AUD938",
    name="keyword-selects-nothing",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is there a test that each word given to pytest selects?",
    why="A job of benchmarks that selects no test measures nothing: it is red on its first day, or passes with everything skipped.",
    limits="Judged are single words and words joined by `or`, against the names of tests, classes, markers and paths, and the texts of which those of parameters are made in the same file; tests that code selects are not looked at.",
    fix="Write the tests that the job is for, or name those that there are.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"pytest-markers", "github-workflow", "gitlab-ci", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a word that no test has, and benchmarks of which there are none",
            files={
                ".github/workflows/word.yml": _CI.format(options='-k "benchmark" --benchmark-json=out.json'),
                ".github/workflows/only.yml": _CI.format(options="--benchmark-only"),
                "tests/test_shop.py": "class TestShop:\n    def test_order(self):\n        assert 1\n",
            },
            found=(".github/workflows/only.yml:7", ".github/workflows/word.yml:7"),
        ),
        Example(
            title="a word in the name of a class, a marker, a file, and a test with the fixture",
            files={
                ".github/workflows/a.yml": _CI.format(options="-k shop"),
                ".github/workflows/b.yml": _CI.format(options="-k 'nothing or slow'"),
                ".github/workflows/c.yml": _CI.format(options="-k orders"),
                ".github/workflows/d.yml": _CI.format(options="--benchmark-only"),
                ".github/workflows/e.yml": _CI.format(options="-k 'not slow'"),
                ".github/workflows/f.yml": _CI.format(options="-k sqlite"),
                "tests/test_stores.py": "import pytest\n\n\n@pytest.mark.parametrize('name', ['sqlite', 'mysql'])\ndef test_open(name):\n    assert name\n",
                "tests/test_orders.py": "import pytest\n\n\nclass TestShop:\n    @pytest.mark.slow\n    def test_one(self, benchmark):\n        assert benchmark(len, [1])\n",
            },
        ),
    ),
)
