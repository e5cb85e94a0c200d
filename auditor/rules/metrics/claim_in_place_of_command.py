"""AUD272: a script says that something was done, and the command that does it is commented out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.commented_commands import CommentedCommands, commented_commands
from auditor.facts.shell import ShellFile
from auditor.facts.shell_claims import claims_done, denies, printed, warns
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEAR = 2


def _check(source: Source) -> Iterator[Hit]:
    if source.fact(ShellFile) is None:
        return
    units = list(units_of(source))
    runs = commented_commands(units[0].comments if units else ())
    for unit in units:
        every = [one for one in commands(unit.body) if unit.function or not _in_function(one, units)]
        for run in runs:
            claim = _claim(run, every, unit)
            if claim is not None:
                message = (
                    f"This says that it was done, and the command that does it is commented out: {run.text[:60]!r}."
                )
                yield Hit(source.path, claim.line, claim.end_line, message, unit.symbol)


def _in_function(command: Command, units: list[Unit]) -> bool:
    return any(unit.function and unit.line < command.line <= unit.end_line for unit in units)


def _claim(run: CommentedCommands, every: list[Command], unit: Unit) -> Command | None:
    """The first command after the comment, if it only tells of a success."""
    after = [one for one in every if one.line > run.end_line]
    if not after or after[0].line - run.end_line > _NEAR or _works_before(run, every, unit):
        return None
    text = spoken(after[0], unit.functions) or printed(after[0])
    return after[0] if text and claims_done(text) and not warns(text) and not denies(text) else None


def _works_before(run: CommentedCommands, every: list[Command], unit: Unit) -> bool:
    """Whether something was done since the last text before the comment, of which the claim may speak."""
    for one in reversed([one for one in every if one.line < run.line]):
        effect = effect_of(one, unit.functions)
        if effect is Effect.PRINT:
            return False
        if effect in (Effect.WORK, Effect.WRITE):
            return True
    return False


RULE = Rule(
    id="AUD272",
    name="claim-in-place-of-command",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Did every step of a script happen that the script tells of?",
    why="Whoever fails over by this script reads that the database was promoted, sends traffic there, and writes into a replica.",
    limits="Shell files; the claim must be the first command after the comment, and nothing may have been done since the last text before it.",
    fix="Run the command and tell of what came of it, or take the claim out.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"shell"}),
    triggers=("#",),
    check_file=_check,
    examples=(
        Example(
            title="a schema that a function of a sourced file says was reverted",
            files={
                "back.sh": '#!/bin/bash\n. "$(dirname "$0")/lib.sh"\nkubectl rollout undo deployment/web\nsay "reverting the schema"\n# kubectl exec deploy/web -- alembic downgrade -1\nsay "schema reverted"\n'
            },
            found=("back.sh:6",),
        ),
        Example(
            title="a promotion that is only told of",
            files={
                "failover.sh": (
                    '#!/bin/bash\nkubectl scale deployment/web --replicas=3\n\necho "promote database"\n# pg_ctl promote -D /var/lib/postgresql/data\necho "database promoted"\n'
                    'switch() {\n  # sed -i "s/blue/green/" /etc/nginx/upstream.conf\n  echo "Traffic switched"\n}\nswitch\n'
                )
            },
            found=("failover.sh:6", "failover.sh:9"),
        ),
        Example(
            title="another way that was taken, and a note of what was not done",
            files={
                "failover.sh": (
                    '#!/bin/bash\nkubectl apply -f web.yml\n# kubectl rollout restart deployment/web\necho "web deployed"\n'
                    'echo start\n# docker volume prune -f\necho "Volumes were not cleaned"\n'
                    'echo next\n# docker image prune -f\necho "Images cleaned?"\n'
                )
            },
        ),
    ),
)
