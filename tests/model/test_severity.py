"""How grave a finding is told to be: consequence, and certainty that was measured."""

from __future__ import annotations

import pytest

from auditor.model.finding import Confidence, Severity
from auditor.rules.precision import ENOUGH, precision_of
from auditor.rules.registry import rules


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("confidence", Confidence)
def test_only_high_confidence_tells_more_than_medium(severity: Severity, confidence: Confidence) -> None:
    told = severity.told_by(confidence)
    if confidence is Confidence.HIGH:
        assert told is severity
    else:
        assert told is max(severity, Severity.MEDIUM, key=lambda one: one.rank)


def test_what_is_told_as_high_was_measured() -> None:
    grave = [rule for rule in rules() if rule.told.rank < Severity.MEDIUM.rank]
    assert grave
    assert [rule.id for rule in grave if precision_of(rule.id).judged < ENOUGH] == []
