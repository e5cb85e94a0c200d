"""AUD236: success is reported after a failure that was swallowed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success, warns
from auditor.facts.shell_effects import Effect, always_leaves, effect_of
from auditor.facts.shell_program import Chain, Command, If, Node, walk
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import branches_of, swallowed_exits
from auditor.facts.tolerated_failures import names_of_failing
from auditor.facts.unverified_claims import sequences, spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SKIPS = pattern(r"(?i)\bskip")
_TALLY = pattern(
    r"(?i)\b(?:pass(?:ed)?|success(?:es|ful)?|succeeded|ok)\s*:.{0,60}(?:%-?\d*[sd]|\$\{?\w+)|:\s*\$\{?\w*(?:pass|count|total|success|ok)\w*\}?\W*$"
)
_ANNOUNCES = pattern(r"(?i)(?:^|_)(?:check|test|step|section|title|header|heading|start|begin)$")
"""Functions that say what comes next."""
_VAGUE = pattern(r"(?i)^\W*[\w\s-]*\b(completed?|finished|done|ready)\W*$")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        swallowed = {id(one.chain) for one in swallowed_exits(unit)}
        for statements in sequences(unit.body):
            yield from _in_sequence(source, unit, statements, swallowed)


def _in_sequence(source: Source, unit: Unit, statements: tuple[Node, ...], swallowed: set[int]) -> Iterator[Hit]:
    failed = ""
    for node in statements:
        if id(node) in swallowed or (isinstance(node, If) and _is_soft(node, unit)):
            failed = names_of_failing(node.left) if isinstance(node, Chain) else "a check"
            continue
        if not isinstance(node, Command) or effect_of(node, unit.functions) is Effect.WORK:
            failed = ""
        if not failed or not isinstance(node, Command):
            continue
        text = spoken(node, unit.functions)
        if claims_success(text) and not (_VAGUE.search(text) or _TALLY.search(text) or _ANNOUNCES.search(node.name)):
            message = f"{text[:60]!r} is printed even when {failed[:60]!r} failed."
            yield Hit(source.path, node.line, node.line, message, unit.symbol)
            failed = ""


def _warns(text: str) -> bool:
    return warns(text) and not _SKIPS.search(text)


def _is_soft(node: If, unit: Unit) -> bool:
    """An ``if`` one branch of which, at any depth, only warns, and none of which ends the run."""
    if always_leaves((node,), unit.functions):
        return False
    bodies = [branch.body for inner in walk((node,)) if isinstance(inner, If) for branch in branches_of(inner)]
    return any(
        body
        and all(isinstance(one, Command) and spoken(one, unit.functions) for one in body)
        and any(isinstance(one, Command) and _warns(spoken(one, unit.functions)) for one in body)
        for body in bodies
    )


RULE = Rule(
    id="AUD236",
    name="success-after-failure",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is success reported only where nothing before it failed unnoticed?",
    why="The failure just above was swallowed; the line below says that all went well, and is printed either way.",
    limits="A message counts if it stands in the same list of statements as a swallowed failure, with no check in between that could end the run.",
    fix="Print the message in the branch in which the command succeeded.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="A backup that is reported whatever happened",
            files={
                "scripts/backup.sh": 'set -e\npg_dump app > backup.sql || echo "nothing to back up"\necho "Backup created"\n'
            },
            found=("scripts/backup.sh:3",),
        ),
        Example(
            title="A backup that is reported when it was made",
            files={
                "scripts/backup.sh": 'set -e\npg_dump app > backup.sql\necho "Backup created"\n',
                "scripts/health.sh": 'log_check() { echo "- $1"; }\ncurl -f "$API/health" || echo "Warning: not healthy"\nlog_check "Worker is healthy"\n',
                "scripts/smoke.sh": 'curl -f "$API/health" || echo "Warning: not healthy"\nprintf "Passed: %s\\n" "$PASSED"\necho "Successful: $good of $all"\n',
            },
        ),
    ),
)
