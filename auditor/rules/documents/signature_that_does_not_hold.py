"""AUD741: a signature of ours that does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.text import seal_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return seal_statements(case)


RULE = Rule(
    id="AUD741",
    name="signature-that-does-not-hold",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Does the signature of `auditor` in the document hold?",
    why="A certificate that was edited after it was signed says what nobody signed.",
    limits="Told is whether the text is the one that was signed. Whether the key is to be trusted, `auditor verify` tells.",
    fix="Take the certificate as it was issued, or issue it again.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a section that holds no envelope",
            files={
                "certificates/CERTIFICATE.md": "# Readiness certificate\n\n<!-- auditor: begin signature; every byte above this line is signed -->\n## Signature\n\n```\nbm90aGluZw==\n```\n<!-- auditor: end signature -->\n"
            },
            found=("certificates/CERTIFICATE.md:3",),
        ),
        Example(
            title="a certificate that says that it is unsigned",
            files={
                "certificates/CERTIFICATE.md": "# Readiness certificate\n\n<!-- auditor: begin signature; every byte above this line is signed -->\n## Signature\n\n**UNSIGNED.** No key was given; nobody vouches for this text.\n<!-- auditor: end signature -->\n"
            },
        ),
    ),
    check_document=_check,
)
