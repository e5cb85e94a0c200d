"""AUD742: a file that is cited and not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.evidence import file_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return file_statements(case)


RULE = Rule(
    id="AUD742",
    name="cited-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file that the document cites as evidence in the repository?",
    why="What was reviewed must have been there.",
    limits="A file counts as cited with lines or a length, behind a label such as File, in a list of what was reviewed or of which other files are there, or where a sentence says that something is documented or implemented in it. It is looked for at the commit that added the document; what only other commits have is uncheckable, and so are bare names, what git ignores, what a build or a server has, what lies in a submodule, and everything where most files belong to another repository.",
    fix="Correct the path, or name the commit at which it was reviewed.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a file of another name",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Files reviewed\n\n- `app/store.py` (2 lines)\n- `scripts/roll_back.sh`\n",
                "app/store.py": "a = 1\nb = 2\n",
                "scripts/rollback.sh": "true\n",
            },
            found=("docs/AUDIT.md:6",),
        ),
        Example(
            title="an absolute path of somebody's checkout, and a file that shall be written",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Files reviewed\n\n- `/home/somebody/shop/app/store.py`\n\n## Next steps\n\n- Create `scripts/rollback.sh`\n",
                "app/store.py": "a = 1\n",
            },
        ),
    ),
    check_document=_check,
)
