"""AUD161: a part of a script is headed as work, and only prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_done, claims_success
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import is_hollow, spoken
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HEADED = pattern(
    r"(?i)^\W*(?:(?:step|phase)\s+)?(?:\d+[.):]*\s*)?(?:(?:send(?:ing)?|notify(?:ing)?|publish|upload|push|purge|flush|invalidate|drain(?:ing)?|"
    r"shift(?:ing)?|switch(?:ing)?|rout(?:e|ing)|divert|promote|demote|rotate|revoke|archive|sync(?:hroni[sz]e)?|replicate|restore|back(?:ing)? ?up|snapshot|scale (?:up|down|out|in|to)|"
    r"deploying|roll(?:ing)? ?back|migrate|failover|fail over|warm(?:ing)? up|freeze|quarantine|cordon|encrypt|provision|trigger)\s+\w|"
    r"(?:page|paging)\s+(?:the\s+)?(?:\w+\s+)?(?:on-?call|team|crew)\b|post(?:ing)? to\s+(?:(?:the|an?|our|all|each|every)\b|[#@$]|(?-i:[A-Z]))|"
    r"(?:deploy|e-?mail|seed|sign)\s+(?:(?:the|an?|our|all|each|every|both|it|this|to|new)\b|[$\"'`{]|(?:app|application|containers?|images?|infrastructure|manifests?|services?|stack)\s*[.:]?$))"
)
"""What of these words is also a noun needs an object: ``Sign conventions``, ``Page 2`` and ``Seed data`` head no work."""
_MESSAGE = pattern(r"(?i)^\W*(?:\d+[.):]*\s*)?(?:send|notify|post|page|e-?mail)")
_TELLS = pattern(
    r"(?i)\b(?:help|usage|message|instructions?|summary|banner|hints?|menu|options?|next steps|status|commands?|examples?|info|information|output|example|manual\w*|dry[ -]run|if|when|only)\b"
)
_LONGEST = 200
_MOST = 60
"""Lines of a part that are looked at."""


def _check(source: Source) -> Iterator[Hit]:
    units = units_of(source)
    if not any(_is_headed(one.text) for unit in units for one in unit.comments):
        return
    told = _told(units)
    for unit in units:
        alone = {one.line: one.text for one in unit.comments if one.alone}
        for line, text in alone.items():
            part = (
                _part(source, range(line + 1, min(line + _MOST, unit.end_line) + 1), alone, told)
                if _is_headed(text)
                else {}
            )
            if part and (
                _MESSAGE.search(text) or any(claims_success(one) or claims_done(one) for one in part.values())
            ):
                message = f"The part that is headed {text.strip()[:60]!r} only prints."
                yield Hit(source.path, line, max(part), message, unit.symbol)


def _is_headed(text: str) -> bool:
    return len(text) <= _LONGEST and _HEADED.search(text) is not None and _TELLS.search(text) is None


def _told(units: tuple[Unit, ...]) -> dict[int, str]:
    """What the commands of each line say; empty where one of them does anything else."""
    found: dict[int, str] = {}
    for unit in units:
        hollow = unit.step is not None and is_hollow(unit)
        for command in commands(unit.body):
            talks = not hollow and effect_of(command, unit.functions) is Effect.PRINT
            text = spoken(command, unit.functions) if talks else ""
            found[command.line] = text if found.get(command.line, text) else ""
    return found


def _part(source: Source, lines: range, alone: Mapping[int, str], told: Mapping[int, str]) -> dict[int, str]:
    """What each line of a part says, up to the next comment; empty where one of them does not only say something."""
    part: dict[int, str] = {}
    for number in lines:
        if number in alone:
            break
        if source.lines[number - 1].strip():
            part[number] = told.get(number, "")
    return part if all(part.values()) else {}


RULE = Rule(
    id="AUD161",
    name="section-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does each part of a script do what the comment above it says?",
    why="'# Send the notification', and below it a line that is printed: whoever reads the script believes that somebody is told.",
    limits="A part ends at the next comment. Comments that begin with a verb of work that reaches outside are judged, and parts of which every line prints.",
    fix="Write the command, or take the comment out.",
    since="0.8.0",
    effort=60,
    reads=ALL_READERS,
    triggers=("echo", "printf", "log"),
    check_file=_check,
    examples=(
        Example(
            title="a message to nobody, and a cache that is emptied in words",
            files={
                "scripts/release.sh": (
                    "#!/bin/bash\nkubectl apply -f shop.yaml\n\n# Purge the cache of the edge\necho 'Cache purged'\n\n# 3. Send the good news\necho 'Release is out'\n"
                    "echo 'See the page'\n\n# Tidy up\nrm -rf build\n"
                ),
                "k8s/backup.yaml": (
                    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: backup\nspec:\n  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
                    "          containers:\n            - name: dump\n              image: postgres:16\n              command:\n                - /bin/sh\n                - -c\n                - |\n"
                    "                  pg_dump shop > /backup/shop.sql\n                  # Notify the crew\n                  echo 'Backup is there'\n"
                ),
            },
            found=("k8s/backup.yaml:19", "scripts/release.sh:4", "scripts/release.sh:7"),
        ),
        Example(
            title="words that are nouns as well, with what they act on",
            files={
                "scripts/release.sh": (
                    "#!/bin/bash\nhelm lint chart\n\n# Page the on-call crew\necho 'Crew paged'\n\n# Post to the harbour channel\necho 'Release is out'\n\n# Sign the image\necho 'Image signed successfully'\n\n"
                    "# Deploy to production\necho 'Deployed successfully'\n"
                )
            },
            found=("scripts/release.sh:10", "scripts/release.sh:13", "scripts/release.sh:4", "scripts/release.sh:7"),
        ),
        Example(
            title="headings of parts that follow, work, and texts for people",
            files={
                "scripts/release.sh": (
                    "#!/bin/bash\n# Deploy the shop\necho 'Deploying...'\n\n# Fetch the image\ndocker pull shop\n\n# Notify the crew\ncurl -d done \"$HOOK\"\necho 'Crew notified'\n\n"
                    "# Switch to the new one by hand if need be\necho 'Traffic switched'\n\n# Send help\ncat <<EOF\nusage: release.sh\nEOF\n"
                ),
                "scripts/notes.sh": (
                    "#!/bin/bash\n# Page breaks\necho 'Report printed'\n\n# Page 2\necho 'Orders completed successfully'\n\n# Sign conventions\necho 'All checks passed'\n\n# Seed data\necho 'Data loaded successfully'\n\n"
                    "# Deploy keys\necho 'Keys deployed successfully'\n\n# Post to-do list\necho 'Done'\n"
                ),
            },
        ),
    ),
)
