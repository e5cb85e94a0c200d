"""AUD662: a document says that work is done by itself at set times, and nothing in the repository schedules it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.schedules import Schedules
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_CODE = frozenset({Role.SHIPPED})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(Schedules))
    scheduled = {topic for _, fact in files for topic in fact.topics}
    if not any(file.role in _CODE for file in facts.files):
        return
    for file, fact in files:
        for one in () if about_other_times(file.path) else fact.told:
            if one.topic not in scheduled:
                message = f"This is said to happen at set times (`{one.text[:60]}`), and no file that speaks of it has a schedule."
                yield Hit(file.path, one.line, one.line, message, one.topic)


RULE = Rule(
    id="AUD662",
    name="told-schedule-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something start the work that documents say is done at set times?",
    why="The backup that is said to be made every night was never made, and nobody looks before it is needed.",
    limits="Backups, scans, cleaning and the like that are said to happen daily, hourly or at a time, where no file of the repository speaks both of such work and of a schedule of any kind, and no document has its reader make one. What people are to do is passed over.",
    fix="Schedule it, or say who does it.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"schedules"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="backups of every night that nothing makes",
            files={
                "docs/OPERATIONS.md": "# Operations\n\n- **Backups**: daily at 02:00\n- Automated database backups run every 6 hours.\n- Nightly backups\n- Backups should be made daily\n- Check the backups daily\n",
                "backup.sh": "#!/bin/sh\npg_dump shop > shop.sql\n",
                "mail.py": "import schedule\n\nschedule.every(5)\n",
            },
            found=("docs/OPERATIONS.md:3", "docs/OPERATIONS.md:4", "docs/OPERATIONS.md:5"),
        ),
        Example(
            title="a timer, however it is made",
            files={
                "docs/OPERATIONS.md": "# Operations\n\n- **Backups**: daily at 02:00\n",
                "shop.timer": "[Timer]\nOnCalendar=daily\n",
                "app.py": "print(1)\n",
            },
        ),
        Example(
            title="a table of times for a crontab",
            files={
                "docs/OPERATIONS.md": "# Operations\n\n- **Backups**: daily at 02:00\n\n```\ncrontab -e\n```\n",
                "app.py": "print(1)\n",
            },
        ),
    ),
)
