"""Any report, by its kind."""

from __future__ import annotations

from collections.abc import Callable

from auditor.errors import UserError
from auditor.model.outside import EvidenceFile, ReportKind
from auditor.reports.attestation import Attestation, ReadYaml, parse_attestation
from auditor.reports.base import bad_report
from auditor.reports.cobertura import CoverageReport, parse_cobertura
from auditor.reports.junit import JunitReport, parse_junit
from auditor.reports.runs import RunsReport, parse_runs
from auditor.reports.sarif import SarifReport, parse_sarif
from auditor.reports.scorecard import ScorecardReport, parse_scorecard

__all__ = ["Report", "parse_report"]

Report = JunitReport | CoverageReport | SarifReport | RunsReport | ScorecardReport | Attestation

_PARSERS: dict[ReportKind, Callable[[bytes, str], Report]] = {
    ReportKind.JUNIT: parse_junit,
    ReportKind.COVERAGE: parse_cobertura,
    ReportKind.SARIF: parse_sarif,
    ReportKind.RUNS: parse_runs,
    ReportKind.SCORECARD: parse_scorecard,
}


def parse_report(file: EvidenceFile, read_yaml: ReadYaml) -> Report:
    """What the file says. Raises UserError, naming it, where it is not of its kind; nothing else on any bytes."""
    if file.kind is ReportKind.ATTESTATION:
        return parse_attestation(file.content, file.name, read_yaml)
    try:
        return _PARSERS[file.kind](file.content, file.name)
    except UserError:
        raise
    except RecursionError as error:
        raise bad_report(file.name, "nested too deeply", "give the file as the tool wrote it") from error
