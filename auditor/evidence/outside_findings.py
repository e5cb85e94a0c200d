"""Results of other tools as findings: their category and severity by a table that is data, their place in the repository."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from auditor.errors import InternalError
from auditor.evidence.outside import Weighed
from auditor.facts.credentials import mask
from auditor.facts.excerpt import excerpt_of, lines_of
from auditor.facts.glob import matches
from auditor.model.finding import Category, Finding, Severity
from auditor.model.fingerprint import fingerprint, squeezed
from auditor.repo.reader import Reader, ReadFailure
from auditor.reports.sarif import SarifReport, SarifResult
from auditor.resources import resource_text

__all__ = ["MAPPING_FILE", "Places", "with_findings"]

MAPPING_FILE = "vocabulary/outside.yaml"
MOST_MESSAGE = 500
_MOST_PARTS = 64
_NO_NAME = re.compile(r"[^a-z0-9._-]+")
_URI = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://[^/?#]*)?([^?#]*)")
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_NO_RULE = re.compile(r"[^A-Za-z0-9._/-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where results may lie: the audited files and their numbers of lines, who owns each, and their bytes."""

    lines: Mapping[str, int]
    owner: Mapping[str, str]
    fallback_owner: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class _Row:
    tool: str
    rule: str
    category: Category
    most: Severity


@dataclass(frozen=True, slots=True)
class _Placed:
    path: str
    start: int
    end: int
    rule: str
    message: str
    result: SarifResult


def with_findings(weighed: Iterable[Weighed], places: Places) -> tuple[tuple[Weighed, ...], tuple[Finding, ...]]:
    """The evidence, and the findings of the SARIF logs in it that count.

    A log with a line behind the end of a file is about another version of it, and refused. What lies in
    no audited file is counted in what the log says, and no finding.
    """
    told: list[Weighed] = []
    found: dict[_Placed, None] = {}
    for one in weighed:
        if not isinstance(one.report, SarifReport) or not one.counts:
            told.append(one)
            continue
        placed, elsewhere = _placed(one.report, places)
        behind = next((spot for spot in placed if spot.start > places.lines[spot.path] + 1), None)
        if behind is not None:
            reason = f"line {behind.start} of {behind.path}, which has {places.lines[behind.path]} lines"
            told.append(one.refused(f"foreign: it names {reason}"))
            continue
        found.update(dict.fromkeys(placed))
        says = f"{one.file.says}; {elsewhere} of them in no audited file" if elsewhere else one.file.says
        told.append(replace(one, file=replace(one.file, says=says)))
    return tuple(told), _captured(found, places)


def _placed(report: SarifReport, places: Places) -> tuple[list[_Placed], int]:
    paths = [_path(one) for one in report.results]
    root = _common_root({path for path in paths if path.startswith("/")}, places.lines)
    placed = []
    for one, path in zip(report.results, paths, strict=True):
        inside = path.removeprefix(root + "/") if root is not None and path.startswith(root + "/") else path
        if inside in places.lines:
            message = mask(" ".join(one.message.split()))[:MOST_MESSAGE]
            placed.append(_Placed(inside, one.start_line, one.end_line, _rule_id(one), message, one))
    return placed, len(report.results) - len(placed)


def _path(result: SarifResult) -> str:
    """The path of a result: relative to the repository, absolute, or empty where it is none or leads out."""
    scheme, path = _uri(result.uri)
    base_scheme, base = _uri(result.base)
    if scheme not in ("", "file"):
        return ""
    if not scheme and not base_scheme and not base.startswith("/"):
        path = posixpath.join(base, path)
    path = posixpath.normpath(path) if path else ""
    return "" if path.startswith("..") or "\0" in path else path


def _uri(text: str) -> tuple[str, str]:
    """Scheme and path of a URI reference (RFC 3986, appendix B), with percent signs decoded; an authority is left out."""
    found = _URI.match(text)
    assert found is not None  # every part of the expression may be empty
    plain = _ENCODED.sub(lambda code: bytes([int(code[1], 16)]), found[2].encode("utf-8", "replace"))
    return (found[1] or "").lower(), plain.decode("utf-8", "replace")


def _common_root(paths: Iterable[str], known: Mapping[str, int]) -> str | None:
    """The folder that the repository was in when the tool ran: the one under which most paths are audited files."""
    votes: Counter[str] = Counter()
    for path in paths:
        parts = path.split("/")
        for at in range(1, min(len(parts), _MOST_PARTS)):
            if "/".join(parts[at:]) in known:
                votes["/".join(parts[:at])] += 1
    return min(votes, key=lambda root: (-votes[root], len(root), root), default=None)


def _rule_id(result: SarifResult) -> str:
    """``tool/rule``: it has a slash, which no rule of ours has."""
    tool = _NO_NAME.sub("-", result.tool.lower()).strip("-.")[:40] or "tool"
    rule = _NO_RULE.sub("-", result.rule).strip("-/")[:100] or "unnamed"
    return rule if rule.startswith(f"{tool}/") else f"{tool}/{rule}"


def _captured(found: Iterable[_Placed], places: Places) -> tuple[Finding, ...]:
    ordered = sorted(found, key=lambda one: (one.path, one.start, one.end, one.rule, one.message))
    seen: Counter[str] = Counter()
    findings = []
    path = ""
    lines: tuple[str, ...] = ()
    for one in ordered:
        if one.path != path:
            path, lines = one.path, _lines(one.path, places.reader)
        findings.append(_finding(one, lines, seen, places))
    return tuple(findings)


def _lines(path: str, reader: Reader) -> tuple[str, ...]:
    try:
        return lines_of(reader.read(path))
    except ReadFailure:
        return ()


def _finding(one: _Placed, lines: tuple[str, ...], seen: Counter[str], places: Places) -> Finding:
    start = min(one.start, max(places.lines[one.path], 1))
    end = max(start, min(one.end, places.lines[one.path]))
    excerpt = excerpt_of(lines, start, end)
    text = squeezed((one.message, "\0", excerpt))
    key = f"{one.rule}\0{one.path}\0{text}"
    seen[key] += 1
    row = _row(one.result.tool, one.rule.partition("/")[2])
    severity = one.result.severity if one.result.severity.rank >= row.most.rank else row.most
    return Finding(
        rule=one.rule,
        name=one.rule,
        category=row.category,
        severity=severity,
        confidence=one.result.confidence,
        component=places.owner.get(one.path, places.fallback_owner),
        path=one.path,
        start_line=start,
        end_line=end,
        message=one.message,
        excerpt=excerpt,
        fingerprint=fingerprint(one.rule, one.path, "", text, seen[key]),
    )


def _row(tool: str, rule: str) -> _Row:
    name = rule.replace("/", " ")
    return next(row for row in _mapping() if matches(row.tool, tool.replace("/", " ")) and matches(row.rule, name))


@cache
def _mapping() -> tuple[_Row, ...]:
    import yaml  # noqa: PLC0415 - only where a log of another tool was given

    rows = yaml.safe_load(resource_text(MAPPING_FILE))
    read = tuple(
        _Row(row["tool"], row["rule"], Category(row["category"]), Severity(row.get("most", "critical"))) for row in rows
    )
    if not read or (read[-1].tool, read[-1].rule) != ("*", "*"):
        raise InternalError(f"the last row of {MAPPING_FILE} must match everything")
    return read
