"""AUD486: a unit of systemd has a setting that systemd does not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_UNIT = pattern(r"(?m)^\[(?:Service|Timer|Unit)\]\s*$")
_PAIR = pattern(r"^\s*(Restart|Type|KillMode)\s*=\s*([A-Za-z-]+)\s*$")
_KNOWN = {
    "Restart": frozenset({"no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog"}),
    "Type": frozenset({"simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"}),
    "KillMode": frozenset({"control-group", "mixed", "process", "none"}),
}
"""https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html"""


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is Language.INI and source.file.name.endswith(".service") and _UNIT.search(source.text):
        yield from _hits(source, source.lines, 1, "")
    seen: set[int] = set()
    for unit in units_of(source):
        for command in all_commands(unit.body):
            for redirect in command.redirects:
                if (
                    redirect.operator == "<<"
                    and _UNIT.search(redirect.target.text)
                    and redirect.target.line not in seen
                ):
                    seen.add(redirect.target.line)
                    yield from _hits(source, redirect.target.text.split("\n"), redirect.target.line, unit.symbol)


def _hits(source: Source, lines: Sequence[str], first: int, symbol: str) -> Iterator[Hit]:
    for number, line in enumerate(lines, first):
        match = _PAIR.search(line)
        if match is not None and match.group(2) not in _KNOWN[match.group(1)]:
            message = (
                f"systemd knows no `{match.group(1)}={match.group(2)}`, and goes on as if the line were not there."
            )
            yield Hit(source.path, number, number, message, symbol)


RULE = Rule(
    id="AUD486",
    name="invalid-unit-setting",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does systemd know every value that units give it?",
    why="`Restart=unless-stopped` is a word of Docker: systemd notes it in its log, and never restarts the service.",
    limits="The values of Restart, Type and KillMode, in unit files and in units that scripts write.",
    fix="Write a value that there is, as `Restart=on-failure`, and run `systemd-analyze verify`.",
    since="0.4.0",
    effort=5,
    reads=frozenset({"ini", "shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    triggers=("[service]",),
    check_file=_check,
    examples=(
        Example(
            title="a word of Docker, in a file and in one that is written",
            files={
                "shop.service": "[Unit]\nDescription=Shop\n[Service]\nType=simple\nRestart=unless-stopped\nExecStart=/opt/shop\n",
                "install.sh": "#!/bin/bash\nsudo tee /etc/systemd/system/shop.service > /dev/null << EOF\n[Service]\nType=daemon\nExecStart=/opt/shop\nEOF\nsystemctl enable shop\n",
            },
            found=("install.sh:4", "shop.service:5"),
        ),
        Example(
            title="values that there are",
            files={"shop.service": "[Service]\nType=notify\nRestart=always\nExecStart=/opt/shop --Type=other\n"},
        ),
    ),
)
