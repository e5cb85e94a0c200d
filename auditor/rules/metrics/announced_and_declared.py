"""AUD237: work is announced and declared done, with nothing in between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.shell_claims import announces_work, claims_done, claims_success, denies, warns
from auditor.facts.shell_program import Command
from auditor.facts.source import Source
from auditor.facts.unverified_claims import is_hollow, sequences, spoken
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if is_hollow(unit):
            continue
        for statements in sequences(unit.body):
            for before, after in pairwise(statements):
                if not isinstance(before, Command) or not isinstance(after, Command):
                    continue
                announced, declared = spoken(before, unit.functions), spoken(after, unit.functions)
                if announces_work(announced) and not announces_work(declared) and _declares(declared):
                    message = (
                        f"{declared[:60]!r} is reported right after {announced[:60]!r}: nothing was done in between."
                    )
                    yield Hit(source.path, before.line, after.end_line, message, unit.symbol)


def _declares(text: str) -> bool:
    return claims_success(text) or (claims_done(text) and not warns(text) and not denies(text))


RULE = Rule(
    id="AUD237",
    name="announced-and-declared",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Is something done between 'doing it' and 'done'?",
    why="The script says that it switches the traffic, and then that it has; nothing stands between the two lines.",
    limits="Only two messages that follow each other directly count, the first of which announces work and the second of which reports success.",
    fix="Do the work between the two messages, and report what came of it.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="Traffic that is switched by two messages",
            files={
                "scripts/switch.sh": 'docker run -d api:2\necho "Switching traffic to the new version..."\n# nginx -s reload\necho "Traffic switched"\n'
            },
            found=("scripts/switch.sh:2",),
        ),
        Example(
            title="A cache that is emptied by two messages, and one that is to be emptied by hand",
            files={
                "scripts/undo.sh": '#!/bin/bash\nkubectl rollout undo deploy/shop\necho "Clearing the cache of the edge"\necho "Cache cleared"\n',
                "scripts/redo.sh": '#!/bin/bash\nkubectl rollout restart deploy/shop\necho "Clearing the cache of the edge"\necho "It must be cleared by hand"\n',
            },
            found=("scripts/undo.sh:3",),
        ),
        Example(
            title="Traffic that is switched",
            files={
                "scripts/switch.sh": 'docker run -d api:2\necho "Switching traffic to the new version..."\nnginx -s reload\necho "Traffic switched"\n'
            },
        ),
    ),
)
