"""The audit as SARIF 2.1.0: one run, one result a line, written as it is made.

Kept to what GitHub takes (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning):
25,000 results in a run, of which it shows 5,000, and 10 MB after gzip. The worst come first, and a
notification says how many are left out.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from auditor.formats.order import live, worst_first
from auditor.formats.sarif import LEVELS, SCHEMA, VERSION, location, message, region, rule_descriptor, uri
from auditor.formats.text import clipped, counted, single_line
from auditor.model.audit import Audit, UnjudgedFile
from auditor.model.finding import Finding
from auditor.model.waiver import WAIVER_FILE, Waiver
from auditor.rules.registry import rules

__all__ = ["MOST_PACKED", "MOST_RESULTS", "chunks", "upload_chunks"]

MOST_RESULTS = 25_000
MOST_PACKED = 8_000_000
"""Bytes after gzip: of GitHub's 10 MB, what is left when the upload has added a hash to each result, and some room."""
_MOST_NOTIFICATIONS = 100
_LONGEST = 1_000

Json = dict[str, object]


def chunks(audit: Audit) -> Iterator[bytes]:
    """Every finding; what is waived carries its waiver as a suppression. For viewers and archives."""
    return _log(audit, audit.findings, suppressions=True)


def upload_chunks(audit: Audit) -> Iterator[bytes]:
    """Without what is waived: GitHub does not read suppressions, and would raise an alert for it."""
    return _log(audit, live(audit), suppressions=False)


def _log(audit: Audit, findings: tuple[Finding, ...], *, suppressions: bool) -> Iterator[bytes]:
    descriptors = _descriptors(findings)
    positions = {one["id"]: index for index, one in enumerate(descriptors)}
    waivers = {waiver.id: waiver for waiver in audit.waivers}
    opening = _opening(audit, descriptors)
    room = _Room(opening)
    yield opening
    written = 0
    for finding in islice(worst_first(findings), MOST_RESULTS):
        result = _result(finding, positions) | ({"suppressions": _waived(finding, waivers)} if suppressions else {})
        line = (b",\n" if written else b"\n") + _compact(result)
        if not room.takes(line):
            break
        yield line
        written += 1
    yield b"\n]," + _compact({"invocations": [_invocation(audit, len(findings) - written)]})[1:] + b"]}\n"


class _Room:
    """Counts what a report comes to after gzip."""

    def __init__(self, opening: bytes) -> None:
        self._packer = zlib.compressobj()
        self._size = len(self._packer.compress(opening))

    def takes(self, data: bytes) -> bool:
        self._size += len(self._packer.compress(data))
        return self._size <= MOST_PACKED


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _opening(audit: Audit, descriptors: list[Json]) -> bytes:
    run: Json = {
        "tool": {"driver": {"name": "auditor", "semanticVersion": audit.tool.version, "rules": descriptors}},
        "automationDetails": {"id": _automation_id(audit)},
        "columnKind": "unicodeCodePoints",
        "properties": _properties(audit),
    }
    if audit.repository.commit:
        run["versionControlProvenance"] = [
            {
                "repositoryUri": f"tag:auditor.dev,2026:{uri(audit.repository.name)}",
                "revisionId": audit.repository.commit,
            }
        ]
    head = _compact({"$schema": SCHEMA, "version": VERSION})[:-1]
    return head + b',"runs":[' + _compact(run)[:-1] + b',"results":['


def _automation_id(audit: Audit) -> str:
    """An audit of some components has an id of its own, so that it does not replace that of the others."""
    if not audit.repository.not_scored:
        return "auditor/scan/"
    return "auditor/" + "+".join(uri(one.name).replace("/", "%2F") for one in audit.components if one.evaluated) + "/"


def _properties(audit: Audit) -> Json:
    return {
        "certificate": audit.certificate_id,
        "decision": audit.decision.value,
        "score": audit.score.overall,
        "scoreAsFound": audit.score.as_found,
        "evidenceCoverage": audit.score.evidence_coverage,
        "validUntil": audit.valid_until,
        "dirty": audit.repository.dirty,
        "tree": audit.repository.tree,
        "rubric": {"id": audit.rubric.id, "version": audit.rubric.version, "sha256": audit.rubric.digest},
        "rulePack": {"version": audit.tool.rule_pack.version, "sha256": audit.tool.rule_pack.digest},
    }


def _descriptors(findings: Iterable[Finding]) -> list[Json]:
    """The rules that found something, by id: from their metadata, and from the finding where it came from elsewhere."""
    named = {finding.rule: finding for finding in findings}
    known = {rule.id: rule for rule in rules()}
    return [rule_descriptor(known[one]) if one in known else _stranger(named[one]) for one in sorted(named)]


def _stranger(finding: Finding) -> Json:
    said = {"text": clipped(single_line(f"{finding.rule} {finding.name}"), _LONGEST)}
    return {"id": finding.rule, "shortDescription": said, "fullDescription": said, "help": said}


def _result(finding: Finding, positions: dict[object, int]) -> Json:
    place = location(finding.path, region(finding.start_line, finding.end_line, finding.excerpt))
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": positions[finding.rule],
        "level": LEVELS[finding.severity],
        "message": message(finding.message),
        "locations": [place],
        "partialFingerprints": {"auditorFinding/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "category": finding.category.value,
            "component": finding.component,
        },
    }
    if finding.reached_from:
        result["relatedLocations"] = [{"id": 1, **place, "message": message(f"Reached from {finding.reached_from}")}]
    return result


def _waived(finding: Finding, waivers: dict[str, Waiver]) -> list[Json]:
    """Of one run either all results have suppressions or none has (§3.27.23); an empty list says that there are none."""
    if finding.waived_by is None:
        return []
    waiver = waivers.get(finding.waived_by)
    reason = f"{waiver.reason} ({waiver.approver}, until {waiver.expires})" if waiver else finding.waived_by
    justification = clipped(single_line(reason), _LONGEST)
    in_comment = waiver is not None and waiver.declared_in not in {"", WAIVER_FILE}
    kind = "inSource" if in_comment else "external"
    return [{"kind": kind, "status": "accepted", "justification": justification}]


def _invocation(audit: Audit, left_out: int) -> Json:
    unjudged = audit.inventory.unjudged
    notes = [_unjudged(one) for one in unjudged[:_MOST_NOTIFICATIONS]]
    if len(unjudged) > _MOST_NOTIFICATIONS:
        notes.append(_note(f"{counted(len(unjudged) - _MOST_NOTIFICATIONS, 'more file')} could not be judged"))
    if left_out:
        notes.insert(0, _note(f"{counted(left_out, 'finding')} left out, none of them worse than those that are here"))
    return {"executionSuccessful": True, "endTimeUtc": audit.scanned_at, "toolExecutionNotifications": notes}


def _note(text: str) -> Json:
    return {"level": "warning", "message": {"text": text}}


def _unjudged(one: UnjudgedFile) -> Json:
    place: Json | None = {"startLine": one.line} if one.line else None
    said = message(f"Could not be judged, or not in full: {one.reason}")
    return {"level": "warning", "message": said, "locations": [location(one.path, place)]}
