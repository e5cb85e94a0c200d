"""AUD409: a trap turns the failure of a script into success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, ShellProgram, all_commands, last_command
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LEAVES_WELL = pattern(r"(?:^|[;&|{]\s*)exit\s+0\s*;?\s*\}?$")


def _check(source: Source) -> Iterator[Hit]:
    for run in shell_runs(source):
        for command in all_commands(run.program.body):
            if command.name == "trap" and {"ERR", "EXIT"} & set(command.texts[2:]) and _ends_well(command, run.program):
                message = "Whatever fails, this trap ends the script with status 0: who runs it sees a success."
                yield Hit(source.path, command.line, command.end_line, message, run.symbol)


def _ends_well(trap: Command, program: ShellProgram) -> bool:
    """Whether what the trap runs ends with ``exit 0``."""
    told = trap.texts[1].strip()
    if _LEAVES_WELL.search(told):
        return True
    handler = next((one for one in program.functions if one.name == told.partition(" ")[0]), None)
    last = last_command(handler.body[-1]) if handler is not None and handler.body else None
    return last is not None and last.name == "exit" and last.texts[1:] == ("0",)


RULE = Rule(
    id="AUD409",
    name="trap-hides-failure",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a script that failed end with a status that says so?",
    why="A rollback whose handler of errors prints a line and leaves with 0 has succeeded for the pipeline, and for whoever is on call.",
    limits="Traps on ERR with `exit 0`, written out or at the end of a function of the script.",
    fix='Leave with the status that the trap found: `exit "$status"` after `status=$?`.',
    since="0.5.0",
    effort=5,
    reads=SHELL_READERS,
    triggers=("trap",),
    check_file=_check,
    examples=(
        Example(
            title="a trap at the end, and one that only cleans up",
            files={
                "ops/drill.sh": "#!/bin/bash\nset -e\ntrap 'echo finished; exit 0' EXIT\n./restore\n",
                "ops/save.sh": "#!/bin/bash\nset -e\ntrap 'rm -f out' EXIT\n./save\n",
            },
            found=("ops/drill.sh:3",),
        ),
        Example(
            title="a rollback that cannot fail, and a step",
            files={
                "rollback.sh": '#!/bin/bash\nset -e\non_error() {\n  echo "a step failed" >&2\n  exit 0\n}\ntrap on_error ERR\nhelm rollback shop\n',
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          trap 'echo bad; exit 0' ERR\n          ./deploy.sh\n",
            },
            found=("rollback.sh:7", ".github/workflows/deploy.yml:7"),
        ),
        Example(
            title="traps that clean up, or hand the status on",
            files={
                "rollback.sh": '#!/bin/bash\nset -e\non_error() {\n  echo "failed" >&2\n  exit 1\n}\ntrap on_error ERR\ntrap "rm -rf $work" EXIT\ntrap \'exit 0\' TERM INT\nhelm rollback shop\n',
            },
        ),
    ),
)
