"""The audit in the words of others: in-toto's test result, and the verification summary of SLSA.

For gates that know these and not our own predicate. Both say less than the certificate, and nothing else:
https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md and
https://slsa.dev/spec/v1.1/verification_summary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from auditor.certificate.statement import Json, statement_of
from auditor.model.audit import Audit
from auditor.model.codec import LongReport
from auditor.model.finding import Severity
from auditor.model.outcome import CriterionResult, Decision, Outcome

__all__ = ["Predicate", "chosen_predicates", "test_result", "verification_summary"]

Predicate = Callable[[Audit, bytes, "bytes | LongReport"], Json]
"""Makes a Statement of an audit, the Markdown above the signature section, and its JSON report."""

TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
VERIFICATION_SUMMARY = "https://slsa.dev/verification_summary/v1"
_VERIFIER = "https://auditor.dev/auditor"
_RUBRICS = "https://auditor.dev/rubrics"
_RESULTS = {Decision.GO: "PASSED", Decision.CONDITIONAL: "WARNED", Decision.NO_GO: "FAILED"}
_GRAVE = (Severity.CRITICAL, Severity.HIGH)


def test_result(audit: Audit, body: bytes, report: bytes | LongReport) -> Json:
    """The audit as a test run: each criterion of each component that applies is a test of its name.

    GO is PASSED, CONDITIONAL WARNED, NO-GO FAILED. A criterion that is met passed; one that is not failed where it is
    a blocker, critical or high, and warned where it is less; so did one without an answer, and one that is waived.
    """
    tests: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for component in audit.components:
        for criterion in component.criteria:
            list_name = _test_list(criterion)
            if list_name:
                tests[list_name].append(f"{component.name}/{criterion.id}")
    configuration = [
        {"name": f"rubric {audit.rubric.id} {audit.rubric.version}", "digest": {"sha256": audit.rubric.digest}},
        {"name": f"rule pack {audit.tool.rule_pack.version}", "digest": {"sha256": audit.tool.rule_pack.digest}},
    ]
    predicate = {"result": _RESULTS[audit.decision], "configuration": configuration, **tests}
    return statement_of(audit, body, report, TEST_RESULT, predicate)


def verification_summary(
    audit: Audit,
    body: bytes,
    report: bytes | LongReport,
    *,
    conditional_passes: bool = False,
    resource: str | None = None,
) -> Json:
    """The audit as a verification: GO is PASSED at level AUDITOR_READY, anything else FAILED.

    There are two results only. With `conditional_passes`, CONDITIONAL is PASSED at AUDITOR_READY_CONDITIONAL.
    `resource` is the URI under which readers know the repository.
    """
    levels = {Decision.GO: "AUDITOR_READY"}
    if conditional_passes:
        levels[Decision.CONDITIONAL] = "AUDITOR_READY_CONDITIONAL"
    level = levels.get(audit.decision)
    rubric = f"{_RUBRICS}/{audit.rubric.id}/{audit.rubric.version}"
    predicate = {
        "verifier": {"id": _VERIFIER},  # its version is optional, and in-toto's own parser does not know it
        "timeVerified": audit.scanned_at,
        "resourceUri": resource or f"git+{audit.repository.name}",
        "policy": {"uri": rubric, "digest": {"sha256": audit.rubric.digest}},
        "verificationResult": "PASSED" if level else "FAILED",
        "verifiedLevels": [level or "FAILED"],
    }
    return statement_of(audit, body, report, VERIFICATION_SUMMARY, predicate)


def chosen_predicates(
    names: tuple[str, ...], *, conditional_passes: bool, resource: str | None
) -> Mapping[str, Predicate]:
    """The predicates of these names, each once, in a fixed order; the summary with these settings."""
    summary = partial(verification_summary, conditional_passes=conditional_passes, resource=resource)
    known: dict[str, Predicate] = {"test-result": test_result, "vsa": summary}
    return {name: known[name] for name in known if name in names}


def _test_list(criterion: CriterionResult) -> str | None:
    if criterion.outcome is Outcome.NOT_APPLICABLE:
        return None
    if criterion.outcome is Outcome.MET and criterion.outcome_as_found is Outcome.MET:
        return "passedTests"
    grave = criterion.blocker or criterion.severity in _GRAVE
    return "failedTests" if criterion.outcome is Outcome.NOT_MET and grave else "warnedTests"
