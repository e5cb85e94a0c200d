"""AUD405: pytest is told to run tests with a marker that no test bears."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.marker_expression import NotAnExpression, names_in, selects
from auditor.facts.matrix import combinations, filled, reads_matrix
from auditor.facts.pattern import pattern
from auditor.facts.pytest_markers import PytestMarkers
from auditor.facts.pytest_runs import PytestRun, option, pytest_runs
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.facts.told_tests import told_runs
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_INSTRUCTIONS = pattern(r"(?i)(?:^|/)(?:readme|contributing|testing|development|hacking|tests?)[^/]*\.md$")
_FIVE = pattern(r"(?:-ne|-eq|!=|==|=)\s*[\"']?5[\"']?(?:\s|$)")
_INPUT = pattern(r"^\s*[\"']?\$\{\{\s*inputs\.([\w-]+)\s*\}\}[\"']?\s*$")
_GIVEN_BY_PLUGINS = frozenset({"asyncio", "anyio", "trio", "hypothesis", "django_db", "flaky", "migration_test"})


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    files = [(file.path, fact) for file, fact in repository.of(PytestMarkers)]
    if not files or any(fact.dynamic for _, fact in files):
        return
    yield from _handed(repository, files)
    yield from _none_is_well(repository)
    told = [run for run in told_runs(repository) if _instructs(run.path)]
    for run in (*pytest_runs(repository), *told):
        word = option(run, "-m")
        if word is None:
            continue
        severity = Severity.MEDIUM if run in told else None
        for expression, targets in _variants(word.text, run):
            tests = _collected(files, targets)
            if tests and _selects_none(expression, tests):
                message = f"No test of the repository is selected by -m {expression!r}: pytest ends with an error, or nothing runs."
                yield Hit(run.path, word.line, word.line, message, run.symbol, severity)
                break


def _none_is_well(repository: RepositoryFacts) -> Iterator[Hit]:
    """Runs of pytest by a chosen expression, after which the status for "no tests collected" is let through."""
    for path, job in jobs_of_repository(repository):
        for step in job.steps:
            every = list(all_commands(step.program.body)) if step.program is not None else []
            chosen = [
                one
                for one in every
                if "pytest" in one.texts and "-m" in one.texts and any("${{" in text for text in one.texts)
            ]
            let = [one for one in every if one.name in ("[", "[[", "test", "((") and _FIVE.search(" ".join(one.texts))]
            if chosen and let:
                message = "Where the expression selects no test, pytest ends with 5, and this lets it through: nothing is run, and all is well."
                yield Hit(path, let[0].line, let[0].end_line, message, f"{job.id}/{step.name}", Severity.MEDIUM)


def _handed(repository: RepositoryFacts, files: list[tuple[str, PytestMarkers]]) -> Iterator[Hit]:
    """The expressions that jobs hand to a workflow which gives them to pytest: ``-m "${{ inputs.markers }}"``."""
    asked: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for run in pytest_runs(repository):
        word = option(run, "-m")
        given = _INPUT.search(word.text) if word is not None else None
        if given is not None:
            asked.setdefault(run.path, []).append((given.group(1).lower(), run.targets))
    for file, workflow in repository.of(GithubWorkflow) if asked else ():
        for job in workflow.jobs:
            called = job.uses.text.removeprefix("./")
            for name, targets in asked.get(called, ()):
                for one in job.inputs:
                    tests = _collected(files, targets)
                    if (
                        one.name.lower() == name
                        and one.text
                        and "$" not in one.text
                        and tests
                        and _selects_none(one.text, tests)
                    ):
                        message = f"No test of the repository is selected by the markers {one.text!r} that are handed to {called!r}."
                        yield Hit(file.path, one.line, one.line, message, job.id)


def _instructs(path: str) -> bool:
    """Whether a file tells whoever comes how tests are run: a makefile, the first document, one about testing."""
    return not path.lower().endswith(".md") or (_INSTRUCTIONS.search(path) is not None and not about_other_times(path))


def _collected(files: list[tuple[str, PytestMarkers]], given: tuple[str, ...]) -> set[frozenset[str]]:
    targets = [target.partition("::")[0].removeprefix("./").rstrip("/") for target in given]
    if any("$" in target or "*" in target for target in targets):
        targets = []
    wanted = [target for target in targets if target not in ("", ".")]
    return {
        frozenset(markers)
        for path, fact in files
        if not wanted or any(path == target or path.startswith(f"{target}/") for target in wanted)
        for markers in fact.tests
    }


def _variants(expression: str, run: PytestRun) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The expression and what is collected, for every value of the matrix; nothing where it is computed otherwise."""
    texts = (expression, *run.targets)
    varies = any(reads_matrix(text) for text in texts)
    for values in combinations(run.job.matrix) if varies and run.job is not None else ({},):
        chosen, *targets = (filled(text, values) for text in texts)
        if "$" not in chosen and "`" not in chosen:
            yield chosen, tuple(targets)


