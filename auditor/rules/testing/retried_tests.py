"""AUD463: a pipeline runs its tests again until they pass."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.pytest_settings import PytestSettings
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TESTS = pattern(
    r"(?i)(?:^|[\s;&|/])(?:pytest|tox|nox|jest|vitest|rspec|phpunit|(?:npm|yarn|pnpm)(?: run)? test\S*|go test|cargo (?:test|nextest)|mvn \S*test|gradlew? \S*test|make \S*test\S*|"
    r"playwright test|cypress run|dotnet test|python3? -m (?:pytest|unittest)|bats|ctest)\b"
)
_RERUN = pattern(r" --(?:reruns|retries)[= ][1-9]")
_COUNT = pattern(r"^[1-9]$")
_RETRIERS = frozenset({"nick-fields/retry", "nick-invision/retry", "wandalen/wretry.action"})


def _check(source: Source) -> Iterator[Hit]:
    settings = source.fact(PytestSettings)
    if settings is not None and settings.reruns:
        message = "Every test that fails is run again by the settings of pytest: one run that passes is enough."
        yield Hit(source.path, settings.reruns, settings.reruns, message, "pytest")
    gitlab = source.fact(GitlabPipeline) is not None
    for job in jobs_of(source):
        retry = next((key for key in job.keys if key.name == "retry"), None)
        if gitlab and retry is not None and _COUNT.search(retry.text) and _runs_tests(job):
            message = (
                f"The tests of {job.id!r} are run up to {int(retry.text) + 1} times: one run that passes is enough."
            )
            yield Hit(source.path, retry.line, retry.line, message, job.id)
        for step in job.steps:
            for command in all_commands(step.program.body if step.program else ()):
                if _TESTS.search(" ".join(command.texts)) and _RERUN.search(" ".join(command.texts)):
                    message = "The tests are run again when they fail: one run that passes is enough."
                    yield Hit(source.path, command.line, command.end_line, message, f"{job.id}/{step.name}")
            if (
                source.fact(GithubWorkflow) is not None
                and step.action in _RETRIERS
                and _TESTS.search(step.given("command"))
            ):
                message = "The tests are run again when they fail: one run that passes is enough."
                yield Hit(source.path, step.line, step.end_line, message, f"{job.id}/{step.name}")


def _runs_tests(job: Job) -> bool:
    return any(
        _TESTS.search(" ".join(command.texts))
        for step in job.steps
        for command in all_commands(step.program.body if step.program else ())
    )


RULE = Rule(
    id="AUD463",
    name="retried-tests",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does one failing run of the tests fail the pipeline?",
    why="A defect that shows in every second run passes a job with two retries seven times out of eight, and nobody sees the runs that failed.",
    limits="Jobs of GitLab that are retried whatever the reason and run tests themselves, actions of GitHub that retry a command, and options of test runners and settings of pytest that run each failing test again. Retries for named reasons, as a failed runner, are left alone.",
    fix="Mend the tests that fail now and then, or limit the retry to failures of the runner (`when: runner_system_failure`).",
    since="0.4.0",
    effort=60,
    reads=frozenset({"gitlab-ci", "pipeline", "github-action", "github-workflow", "pytest-settings"}),
    triggers=("retry", "reruns", "retries", "max-runs", "force-flaky"),
    check_file=_check,
    examples=(
        Example(
            title="settings by which every test is run again, and options of a step",
            files={
                "pyproject.toml": '[tool.other]\naddopts = "--reruns 2"\n\n[tool.pytest.ini_options]\naddopts = "-ra --reruns 3 --reruns-delay 1"\n',
                "shop/pytest.ini": "[pytest]\naddopts = -ra\n# addopts = --reruns 3\n",
                ".github/workflows/test.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --reruns 2\n      - run: pytest --reruns 0\n      - run: curl --retry 3 -fO https://shop.io/data.gz\n"
                ),
            },
            found=(".github/workflows/test.yml:6", "pyproject.toml:5"),
        ),
        Example(
            title="tests that may fail twice",
            files={
                ".gitlab-ci.yml": "unit:\n  retry: 2\n  script:\n    - pytest -q\n",
                ".github/workflows/test.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: nick-fields/retry@v3\n        with:\n          max_attempts: 3\n          command: npm test\n"
                ),
            },
            found=(".github/workflows/test.yml:6", ".gitlab-ci.yml:2"),
        ),
        Example(
            title="retries of a failed runner, and of a download",
            files={
                ".gitlab-ci.yml": "unit:\n  retry:\n    max: 2\n    when: runner_system_failure\n  script:\n    - pytest -q\nfetch:\n  retry: 2\n  script:\n    - curl -fO https://shop.io/data.gz\n",
            },
        ),
    ),
)
