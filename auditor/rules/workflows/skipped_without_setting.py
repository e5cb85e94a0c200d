"""AUD464: a backup, an encryption or a deployment is skipped without its setting, and ends well."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import Branch, Command, If, Node, all_commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WORK = pattern(
    r"(?i)\b(?:back ?up|backing up|dump|restore|encrypt|migrat\w*|deploy|sign|upload|replicat\w*|roll ?back|snapshot|promote|archive|publish|push|sync|scan|e2e|integration|smoke)\b"
)
_SKIPS = pattern(r"(?i)\bskip\w*|\bnot (?:configured|set|available|found|installed|provided|defined)\b")
_WANTED = pattern(
    r"(?i)already|nothing to|no changes|up.to.date|dry.?run|disabled|not required|optional|by request|not enabled|--skip|up to date"
)
_ABSENT = pattern(r"^\[\[? (?:!? ?-[zn] |! -[fdex] )|^command -v|^which |^\[\[? -[fdex] ")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        words = identifier_words(unit.name)
        if not (unit.function or unit.step is not None) or unit.recipe or not _WORK.search(words):
            continue
        for node in unit.body:
            if isinstance(node, If) and (told := _told(node, unit)) is not None:
                message = f"{unit.name[:60]!r} does nothing and ends well where its setting is absent: {spoken(told, unit.functions)[:60]!r}."
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _told(node: If, unit: Unit) -> Command | None:
    """What is said where something is absent and the unit ends well for it."""
    branch = node.branches[0]
    if not all(_ABSENT.search(" ".join(word.text for word in one.words)) for one in all_commands(branch.condition)):
        return None
    if len(node.branches) == 1 and not node.otherwise and _ends_well(branch.body, unit):
        return _skipping(branch, unit)
    return None


def _ends_well(body: tuple[Node, ...], unit: Unit) -> bool:
    last = body[-1] if body else None
    if not isinstance(last, Command) or last.texts[1:] not in ((), ("0",)):
        return False
    return last.name == "exit" or (last.name == "return" and unit.function)


def _skipping(branch: Branch, unit: Unit) -> Command | None:
    before = branch.body[:-1]
    if not before or effects_of(before, unit.functions) != {Effect.PRINT}:
        return None
    said = [one for one in before if isinstance(one, Command)]
    texts = " ".join(spoken(one, unit.functions) for one in said)
    return said[0] if said and _SKIPS.search(texts) and not _WANTED.search(texts) else None


RULE = Rule(
    id="AUD464",
    name="skipped-without-setting",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does what must not be left out fail where it cannot be done?",
    why="The backup ran every night with a green mark, and held no database: the address had been renamed, and the script only said that it skips it.",
    limits="Functions of scripts and steps named for backups, encryption, migrations, uploads, deployments, scans and the like, which test for a setting, a file or a program, say that they skip, and end with 0.",
    fix="Fail where the setting is required, or say in the result what was left out.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    triggers=("skip", "not "),
    check_file=_check,
    examples=(
        Example(
            title="a backup without a database, and one that nobody encrypts",
            files={
                "scripts/save.sh": (
                    '#!/bin/bash\nwarn() { echo "WARN $*"; }\nbackup_database() {\n  if [ -z "$DATABASE_URL" ]; then\n    warn "DATABASE_URL not set, skipping"\n    return\n  fi\n  pg_dump "$DATABASE_URL"\n}\n'
                    'encrypt_backup() {\n  if ! command -v gpg > /dev/null; then\n    echo "gpg not found"\n    return 0\n  fi\n  gpg -e backup.tar\n}\nbackup_database\nencrypt_backup\n'
                )
            },
            found=("scripts/save.sh:4", "scripts/save.sh:11"),
        ),
        Example(
            title="a backup that fails, one that there is already, and a notification",
            files={
                "scripts/save.sh": (
                    '#!/bin/bash\nbackup_database() {\n  if [ -z "$DATABASE_URL" ]; then\n    echo "DATABASE_URL not set"\n    return 1\n  fi\n  if [ -f today.sql ]; then\n    echo "already there, skipping"\n    return 0\n  fi\n  pg_dump\n}\n'
                    'notify() {\n  if [ -z "$HOOK" ]; then\n    echo "skipping"\n    return 0\n  fi\n  curl -f "$HOOK"\n}\nbackup_database\nnotify\n'
                )
            },
        ),
    ),
)
