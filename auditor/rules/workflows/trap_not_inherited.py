"""AUD474: a script cleans up in a trap on errors, which functions do not inherit."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.errexit import strict_runs
from auditor.facts.shell_effects import Effect, function_effects
from auditor.facts.shell_program import Command, Function, ShellProgram, all_commands, commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    for run in strict_runs(source):
        traps = [one for one in all_commands(run.program.body) if _is_trap(one)]
        if not traps or run.inherits:
            continue
        handler = traps[0].texts[1].split(" ")[0]
        if _acts(handler, run.program) and _works_in_functions(run.program, {handler}):
            message = (
                "`trap ... ERR` is not inherited by functions: with `set -e` a command that fails in one ends the script, "
                "and the trap does not run."
            )
            yield Hit(source.path, traps[0].line, traps[0].end_line, message)


def _is_trap(command: Command) -> bool:
    texts = command.texts
    return command.name == "trap" and len(texts) > 2 and "ERR" in texts[2:] and not {"EXIT", "0"} & set(texts[2:])  # noqa: PLR2004


def _acts(handler: str, program: ShellProgram) -> bool:
    """Whether what the trap runs does more than tell of the failure."""
    return Effect.WORK in function_effects(program).get(handler, frozenset())


def _works_in_functions(program: ShellProgram, handlers: set[str]) -> bool:
    """Whether the top level calls functions that do work, other than the one that the trap calls."""
    working = {name for name, effects in function_effects(program).items() if Effect.WORK in effects}
    called = {one.name for node in program.body if not isinstance(node, Function) for one in commands((node,))}
    return bool((working - handlers) & called)


_STEPS = (
    "rollback() {\n  kubectl rollout undo deployment/shop\n}\ndeploy() {\n  kubectl apply -f shop.yml\n  kubectl rollout status deployment/shop\n}\n"
    "trap rollback ERR\ndeploy\n"
)

RULE = Rule(
    id="AUD474",
    name="trap-not-inherited",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the rollback of a script run when one of its functions fails?",
    why="Functions do not inherit a trap on ERR unless `set -E` says so: the automatic rollback has never run, and will not when it is needed.",
    limits="Judges programs that leave on errors (`set -e`), set a trap on ERR and none on EXIT, and do their work in functions that the top level calls.",
    fix="Write `set -Eeuo pipefail`, and let the script fail once to see the trap run.",
    since="0.3.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("trap",),
    check_file=_check,
    examples=(
        Example(
            title="a rollback that a failing function does not start",
            files={"deploy.sh": "#!/bin/bash\nset -euo pipefail\n" + _STEPS},
            found=("deploy.sh:10",),
        ),
        Example(
            title="inherited, at the top level, and no leaving on errors",
            files={
                "deploy.sh": "#!/bin/bash\nset -Eeuo pipefail\n" + _STEPS,
                "other.sh": "#!/bin/bash\nset -e\ncleanup() {\n  rm -rf work\n}\ntrap cleanup ERR\nkubectl apply -f shop.yml\n",
                "loose.sh": "#!/bin/bash\n" + _STEPS,
                "eased.sh": "#!/bin/bash\nset -e\nset +e\n" + _STEPS,
            },
        ),
    ),
)
