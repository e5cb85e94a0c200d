"""AUD771: a credential that was pasted into a document."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.text import credential_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return credential_statements(case.document)


_INVENTED = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
"""A token that was never issued, in two parts so that no scanner of this repository takes it for one."""

RULE = Rule(
    id="AUD771",
    name="credential-in-document",
    category=Category.HARDCODED_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the document free of credentials?",
    why="Reports are passed on to more people than code is.",
    limits="Formats that tell themselves and session tokens count; values that are known only from their name must be drawn at random. No value is ever shown.",
    fix="Revoke the credential, and take it out of the history.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a token of GitHub",
            files={"docs/AUDIT.md": f"# Readiness audit\n\nToken used: {_INVENTED}\n"},
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a stand-in",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nSet `GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`.\n"
            },
        ),
    ),
    check_document=_check,
)
