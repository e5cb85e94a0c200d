"""AUD905: a waiver in a comment that cannot be read, and so counts as absent."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.inline_waivers import InlineWaivers
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(InlineWaivers)
    for one in fact.items if fact else ():
        if one.problem:
            yield Hit(source.path, one.line, one.line, f"This waiver counts as absent: {one.problem}.")


RULE = Rule(
    id="AUD905",
    name="malformed-waiver",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every waiver in a comment be read?",
    why=(
        "Whoever wrote it believes that a risk was accepted. Without rule, end and reason nobody can tell which, for "
        "how long and why, so it counts as absent."
    ),
    limits=(
        "A mistake in `.auditor/waivers.yaml` ends the audit; one in a comment does not, as anybody who writes "
        "comments could stop it then. Languages without comments, docstrings and code blocks of documents are not read."
    ),
    fix='Write `auditor: ignore[AUD203] until=2027-01-31 reason="..." by=@owner`, or drop the comment.',
    since="0.1.0",
    effort=5,
    reads=frozenset({"inline-waivers"}),
    roles=frozenset({Role.SHIPPED, Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION}),
    triggers=("auditor:",),
    check_file=_check,
    examples=(
        Example(
            title="a comment that would hide everything",
            files={"deploy.sh": "set -e\n# auditor: ignore\ncurl https://shop.internal/health || true\n"},
            found=("deploy.sh:2",),
        ),
        Example(
            title="comments without an end, and without a reason",
            files={
                "app.py": 'a = 1  # auditor: ignore[AUD203] reason="known"\nb = 2  # auditor: ignore[AUD203] until=2027-01-31\n'
            },
            found=("app.py:1", "app.py:2"),
        ),
        Example(
            title="a day that is not in the calendar",
            files={"app.go": 'package main\n\n// auditor: ignore[AUD203] until=2027-02-30 reason="known"\nvar A = 1\n'},
            found=("app.go:3",),
        ),
        Example(
            title="a comment with all that it needs",
            files={"app.py": 'a = 1  # auditor: ignore[AUD203] until=2027-01-31 reason="known" by=@lead\n'},
        ),
        Example(
            title="a text that speaks of them",
            files={"app.py": '"""Reads `# auditor: ignore` comments."""\n\nHELP = "auditor: ignore"\n'},
        ),
    ),
)
