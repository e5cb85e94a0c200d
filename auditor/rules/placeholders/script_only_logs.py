"""AUD164: the script of an action, or of a function in the cloud, that is named for work only logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_claims import announces_work, claims_done, claims_success
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SCRIPTED = "actions/github-script"
_LOGS = pattern(r"^(?:core\.(?:info|notice|debug|startGroup|endGroup|warning)|console\.(?:log|info|warn))\(.*\);?$")
_ASIDE = pattern(
    r"^(?://.*|/\*.*|\*.*|[{}();]*|(?:const|let|var)\s+\w+\s*=\s*(?:[\"'`\d].*|true|false|new Date\(.*);?)$"
)
_STRING = pattern(r"[\"'`]([^\"'`]+)[\"'`]")
_SHOWS = pattern(r"(?i)\b(?:print|show|display|log|debug|summary|list|info|dump|report)\b")
_WORKS = pattern(
    r"(?i)\b(?:deploy|notif\w*|alert|page|roll ?back|promote|verify|validate|check|test|publish|release|comment|label|approve|gate|migrat\w*|purge|invalidate|switch|shift|record)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        for step in job.steps:
            if step.action != _SCRIPTED:
                continue
            script = next((one for one in step.inputs if one.name == "script"), None)
            told = _told(script.text.split("\n")) if script is not None else None
            if script is not None and told is not None and _claims(job, step, told):
                message = f"The script of {step.name or job.id!r} only logs {told[0][:50]!r}: nothing is done."
                yield Hit(source.path, script.line, script.line + script.text.rstrip().count("\n"), message, job.id)


def _told(lines: Sequence[str]) -> list[str] | None:
    """What a script logs where it does nothing else; None where it does."""
    told: list[str] = []
    for line in map(str.strip, lines):
        if _LOGS.search(line):
            told += [match.group(1) for match in _STRING.finditer(line)]
        elif not _ASIDE.search(line):
            return None
    return told or None


def _claims(job: Job, step: Step, told: Sequence[str]) -> bool:
    name = step.name or f"{job.id} {job.name}"
    if _SHOWS.search(name):
        return False
    spoken = any(announces_work(one) or claims_success(one) or claims_done(one) for one in told)
    return spoken and (not step.name or _WORKS.search(name) is not None)


_STEP = "on: push\njobs:\n  tell:\n    runs-on: ubuntu-latest\n    steps:\n      - name: {name}\n        uses: actions/github-script@v7\n        with:\n          script: |\n            {line}\n"

RULE = Rule(
    id="AUD164",
    name="script-only-logs",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the scripts of a pipeline do what their steps are named for?",
    why="`core.info('Notifying the team')` writes a line into a log that nobody reads.",
    limits="Scripts of `actions/github-script` that consist of lines of `core.info` and `console.log` and tell of work, under a name of work or none.",
    fix="Write the call, or remove the step.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"github-workflow", "github-action"}),
    triggers=("github-script",),
    check_file=_check,
    examples=(
        Example(
            title="a message to nobody",
            files={
                ".github/workflows/a.yml": _STEP.format(name="Notify the team", line="core.info('Notifying #shop');")
            },
            found=(".github/workflows/a.yml:10",),
        ),
        Example(
            title="a message that is sent, and what is meant to be shown",
            files={
                ".github/workflows/a.yml": _STEP.format(
                    name="Notify the team", line="await github.rest.issues.createComment({body: 'Deployed'});"
                ),
                ".github/workflows/b.yml": _STEP.format(name="Print the result", line="core.info('Deployed');"),
            },
        ),
    ),
)
