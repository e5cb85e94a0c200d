"""Audits for the formats: with findings of the tests' choice, and with very many."""

from collections.abc import Iterable
from dataclasses import replace

from auditor.cli.output import FORMATS
from auditor.model.audit import Audit
from auditor.model.finding import Finding
from auditor.model.outcome import CriterionResult, Outcome
from tests.scoring.audits import audit
from tests.scoring.build import finding

__all__ = ["audit", "audit_of", "finding", "written"]


def audit_of(findings: Iterable[Finding]) -> Audit:
    """The audit of the tests of scoring with other findings, all of them cited by its first criterion that is not met."""
    made = audit()
    listed = tuple(findings)
    keys = tuple(one.fingerprint for one in listed)
    components = tuple(
        replace(one, criteria=tuple(_citing(each, keys) for each in one.criteria)) for one in made.components
    )
    return replace(made, findings=listed, components=components, waivers=())


def _citing(criterion: CriterionResult, keys: tuple[str, ...]) -> CriterionResult:
    unmet = criterion.id == "APP-1" and criterion.outcome is Outcome.NOT_MET
    return replace(criterion, findings=keys if unmet else ())


def written(name: str, made: Audit) -> bytes:
    """The report of an audit in one format."""
    content = FORMATS[name](made)
    return content if isinstance(content, bytes) else b"".join(content)
