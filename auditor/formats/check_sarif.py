"""The report of `auditor check` as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from auditor import __version__
from auditor.formats.check_text import single_line
from auditor.model.checked import CheckReport, DocumentFinding
from auditor.model.finding import Confidence, Severity
from auditor.rules.base import Rule

__all__ = ["dumps"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_LONGEST = 1_024
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def dumps(report: CheckReport, rules: Iterable[Rule]) -> bytes:
    """The findings of all documents as one run; only the rules that found something are described."""
    findings = [(one, document.home or one.path) for document in report.documents for one in document.findings]
    named = {one.rule for one, _ in findings}
    known = [rule for rule in rules if rule.id in named]
    positions = {rule.id: index for index, rule in enumerate(known)}
    run = {
        "tool": {
            "driver": {
                "name": "auditor",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in known],
            }
        },
        "automationDetails": {"id": "auditor/check/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(one, path, positions[one.rule]) for one, path in findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, indent=2, ensure_ascii=True) + "\n").encode()


def _rule(rule: Rule) -> dict[str, object]:
    level = _LEVELS[rule.severity]
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.question[:_LONGEST]},
        "fullDescription": {"text": rule.why[:_LONGEST]},
        "help": {
            "text": f"{rule.fix}\n\n{rule.limits}",
            "markdown": f"**Fix.** {rule.fix}\n\n**Limits.** {rule.limits}",
        },
        "defaultConfiguration": {"level": level},
        "properties": {
            "precision": _PRECISION[rule.confidence],
            "problem.severity": _PROBLEMS[level],
            "tags": [rule.category.value],
        },
    }


def _result(finding: DocumentFinding, path: str, index: int) -> dict[str, object]:
    region = {
        "startLine": finding.start_line,
        "startColumn": 1,
        "endLine": finding.end_line,
        "endColumn": _end(finding),
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": single_line(finding.message)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}],
        "partialFingerprints": {"auditorFinding/v1": finding.fingerprint},
        "properties": {"verdict": finding.verdict, "confidence": finding.confidence.value},
    }


def _end(finding: DocumentFinding) -> int:
    """One past the last column of what is cited, as far as it is shown; a line that is empty or cut off ends at its start."""
    lines = finding.excerpt.split("\n")
    shown = len(lines) == finding.end_line - finding.start_line + 1
    return len(lines[-1]) + 1 if shown else 1


def _uri(path: str) -> str:
    """The path as a relative reference of RFC 3986: every other byte of its UTF-8 is written as %NN."""
    encoded = path.replace("\\", "/").encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in encoded)