def _selects_none(expression: str, tests: set[frozenset[str]]) -> bool:
    try:
        if names_in(expression) & _GIVEN_BY_PLUGINS:
            return False
        return not any(selects(expression, markers) for markers in tests)
    except NotAnExpression:
        return False


RULE = Rule(
    id="AUD405",
    name="marker-selects-nothing",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every marker expression of the pipeline select at least one test?",
    why="A job that selects no test tests nothing; depending on how it is called, it fails for ever or is green for ever.",
    limits=(
        "Markers are read from decorators, pytestmark and parameters. Where code adds markers while tests are collected, or the "
        "expression is computed, the rule says nothing. Of documents, those that tell how tests are run are read."
    ),
    fix="Mark the tests that are meant, or drop the expression.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"github-workflow", "gitlab-ci", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.TEST, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a run by a chosen expression that may select nothing",
            files={
                ".github/workflows/test.yml": (
                    "on:\n  workflow_call:\n    inputs:\n      markers:\n        type: string\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          status=0\n"
                    '          pytest -m "${{ inputs.markers }}" || status=$?\n          if [ "$status" -ne 0 ] && [ "$status" -ne 5 ]; then\n            exit "$status"\n          fi\n'
                ),
                "tests/test_shop.py": "def test_shop():\n    assert shop()\n",
            },
            found=(".github/workflows/test.yml:13",),
        ),
        Example(
            title="markers that are handed to a workflow of the repository",
            files={
                ".github/workflows/test.yml": 'on:\n  workflow_call:\n    inputs:\n      markers:\n        type: string\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pytest -m "${{ inputs.markers }}"\n',
                ".github/workflows/ci.yml": "on: push\njobs:\n  contract:\n    uses: ./.github/workflows/test.yml\n    with:\n      markers: contract\n  slow:\n    uses: ./.github/workflows/test.yml\n    with:\n      markers: slow\n",
                "tests/test_shop.py": "import pytest\n\n\n@pytest.mark.slow\ndef test_shop():\n    assert shop()\n",
            },
            found=(".github/workflows/ci.yml:6",),
        ),
        Example(
            title="Smoke tests that are not there, also by way of a matrix",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  smoke:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        kind: [slow, smoke]\n"
                    '    steps:\n      - run: pytest tests -m "smoke or critical"\n'
                    '      - run: |\n          pytest \\\n            -m "${{ matrix.kind }} and not api"\n'
                ),
                "tests/test_api.py": "import pytest\n\n@pytest.mark.slow\ndef test_api():\n    assert 1 + 1 == 2\n",
            },
            found=(".github/workflows/ci.yml:9", ".github/workflows/ci.yml:12"),
        ),
        Example(
            title="The instructions and the makefile ask for markers that no test bears",
            files={
                "README.md": "# Shop\n\n```bash\npytest -q\npytest -q -m contract\npytest -m slow\n```\n",
                "Makefile": "smoke:\n\tpytest -m smoke tests\n",
                "tests/test_api.py": "import pytest\n\n@pytest.mark.slow\ndef test_api():\n    assert 1 + 1 == 2\n",
            },
            found=("Makefile:2", "README.md:5"),
        ),
        Example(
            title="A marker that tests bear, and one that is excluded",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest -m smoke\n"
                    '      - run: pytest -m "not performance"\n'
                ),
                "tests/test_api.py": "import pytest\n\npytestmark = pytest.mark.smoke\n\ndef test_api():\n    assert 1 + 1 == 2\n",
            },
        ),
    ),
)
