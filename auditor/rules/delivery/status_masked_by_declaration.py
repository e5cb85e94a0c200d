"""AUD528: a declaration succeeds, whatever became of the command whose output it takes."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.errexit import strict_runs
from auditor.facts.shell_program import Command, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.variable_reads import names_in
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DECLARES = frozenset({"local", "declare", "export", "readonly", "typeset"})
_DECIDES = frozenset({"[", "[[", "((", "test", "exit", "return", "grep", "jq"})


def _check(source: Source) -> Iterator[Hit]:
    for run in strict_runs(source):
        body = run.program.body
        found = [
            (one, lost)
            for one in walk(body)
            if isinstance(one, Command) and one.name in _DECLARES and (lost := _counted(one)) is not None
        ]
        if not found:
            continue
        asked = {name for one in all_commands(body) if one.name in _DECIDES for name in names_in(one.texts)}
        for one, lost in found:
            if not asked & {each.name for each in one.assignments}:
                message = (
                    f"`{one.name}` succeeds whatever becomes of {lost.text[:60]!r}: `set -e` does not see its failure."
                )
                yield Hit(source.path, one.line, one.end_line, message, run.symbol)


def _counted(declaration: Command) -> Command | None:
    return next((one for one in all_commands(declaration.substitutions) if whose_failure_counts(one)), None)


RULE = Rule(
    id="AUD528",
    name="status-masked-by-declaration",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a failing command end the script, also where its output is kept?",
    why="`local out=$(migrate)` has the status of `local`, which is 0: the script goes on after a migration that failed (https://www.shellcheck.net/wiki/SC2155).",
    limits="Programs with `set -e`; tests, scans, migrations and deployments by the name of the tool, where nothing tests what the variable holds.",
    fix="Declare first, assign on the next line.",
    since="0.9.0",
    effort=5,
    reads=SHELL_READERS,
    triggers=("local ", "declare ", "export ", "readonly ", "typeset "),
    check_file=_check,
    examples=(
        Example(
            title="a migration whose output is kept",
            files={
                "ops/deploy.sh": '#!/bin/bash\nset -euo pipefail\nmigrate() {\n  local out=$(kubectl exec deploy/shop -- alembic upgrade head)\n  echo "$out"\n}\nmigrate\n'
            },
            found=("ops/deploy.sh:4",),
        ),
        Example(
            title="assigned apart, tested, a question, and a script that no failure ends",
            files={
                "ops/deploy.sh": '#!/bin/bash\nset -e\nmigrate() {\n  local out\n  out=$(alembic upgrade head)\n  local now=$(date)\n  local code=$(pytest tests)\n  [ -n "$code" ]\n}\nmigrate\n',
                "ops/soft.sh": "#!/bin/bash\nmigrate() {\n  local out=$(alembic upgrade head)\n}\nmigrate\n",
            },
        ),
    ),
)
