"""The answers of ``auditor mcp`` that rest on no repository: rules, and what was verified."""

from __future__ import annotations

from auditor.agent.quoting import Json, answer, line, lines
from auditor.certificate.report import VerificationReport
from auditor.rules.base import Rule
from auditor.rules.languages import languages_of
from auditor.rules.precision import precision_of

__all__ = ["rule_answer", "verify_answer"]

_MOST_EXAMPLES = 4
_MOST_CODE = 1_500


def rule_answer(rule: Rule) -> Json:
    """A rule: what it asks, why, how to mend what it finds, how often it was right, and examples. All words are ours."""
    examples = sorted(rule.examples, key=lambda one: not one.found)
    shown = [one for one in examples if one.found][: _MOST_EXAMPLES // 2]
    shown += [one for one in examples if not one.found][: _MOST_EXAMPLES // 2]
    ours: Json = {
        "about": "rule",
        "id": rule.id,
        "name": rule.name,
        "severity": rule.told.value,
        "confidence": rule.confidence.value,
        "question": rule.question,
        "why": rule.why,
        "fix": rule.fix,
        "limits": rule.limits,
        "effort_minutes": rule.effort,
        "measured_precision": str(precision_of(rule.id)),
        "languages": list(languages_of(rule)),
        "examples": [
            {
                "title": one.title,
                "reported_at": list(one.found),
                "files": {path: lines(text, _MOST_CODE) for path, text in one.files.items()},
            }
            for one in shown
        ],
    }
    return answer(ours, {})


def verify_answer(report: VerificationReport) -> Json:
    """What verification came to, check by check."""
    ours: Json = {
        "about": "certificate",
        "verified": report.authentic,
        "decision": report.decision.value if report.decision else None,
        "checks": [{"name": one.name, "status": one.status.value} for one in report.checks],
    }
    quoted: Json = {
        "certificate_id": None if report.certificate_id is None else line(report.certificate_id),
        "details": [{"name": one.name, "detail": line(one.detail)} for one in report.checks],
    }
    return answer(ours, quoted)
