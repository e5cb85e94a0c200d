"""AUD535: tests are called in a way in which none runs, or none can fail."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.package_scripts import PackageScripts
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ONLY_LISTS = pattern(
    r"(?:^|\s)(?:pytest|py\.test)\s.*--(?:collect-only|co)\b|\bcargo test\s.*--no-run\b|\bgo test\s.*-run[= ][\"']?(?:\^\$|XXX|NONE|none)[\"']?(?:\s|$)|\bctest\s.*-N\b|\bdotnet test\s.*(?:--list-tests|-t\b)|"
    r"\b(?:jest|vitest)\s.*--listTests\b|\bplaywright test\s.*--list\b|\b(?:rspec|cucumber|behave)\s.*--dry-run\b|\brobot\s.*--dryrun\b|\b(?:phpunit)\s.*--list-tests\b|\bmake\s(?:.*\s)?-n\s.*\btests?\b|"
    r"\bk6 inspect\b"
)
_LEFT_OUT = pattern(
    r"\bmvnw?\s.*-D(?:skipTests|maven\.test\.skip)(?:=true)?(?:\s|$)|\bgradlew?\s.*-x\s+(?:test|check|integrationTest)\b"
)
_CANNOT_FAIL = pattern(
    r"\bmvnw?\s.*(?:-Dmaven\.test\.failure\.ignore(?:=true)?|-DtestFailureIgnore(?:=true)?|--fail-never|\s-fn)(?:\s|$)|\bnewman\s.*--suppress-exit-code\b|\bmake\s(?:.*\s)?-i\s.*\b(?:tests?|check|lint|verify)\b|"
    r"\blocust\s.*--exit-code-on-error[= ]0\b|\bgolangci-lint\s.*--issues-exit-code[= ]0\b|\bk6 run\s.*--no-thresholds\b|\brake\s.*\bCI_REPORTER_IGNORE|"
    r"\bdocker[ -]compose\s.*--exit-code-from\s+\S*(?:db|redis|postgres|mysql)\b"
)
_IGNORES = pattern(r"-D(?:maven\.test\.failure\.ignore|testFailureIgnore)")
_CANNOT = "cannot fail"
_TESTS = pattern(r"(?i)\b(?:tests?|testing|verify|verification|unit|integration|e2e|acceptance|fuzz|check|checks|qa)\b")
_TEST_JOB = pattern(r"(?i)^(?:(?:unit[-_ ]?)?tests?(?:[-_ ]suite)?|(?:run|all)[-_ ]tests|pytest)$")
_RUNNERS = pattern(
    r"(?:^|\s|/)(?:pytest|py\.test|cargo test|go test|ctest|dotnet test|jest|vitest|playwright test|rspec|cucumber|behave|robot|tox|phpunit|make|mvnw?|gradlew?|k6)(?:\s|$)"
)
_JUDGED_BY_REPORT = pattern(r"(?i)\bjunit\b|test-report|unit-test-result|surefire-report|test-summary")
"""What looks at the reports of tests, and fails where one has failed."""
_OTHERWISE = pattern(
    r"(?i)\b(?:build|compile|package|publish|deploy|release|install|image|docker|docs?|list|collect\w*|discover\w*|count|split|shard|bench\w*|perf\w*|cache|warm\w*|prepare|setup|deps|dependencies|lint)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    reported = _JUDGED_BY_REPORT.search(source.text) is not None
    units = units_of(source)
    run = {id(_whole(unit)) for unit in units if any(map(_runs_some, all_commands(unit.body)))}
    for unit in units:
        for command in all_commands(unit.body):
            text = " ".join(command.texts)
            what = _what(text, _names(unit), reported=reported)
            if what and (what == _CANNOT or id(_whole(unit)) not in run):
                yield Hit(source.path, command.line, command.end_line, f"{text[:60]!r} {what}.", unit.symbol)
    workflow = source.fact(GithubWorkflow)
    if workflow is not None:
        yield from _only_when_asked(source, workflow)
    scripts = source.fact(PackageScripts)
    for script in scripts.scripts if scripts is not None else ():
        what = _what(script.command, script.name, reported=reported)
        if what:
            yield Hit(
                source.path, script.line, script.line, f"The script {script.name!r}, {script.command[:60]!r}, {what}."
            )


def _whole(unit: Unit) -> Job | Unit:
    """What must run tests somewhere: what has a name of its own, or the job of steps without one."""
    return unit if unit.name or unit.job is None else unit.job


def _runs_some(command: Command) -> bool:
    """Whether a runner is called that runs tests: what only lists, compiles or leaves them out may stand beside it."""
    text = " ".join(command.texts)
    return _RUNNERS.search(text) is not None and not _ONLY_LISTS.search(text) and not _LEFT_OUT.search(text)


def _only_when_asked(source: Source, workflow: GithubWorkflow) -> Iterator[Hit]:
    """The tests of a workflow that pushes start, which a person has to ask for."""
    if not any(one.name in ("push", "pull_request") for one in workflow.triggers):
        return
    off = {one.name for one in workflow.inputs if one.boolean and one.default.lower() in ("", "false")}
    tests = [one for one in workflow.jobs if _TEST_JOB.search(one.id) or _TEST_JOB.search(one.name)]
    for job in tests:
        text = job.condition.text
        asks = "github.event_name == 'workflow_dispatch'" in text or any(_asks_for(text, name) for name in off)
        if asks and "||" not in text and "!=" not in text and len(tests) == 1:
            message = (
                f"The tests of {job.id!r} run only when somebody starts the workflow by hand: pushes pass without them."
            )
            yield Hit(source.path, job.condition.line, job.condition.line, message, job.id)


def _asks_for(text: str, name: str) -> bool:
    return f"inputs.{name}" in text and f"!inputs.{name}" not in text and f"! inputs.{name}" not in text


def _names(unit: Unit) -> str:
    job = f"{unit.job.id} {unit.job.name}" if unit.job is not None else ""
    return unit.name or job


def _what(text: str, names: str, *, reported: bool) -> str:
    """What is wrong with a call of tests; empty where nothing is, or where it stands for something else than testing."""
    if _CANNOT_FAIL.search(text):
        return "" if reported and _IGNORES.search(text) else _CANNOT
    words = identifier_words(names)
    tests = _TESTS.search(words) is not None and not _OTHERWISE.search(words)
    if tests and (_ONLY_LISTS.search(text) or _LEFT_OUT.search(text)) and "-bench" not in text and "-fuzz" not in text:
        return "runs no test"
    return ""


_HEAD = "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="AUD535",
    name="runs-no-test",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the commands that stand for tests run them, and can they fail?",
    why="`pytest --collect-only` and `mvn verify -DskipTests` are green with any bug; `-Dmaven.test.failure.ignore` is green with failing tests.",
    limits="Known options of test runners; those that leave tests out count only in steps, recipes and scripts that are named for tests and for nothing else, where nothing else beside them runs some. Failures that are ignored for a report which something judges are left alone.",
    fix="Strike the option, so that the tests run and count.",
    since="0.9.0",
    effort=10,
    reads=ALL_READERS | {"package-scripts"},
    check_file=_check,
    examples=(
        Example(
            title="environments of tox that are made first, and run then",
            files={
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run tests\n        run: |\n          tox --notest -e py\n          tox -e py --skip-pkg-install\n"
            },
        ),
        Example(
            title="tests that somebody has to ask for",
            files={
                ".github/workflows/go.yml": "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      run_tests:\n        type: boolean\n        default: false\njobs:\n  tests:\n    if: ${{ github.event_name == 'workflow_dispatch' && inputs.run_tests }}\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n",
            },
            found=(".github/workflows/go.yml:10",),
        ),
        Example(
            title="tests that are only listed, left out, and ignored",
            files={
                ".github/workflows/ci.yml": f"{_HEAD}      - name: Unit tests\n        run: pytest tests --collect-only -q\n      - name: Verify\n        run: ./mvnw -B verify -DskipTests\n      - run: mvn -B test -Dmaven.test.failure.ignore=true\n",
                "Makefile": "fuzz:\n\tgo test -run='^$$' ./...\n\ntest-all:\n\tmake -i test\n",
            },
            found=(
                ".github/workflows/ci.yml:10",
                ".github/workflows/ci.yml:7",
                ".github/workflows/ci.yml:9",
                "Makefile:2",
                "Makefile:5",
            ),
        ),
        Example(
            title="a package without tests, benchmarks, and tests that are counted before they run",
            files={
                ".github/workflows/rust.yml": f"{_HEAD}      - run: cargo test --no-run\n      - run: cargo test -- --nocapture\n",
                ".github/workflows/java.yml": f"{_HEAD}      - run: ./mvnw install -DskipTests\n      - run: ./mvnw verify -Pit\n",
                ".github/workflows/part.yml": f"{_HEAD}      - run: pytest --cov=shop --cov-fail-under=0 tests\n",
                ".github/workflows/pypi.yml": "on:\n  push:\n  workflow_dispatch:\njobs:\n  test-pypi:\n    if: github.event_name == 'workflow_dispatch'\n    runs-on: ubuntu-latest\n    steps: [{run: make upload}]\n",
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Test') {\n      steps {\n        sh 'mvn -Dmaven.test.failure.ignore=true verify'\n      }\n      post {\n        always { junit '**/target/surefire-reports/*.xml' }\n      }\n    }\n  }\n}\n",
                ".github/workflows/ci.yml": f"{_HEAD}      - name: Build the image\n        run: mvn package -DskipTests\n      - name: Split the tests\n        run: pytest --collect-only -q > all.txt\n      - name: Test\n        run: go test -run='^$' -bench=. ./...\n",
            },
        ),
    ),
)
