"""AUD740: a certificate hash that is the hash of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.digest import hash_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return hash_statements(case)


RULE = Rule(
    id="AUD740",
    name="hash-of-nothing",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the certificate's hash the hash of the certificate?",
    why="A line that is called a hash and is none makes a text look protected that anybody can change.",
    limits="The value is compared with the digests of the document, of its parts up to the signature, of its earlier versions, and with the names of commits. A digest of anything else is held only against the length that its algorithm gives. A value that is left open, called an example or one of several digests is not accused.",
    fix="Sign the document (`auditor scan --sign`), or leave the line away.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="words, and an imitation",
            files={
                "docs/CERTIFICATE.md": "# Readiness certificate\n\n**Decision**: GO\n\n## Signature\n\nCertificate Hash: SHA256-READINESS-APPROVED\n",
                "docs/OTHER_CERTIFICATE.md": "# Readiness certificate\n\n## Signature\n\nCertificate Hash: a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2\n",
            },
            found=("docs/CERTIFICATE.md:7", "docs/OTHER_CERTIFICATE.md:5"),
        ),
        Example(
            title="the digits of another algorithm than the one that is named",
            files={
                "docs/CERTIFICATE.md": "# Readiness certificate\n\n**Decision**: GO\n\n**SHA-512 root:** 5b1d8c302a1d1ff339f5d9e975ff31b22e5b58fd3ce0e46d435d2f0fd03749c4\n",
                "docs/OTHER_CERTIFICATE.md": "# Readiness certificate\n\n**SHA-256 root:** 5b1d8c302a1d1ff339f5d9e975ff31b22e5b58fd3ce0e46d435d2f0fd03749c4\n",
            },
            found=("docs/CERTIFICATE.md:5",),
        ),
        Example(
            title="the real one, the name of a commit, and a hash left open",
            files={
                "docs/CERTIFICATE.md": "# Readiness certificate\n\n**Decision**: GO\n\n## Signature\n\nAgent: reviewer\nCertificate Hash: a0557dbb71f00a0a5c50425e92e745a5b0146d6e98f1fc35fe03930c1422b6d7\n",
                "docs/OPEN_CERTIFICATE.md": "# Readiness certificate\n\nCommit Hash: 1a2b3c4\n\nCertificate Hash: pending\n",
            },
        ),
    ),
    check_document=_check,
)
