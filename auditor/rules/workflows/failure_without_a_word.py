"""AUD945: a script says that a copy, a migration or a deployment worked, and nothing where it failed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Command, If, Prefixed, walk
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GRAVE = pattern(
    r"(?i)\b(?:pg_dump(?:all)?|pg_restore|mysqldump|mongodump|mongorestore|pg_basebackup|alembic|flyway|liquibase|migrate|terraform apply|kubectl (?:apply|rollout|set)|helm (?:upgrade|install|rollback)|"
    r"(?:docker(?: |-)compose|docker compose) (?:.* )?up\b|docker (?:push|build)|aws s3 (?:cp|sync)|gsutil cp|rclone|restic backup|rsync|ansible-playbook)\b"
)
_ASKS = pattern(r"(?i)--dry-run|--version|\bcommand -v\b|\bstatus\b|--help|\bdiff\b|\bget\b|\bls\b|\bcheck\b")


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for node in walk(unit.body):
            if isinstance(node, If) and node.line not in seen and _is_silent(node, unit):
                seen.add(node.line)
                text = (
                    " ".join(node.branches[0].condition[0].texts)
                    if isinstance(node.branches[0].condition[0], Command)
                    else ""
                )
                message = f"Where {text[:60]!r} fails, nothing is said and the script goes on."
                yield Hit(source.path, node.line, node.branches[0].condition[0].end_line, message, unit.symbol)


def _is_silent(node: If, unit: Unit) -> bool:
    """Whether a statement without another branch runs something grave, and only speaks of its success."""
    (branch, *others) = node.branches
    if others or node.otherwise or len(branch.condition) != 1:
        return False
    command = branch.condition[0]
    if isinstance(command, Prefixed) or not isinstance(command, Command):
        return False
    text = " ".join(command.texts)
    grave = _GRAVE.search(text) is not None and not _ASKS.search(text)
    return grave and effects_of(branch.body, unit.functions) == {Effect.PRINT}


RULE = Rule(
    id="AUD945",
    name="failure-without-a-word",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a script say, and mind, that a copy, a migration or a deployment failed?",
    why="`if pg_dump ...; then echo saved; fi` hides the failure from `set -e` and from the reader: the state is recorded as saved, and the dump is empty.",
    limits="Judged are conditions without another branch whose command dumps, restores, migrates, deploys or copies, and whose body only speaks.",
    fix="Add the other branch, and end the script in it.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"shell", "pipeline", "github-workflow", "gitlab-ci", "make-recipes"}),
    check_file=_check,
    examples=(
        Example(
            title="a dump whose failure nobody hears of",
            files={
                "ops/save.sh": '#!/bin/bash\nset -e\nif docker exec store pg_dump shop > "$DIR/shop.sql" 2>/dev/null; then\n  echo "saved"\nfi\necho "state saved to $DIR"\n',
            },
            found=("ops/save.sh:3",),
        ),
        Example(
            title="failures that end the script, what is done only on success, and a question",
            files={
                "ops/save.sh": (
                    '#!/bin/bash\nset -e\nif pg_dump shop > shop.sql; then\n  echo "saved"\nelse\n  echo "failed"\n  exit 1\nfi\n'
                    "if ! pg_dump shop > shop.sql; then\n  exit 1\nfi\nif kubectl rollout status deploy/shop; then\n  echo up\nfi\nif rsync -a a b; then\n  touch done\nfi\n"
                ),
            },
        ),
    ),
)
