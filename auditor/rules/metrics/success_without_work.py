"""AUD235: a step that runs nothing reports success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_claims import claims_success, printed, prints_of
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import IDLE, is_hollow, is_quiet_wait, spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"always\(\)|!\s*cancelled\(\)")
_RESULTS = pattern(
    r"(?:needs\.[\w*-]+|needs|steps\.[\w-]+)\.(?:result|outcome|conclusion)|toJSON\(\s*needs|failure\(\)|success\(\)|needs\["
)
_OF_ALL = pattern(r"(?i)\b(?:all|every|everything)\b|ready (?:for|to)\b|\bpipeline\b|\brelease\b")
_VERIFIES = pattern(
    r"(?i)test|check|verif|valid|health|smoke|perform|scan|pass|rollback|backup|migrat|deploy|monitor|gate|quality|secur"
)
_NOTHING_BAD = pattern(
    r"(?i)\b(?:no|zero|0) (?:\w+ )?(?:regressions?|errors?|issues?|anomal(?:y|ies)|problems?|vulnerabilit(?:y|ies)|violations?|failures?|incidents?|secrets?)\b[^.]{0,20}\b(?:detected|found|seen|observed)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is None or not (is_hollow(unit) or is_quiet_wait(unit)):
            continue
        for command in prints_of(unit.body, unit.functions):
            text = spoken(command, unit.functions)
            claims = (claims_success(text) and _VERIFIES.search(text)) or _NOTHING_BAD.search(text)
            if claims and "$" not in unit.name:
                message = f"The step runs nothing, and reports {text[:60]!r}."
                yield Hit(source.path, command.line, command.line, message, unit.symbol)
    asks: dict[int, bool] = {}
    for unit in units_of(source):
        for command in () if is_hollow(unit) or is_quiet_wait(unit) else _tells_unasked(unit, asks):
            message = (
                f"The job runs also when others failed, looks at none of them, and reports {printed(command)[:60]!r}."
            )
            yield Hit(source.path, command.line, command.line, message, unit.symbol)


def _tells_unasked(unit: Unit, asks: dict[int, bool]) -> Iterator[Command]:
    """What a job that runs whatever became of the others says of all of them, and has looked at none.

    `asks` is what is known of jobs, by their identity: each is looked through once.
    """
    step, job = unit.step, unit.job
    if step is None or job is None or unit.function or not job.needs or not _ALWAYS.search(job.condition.text):
        return
    if _RESULTS.search(step.condition.text) or effects_of(unit.body, unit.functions) - {*IDLE, Effect.RECORD}:
        return
    if id(job) not in asks:
        asks[id(job)] = _asks(job)
    if asks[id(job)]:
        return
    for command in prints_of(unit.body, unit.functions):
        text = printed(command)
        if "$" not in text and claims_success(text) and _OF_ALL.search(text):
            yield command


def _asks(job: Job) -> bool:
    """Whether a step of the job hangs on how another one ended, or a command compares it."""
    return any(_RESULTS.search(one.condition.text) for one in job.steps) or any(
        _RESULTS.search(" ".join(command.texts)) is not None
        for step in job.steps
        if step.program is not None
        for command in all_commands(step.program.body)
        if command.name not in ("echo", "printf")
    )


RULE = Rule(
    id="AUD235",
    name="success-without-work",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    question="Does every success that a step reports rest on something that ran?",
    why="The step runs nothing, and reports that tests passed. Every reader of the log is told something that is not so.",
    limits="Only steps and functions that do nothing but print, set and wait count, and only texts that report a success; of jobs that run whatever became of the others, what they say of all without looking at one.",
    fix="Run the check, and let its exit status speak.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="Smoke tests that pass without running",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run smoke tests\n        run: |\n          echo "Running smoke tests..."\n          echo "Smoke tests passed"\n'
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="A watch that sleeps, and has seen nothing bad",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Watch error rate\n        run: |\n          sleep 300\n          echo "No regressions detected"\n'
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="A gate that looks at none of the jobs that it needs",
            files={
                ".github/workflows/gate.yml": (
                    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n  gate:\n    needs: [build]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: ./collect.sh\n      - name: Overview\n        run: |\n          echo 'Build: ${{ needs.build.result }}' >> $GITHUB_STEP_SUMMARY\n          echo 'All checks passed' >> $GITHUB_STEP_SUMMARY\n"
                    "  told:\n    needs: [build]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - if: needs.build.result == 'success'\n        run: echo 'All checks passed'\n"
                )
            },
            found=(".github/workflows/gate.yml:16",),
        ),
        Example(
            title="Smoke tests that run",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run smoke tests\n        run: |\n          pytest -m smoke\n          echo "Smoke tests passed"\n'
            },
        ),
    ),
)
