"""AUD230: a result that is a literal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from sys import maxsize

from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.result_literals import ResultLiteral, literal_job_outputs, result_literals
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Case, Chain, If, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import swallowed_exits
from auditor.facts.work_units import Unit, jobs_of, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"always\(\)|!\s*cancelled\(\)")
_REPORTS = pattern(r"(failure|success)\(\)|\.(result|outcome|conclusion)\b|job\.status")


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        for literal in literal_job_outputs(job):
            message = f"The output {literal.name} of the job is {literal.value!r}, whatever its steps find."
            yield Hit(source.path, literal.line, literal.line, message, job.id, Severity.HIGH)
    units = units_of(source)
    told = [
        (unit, literals)
        for unit in units
        if (unit.step is None or not _REPORTS.search(unit.step.condition.text))
        and (literals := list(result_literals(unit)))
    ]
    soft = any(_rests_on_work(one) for _, literals in told for one in literals) and _goes_on(source, units)
    for unit, literals in told:
        for literal in _unfounded(unit, literals, soft=soft):
            message = f"{literal.name} is given as {literal.value!r}: a literal that nothing measured."
            severity = Severity.CRITICAL if literal.measure else Severity.MEDIUM
            yield Hit(source.path, literal.line, literal.line, message, unit.symbol, severity)


def _rests_on_work(literal: ResultLiteral) -> bool:
    """Whether it is a mere status, after something that may have failed."""
    return literal.worked and not literal.measure


def _goes_on(source: Source, units: tuple[Unit, ...]) -> bool:
    """Whether a shell file comes to its end after failures: without ``set -e``, or where some are swallowed."""
    if source.fact(ShellFile) is None:
        return False
    return not any(run.ends for run in shell_runs(source)) or any(True for unit in units for _ in swallowed_exits(unit))


def _unfounded(unit: Unit, literals: list[ResultLiteral], *, soft: bool) -> Iterator[ResultLiteral]:
    """The literals of a unit without a status after work, but for one that is reached although the work failed."""
    reached = any(map(_rests_on_work, literals)) and (soft or _is_always(unit))
    decided = _decided(unit) if reached else []
    for one in literals:
        if not _rests_on_work(one):
            yield one
        elif reached:
            at = bisect_right(decided, (one.line, maxsize)) - 1
            if at < 0 or decided[at][1] < one.line:
                yield one


def _decided(unit: Unit) -> list[tuple[int, int]]:
    """The first and last lines of the branches, which something decides, in order; what lies within another is left out."""
    branches = [(one.line, one.end_line) for one in walk(unit.body) if isinstance(one, If | Case | Chain)]
    found: list[tuple[int, int]] = []
    for first, last in sorted(branches):
        if not found or last > found[-1][1]:
            found.append((first, last))
    return found


def _is_always(unit: Unit) -> bool:
    """Whether the job runs whatever became of the others, and the step looks at none of them."""
    told = " ".join(one.text for one in all_commands(unit.body))
    return unit.job is not None and _ALWAYS.search(unit.job.condition.text) is not None and not _REPORTS.search(told)


RULE = Rule(
    id="AUD230",
    name="hard-coded-result-output",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Are the results that steps and scripts write down measured?",
    why="A pass rate or status that is a literal looks like a measurement to every gate, record and reader downstream.",
    limits="Names of results are told from names of thresholds and settings. A status counts where nothing ran before it that could have failed, where the script goes on after failures, and in jobs that run in any case.",
    fix="Compute the value from what ran, or write no result.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="figures on one line of a document",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat <<EOF > record.json\n          {"status": "success", "coverage": 92.4}\n          EOF\n',
            },
            found=(".github/workflows/go.yml:8",),
        ),
        Example(
            title="an output of a job that is written out, and a figure by way of a variable",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    outputs:\n      passed: 'true'\n      count: ${{ steps.a.outputs.n }}\n    steps:\n      - id: a\n        run: make test\n  gate:\n    needs: unit\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [ \"${{ needs.unit.outputs.passed }}\" != true ]; then\n            exit 1\n          fi\n",
                ".github/workflows/perf.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - id: k6\n        run: |\n          P95=180\n          echo "p95=$P95" >> "$GITHUB_OUTPUT"\n      - run: |\n          P95=$(k6 run load.js | tail -1)\n          echo "p95=$P95" >> "$GITHUB_OUTPUT"\n',
            },
            found=(
                ".github/workflows/go.yml:6",
                ".github/workflows/perf.yml:8",
            ),
        ),
        Example(
            title="records of success after work whose failure nobody minds, and one that hangs on it",
            files={
                "ops/undo.sh": (
                    '#!/bin/bash\nset -u\nhelm rollback shop\nprintf \'{"at": "%s", "status": "success"}\\n\' "$(date)" > last.json\ncat > report.txt <<EOF\nBy: $USER\nRollback status: completed successfully\nEOF\n'
                    'if [ -f ok ]; then\n  echo \'{"status": "success"}\' > other.json\nfi\n'
                ),
                "ops/strict.sh": '#!/bin/bash\nset -e\nhelm rollback shop\necho \'{"status": "success"}\' > last.json\n',
                ".github/workflows/note.yml": (
                    'on: push\njobs:\n  note:\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          curl -fs $HOOK\n          echo \'{"status": "success"}\' > deployment.json\n'
                ),
            },
            found=(".github/workflows/note.yml:9", "ops/undo.sh:4", "ops/undo.sh:7"),
        ),
        Example(
            title="A pass rate and a status that nothing measured",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Calculate pass rate\n        run: echo "pass_rate=97.5" >> $GITHUB_OUTPUT\n      - run: |\n          cat > record.json <<EOF\n          {\n            "version": "$VERSION",\n            "status": "success"\n          }\n          EOF\n'
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:12"),
        ),
        Example(
            title="A report of tests that were run elsewhere, with a score, an improvement and a winner",
            files={
                ".github/workflows/trial.yml": 'on: push\njobs:\n  trial:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat > trial.json <<EOF\n          {\n            "chaos_test": "completed",\n            "split": "50/50",\n            "score": "10/10",\n            "improvement": "5.2%",\n            "winner": "B",\n            "load_test": "$LOAD"\n          }\n          EOF\n'
            },
            found=tuple(f".github/workflows/trial.yml:{line}" for line in (9, 11, 12, 13)),
        ),
        Example(
            title="The time that a recovery is said to have taken",
            files={
                ".github/workflows/drill.yml": 'on: push\njobs:\n  drill:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Measure the time of recovery\n        run: echo "minutes=9" >> "$GITHUB_OUTPUT"\n      - name: Choose the shards\n        run: echo "shards=4" >> "$GITHUB_OUTPUT"\n'
            },
            found=(".github/workflows/drill.yml:7",),
        ),
        Example(
            title="A threshold, a measured rate, and a status after work",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo "min_coverage=90" >> $GITHUB_OUTPUT\n          echo "pass_rate=$(jq .rate out.json)" >> $GITHUB_OUTPUT\n          ./deploy.sh\n          echo "status=success" >> $GITHUB_OUTPUT\n'
            },
        ),
    ),
)
