"""SARIF 2.1.0 of any tool: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (sections in brackets)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from auditor.model.finding import Confidence, Severity
from auditor.model.words import counted, listed
from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.json_reader import Loose, model_of, read_json
from auditor.reports.times import COMMIT, read_time

__all__ = ["MOST_RESULTS", "SarifReport", "SarifResult", "parse_sarif"]

MOST_RESULTS = 20_000
_REMEDY = "give a log of SARIF 2.1.0 as the tool wrote it"
_LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.LOW}
_SCORES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.0, Severity.LOW))
"""GitHub reads `security-severity` in the same steps."""

_SURE = {"very-high": Confidence.HIGH, "high": Confidence.HIGH, "medium": Confidence.MEDIUM, "low": Confidence.LOW}
_LINE = Annotated[int, Field(ge=1, le=100_000_000)]


class _Text(Loose):
    text: str = ""


class _Properties(Loose):
    security_severity: Annotated[str | float | int | None, Field(alias="security-severity")] = None
    precision: str = ""


class _Defaults(Loose):
    level: str = ""


class _Rule(Loose):
    id: str
    default_configuration: _Defaults = _Defaults()
    properties: _Properties = _Properties()
    short_description: _Text = _Text()


class _Component(Loose):
    name: str
    rules: tuple[_Rule, ...] = Field(default=(), strict=False)


class _Tool(Loose):
    driver: _Component
    extensions: tuple[_Component, ...] = Field(default=(), strict=False)


class _Artifact(Loose):
    uri: Annotated[str, Field(max_length=4000)] = ""
    uri_base_id: str = ""


class _Region(Loose):
    start_line: _LINE = 1
    end_line: _LINE | None = None


class _Physical(Loose):
    artifact_location: _Artifact = _Artifact()
    region: _Region = _Region()


class _Location(Loose):
    physical_location: _Physical | None = None


class _Reference(Loose):
    id: str = ""
    index: Annotated[int, Field(ge=-1)] = -1


class _Suppression(Loose):
    status: str = "accepted"


class _Result(Loose):
    rule_id: str = ""
    rule_index: Annotated[int, Field(ge=-1)] = -1
    rule: _Reference = _Reference()
    kind: str = "fail"
    level: str = ""
    message: _Text = _Text()
    locations: tuple[_Location, ...] = Field(default=(), strict=False)
    suppressions: tuple[_Suppression, ...] = Field(default=(), strict=False)
    baseline_state: str = ""
    properties: _Properties = _Properties()


class _Invocation(Loose):
    execution_successful: bool = True
    start_time_utc: str = ""
    end_time_utc: str = ""


class _Provenance(Loose):
    revision_id: str = ""


class _Run(Loose):
    tool: _Tool
    results: tuple[_Result, ...] | None = Field(default=(), strict=False)
    invocations: tuple[_Invocation, ...] = Field(default=(), strict=False)
    version_control_provenance: tuple[_Provenance, ...] = Field(default=(), strict=False)
    original_uri_base_ids: dict[str, _Artifact] = Field(default_factory=dict)


class _Log(Loose):
    version: str
    runs: tuple[_Run, ...] = Field(strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SarifResult:
    """One result. `uri` is where it was found, as the tool wrote it, `base` the URI that this is relative to, if one is given."""

    tool: str
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    uri: str
    base: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SarifReport:
    """The results that count: those that fail and that nobody suppressed."""

    facts: ReportFacts
    results: tuple[SarifResult, ...]


def parse_sarif(data: bytes, name: str) -> SarifReport:
    """The log in `data`. Raises UserError, naming the file and the first field that is wrong."""
    log = model_of(_Log, read_json(data, name), name, _REMEDY)
    if log.version != "2.1.0":
        raise bad_report(name, f"this is SARIF {log.version[:20]!r}, and 2.1.0 is read", _REMEDY)
    count = sum(len(run.results or ()) for run in log.runs)
    if count > MOST_RESULTS:
        raise bad_report(name, f"{count} results; more than {MOST_RESULTS} are not read", "let the tool filter them")
    results = tuple(result for run in log.runs for result in _results(run))
    commits = {one.revision_id for run in log.runs for one in run.version_control_provenance if one.revision_id}
    facts = ReportFacts(
        says=_says(log.runs, results, count),
        produced=min(_times(log.runs, name), default=None),
        commits=tuple(sorted(one[:64] for one in commits if COMMIT.fullmatch(one))),
        empty="" if log.runs else "there is no run in it",
    )
    return SarifReport(facts=facts, results=results)


def _results(run: _Run) -> Iterator[SarifResult]:
    rules = run.tool.driver.rules
    by_id = {one.id: one for one in (*rules, *(one for part in run.tool.extensions for one in part.rules))}
    for one in run.results or ():
        if one.kind != "fail" or one.baseline_state == "absent" or _suppressed(one):
            continue
        identity, rule = _rule_of(one, rules, by_id)
        place = next((place.physical_location for place in one.locations if place.physical_location), _Physical())
        base = run.original_uri_base_ids.get(place.artifact_location.uri_base_id)
        yield SarifResult(
            tool=run.tool.driver.name,
            rule=identity,
            severity=_severity(one, rule),
            confidence=_SURE.get((rule.properties.precision if rule else "").lower(), Confidence.MEDIUM),
            message=one.message.text or (rule.short_description.text if rule else "") or identity,
            uri=place.artifact_location.uri,
            base=base.uri if base else "",
            start_line=place.region.start_line,
            end_line=max(place.region.end_line or 0, place.region.start_line),
        )


def _suppressed(result: _Result) -> bool:
    """[3.27.23] Something suppresses it, and what does is not under review or rejected."""
    return bool(result.suppressions) and all(one.status == "accepted" for one in result.suppressions)


def _rule_of(result: _Result, rules: tuple[_Rule, ...], by_id: dict[str, _Rule]) -> tuple[str, _Rule | None]:
    """[3.27.5 to 3.27.7] By id, else by position."""
    index = max(result.rule_index, result.rule.index)
    identity = result.rule_id or result.rule.id
    if not identity and 0 <= index < len(rules):
        identity = rules[index].id
    return identity or "unnamed", by_id.get(identity)


def _severity(result: _Result, rule: _Rule | None) -> Severity:
    for properties in (result.properties, *([rule.properties] if rule else [])):
        score = _number(properties.security_severity)
        if score is not None:
            return next((severity for least, severity in _SCORES if score >= least), Severity.LOW)
    level = result.level or (rule.default_configuration.level if rule else "") or "warning"
    return _LEVELS.get(level, Severity.MEDIUM)


def _number(value: Any) -> float | None:  # noqa: ANN401 - text or a number
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0.0 <= number <= 10.0 else None  # noqa: PLR2004 - the scale of CVSS


def _times(runs: Iterable[_Run], name: str) -> Iterator[datetime]:
    for text in (one.end_time_utc or one.start_time_utc for run in runs for one in run.invocations):
        if text:
            time = read_time(text)
            if time is None:
                raise bad_report(name, f"an invocation ended at no time: {text[:40]!r}", _REMEDY)
            yield time


def _says(runs: tuple[_Run, ...], results: tuple[SarifResult, ...], count: int) -> str:
    tools = listed(sorted({run.tool.driver.name[:60] for run in runs}))
    said = f"{counted(len(results), 'result')} of {tools or 'no tool'}"
    if count != len(results):
        said += f", {count - len(results)} more that passed or are suppressed"
    broken = any(not one.execution_successful for run in runs for one in run.invocations)
    return f"{said}; the tool says that its run failed" if broken else said
