"""The report of `auditor check` as SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable

from auditor import __version__
from auditor.formats.sarif import LEVELS, SCHEMA, VERSION, location, message, region, rule_descriptor
from auditor.model.checked import CheckReport, DocumentFinding
from auditor.rules.base import Rule

__all__ = ["dumps"]


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
                "rules": [rule_descriptor(rule) for rule in known],
            }
        },
        "automationDetails": {"id": "auditor/check/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(one, path, positions[one.rule]) for one, path in findings],
    }
    log = {"$schema": SCHEMA, "version": VERSION, "runs": [run]}
    return (json.dumps(log, indent=2, ensure_ascii=True) + "\n").encode()


def _result(finding: DocumentFinding, path: str, index: int) -> dict[str, object]:
    place = region(finding.start_line, finding.end_line, finding.excerpt)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": message(finding.message),
        "locations": [location(path.replace("\\", "/"), place)],
        "partialFingerprints": {"auditorFinding/v1": finding.fingerprint},
        "properties": {"verdict": finding.verdict, "confidence": finding.confidence.value},
    }
