"""AUD745: quoted code that is not in the file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.quotations import quotation_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return quotation_statements(case)


RULE = Rule(
    id="AUD745",
    name="quotation-not-in-file",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is quoted code in the file that it is quoted from?",
    why="Half of the code that certificates quote is not in the file that they cite.",
    limits="A block counts as a quotation below a line that names one file, or below a remark in it that names file and line. Blocks about fixes, attacks, usage and proposals are left alone. It is contradicted where hardly any line is in the file or near to one of it, at the time and in every other version, nothing is left out, it is no use of what the file defines, and not a few lines that are marked as right or wrong.",
    fix="Quote from the file, and name the commit.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="code that is nowhere in the file",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**File**: `app/store.py:1`\n\n```python\ndef verify_backup(path: str) -> bool:\n    return checksum(path) == expected_checksum(path)\n```\n",
                "app/store.py": "def save(item):\n    raise NotImplementedError\n",
            },
            found=("docs/AUDIT.md:6",),
        ),
        Example(
            title="code that is there, and a proposal",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**File**: `app/store.py:1`\n\n```python\ndef save(item):\n    raise NotImplementedError\n```\n\n## Recommended fix\n\n**File**: `app/store.py`\n\n```python\ndef save(item):\n    database.insert_one(item)\n```\n",
                "app/store.py": "def save(item):\n    raise NotImplementedError\n",
            },
        ),
    ),
    check_document=_check,
)
