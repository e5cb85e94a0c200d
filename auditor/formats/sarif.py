"""What the SARIF reports of a scan and of a check share: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

What GitHub makes of it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

from auditor.formats.text import clipped, single_line
from auditor.model.finding import Category, Confidence, Severity
from auditor.rules.base import Rule

__all__ = ["LEVELS", "SCHEMA", "VERSION", "location", "message", "region", "rule_descriptor", "uri"]

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_SECURITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""The middle of each band of GitHub's; only rules about security have it, since it makes their alerts security alerts."""
_SECURITY_CATEGORIES = frozenset({Category.HARDCODED_SECRET})
_PAGES = "https://auditor.dev/rules/"
_LONGEST = 1_024
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

Json = dict[str, object]


def rule_descriptor(rule: Rule) -> Json:
    """A rule as code scanning shows it, from its own metadata."""
    level = LEVELS[rule.told]
    properties: Json = {
        "precision": _PRECISION[rule.confidence],
        "problem.severity": _PROBLEMS[level],
        "tags": [rule.category.value],
    }
    if rule.category in _SECURITY_CATEGORIES:
        properties |= {"security-severity": _SECURITY[rule.told], "tags": [rule.category.value, "security"]}
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": clipped(rule.question, _LONGEST)},
        "fullDescription": {"text": clipped(rule.why, _LONGEST)},
        "helpUri": f"{_PAGES}{rule.id}-{rule.name}",
        "help": {
            "text": f"{rule.fix}\n\n{rule.limits}",
            "markdown": f"**Fix.** {rule.fix}\n\n**Limits.** {rule.limits}",
        },
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }


def message(text: str) -> Json:
    """A message on one line. ``[words](target)`` would be a link (§3.11.6), and the audited repository may have written it."""
    return {"text": clipped(single_line(text).replace("](", "] ("), _LONGEST)}


def location(path: str, place: Json | None = None) -> Json:
    """A file of the repository, or a region of it."""
    physical: Json = {"artifactLocation": {"uri": uri(path)}}
    return {"physicalLocation": physical | ({"region": place} if place else {})}


def region(start_line: int, end_line: int, excerpt: str) -> Json:
    """The lines, up to one past the last column that is shown; a line that is empty or cut off ends at its start."""
    lines = excerpt.split("\n")
    shown = len(lines) == end_line - start_line + 1
    end_column = len(lines[-1]) + 1 if shown else 1
    return {"startLine": start_line, "startColumn": 1, "endLine": end_line, "endColumn": end_column}


def uri(path: str) -> str:
    """The path as a relative reference of RFC 3986: every other byte of its UTF-8 is written as %NN."""
    encoded = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in encoded)
