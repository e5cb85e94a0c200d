"""AUD533: systemd is told not to mind that a job fails."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_START = pattern(r"^\s*ExecStart\s*=\s*([@:+!]*)-([@:+!]*)(\S.*)$")
_TAMED = pattern(r"^\s*ExecStart\s*=.*(?:\|\|\s*(?:true|:|exit 0|echo\b[^|;&]*)|;\s*(?:true|exit 0))\s*[\"']?\s*$")
_ANY_STATUS = pattern(r"^\s*SuccessExitStatus\s*=.*\b1\b")
_WARNS_BY_ONE = pattern(r"(?i)\bborg")
"""Programs that end with 1 where they only warn."""
_STOPS = pattern(r"(?i)\b(?:stop|rm|kill|down|clean\w*|prune|remove)\b")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.INI or not source.file.name.endswith(".service"):
        return
    warns = _WARNS_BY_ONE.search(source.text) is not None
    for number, line in enumerate(source.lines, 1):
        match = _START.search(line)
        any_status = _ANY_STATUS.search(line) is not None and not warns
        tamed = match is not None or _TAMED.search(line) is not None or any_status
        if tamed and claims_work(f"{source.file.name} {line}") and not _STOPS.search(line):
            message = f"`{line.strip()[:60]}`: systemd counts a failure of this job as success."
            yield Hit(source.path, number, number, message)


def _unit(start: str) -> str:
    return f"[Unit]\nDescription=Backup\n\n[Service]\nType=oneshot\n{start}\n"


RULE = Rule(
    id="AUD533",
    name="unit-failure-ignored",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does systemd count the failure of every job as one?",
    why="`ExecStart=-/usr/bin/backup` is green in `systemctl status` whatever became of the backup, and `OnFailure=` never starts.",
    limits="Services named for work, or whose command is: `-` before the command, `|| true` behind it, and `SuccessExitStatus=1`. What is done before and after the start is left alone.",
    fix="Strike the `-`, and handle the failure with `OnFailure=`.",
    since="0.9.0",
    effort=5,
    reads=frozenset({"ini"}),
    triggers=("execstart", "successexitstatus"),
    check_file=_check,
    examples=(
        Example(
            title="a backup that may fail, in two ways",
            files={
                "systemd/shop-backup.service": _unit("ExecStart=-/usr/bin/shop save"),
                "systemd/verify.service": _unit('ExecStart=/bin/sh -c "shop verify || true"'),
            },
            found=("systemd/shop-backup.service:6", "systemd/verify.service:6"),
        ),
        Example(
            title="one that counts, what is stopped before, and a service of no work",
            files={
                "systemd/shop-backup.service": _unit(
                    "ExecStartPre=-/usr/bin/docker stop shop\nExecStart=/usr/bin/shop save"
                ),
                "systemd/borg-backup.service": _unit(
                    "ExecStart=/usr/bin/borg create /srv/saves::shop /srv/shop\nSuccessExitStatus=1"
                ),
                "systemd/shop.service": _unit("ExecStart=-/usr/bin/shop serve"),
            },
        ),
    ),
)
