"""What the names of fields promise."""

from __future__ import annotations

import pytest

from auditor.facts.good_names import (
    is_done_flag,
    is_good_flag,
    is_good_value,
    is_good_word,
    is_high_good,
    is_low_good,
    is_state_name,
)


@pytest.mark.parametrize("name", ["fairness_checked", "uploaded", "is_reachable", "allPassed", "in_sync"])
def test_a_flag_that_says_how_it_went(name: str) -> None:
    assert is_good_flag(name)


@pytest.mark.parametrize("name", ["enabled", "cached", "not_verified", "min_verified", "failed", "nested", ""])
def test_a_flag_that_chooses_or_says_the_opposite(name: str) -> None:
    assert not is_good_flag(name)


def test_what_was_done_is_told_from_how_it_is() -> None:
    assert is_done_flag("delivered")
    assert not is_done_flag("healthy")


@pytest.mark.parametrize(
    "name", ["online_ratio", "precision", "delivered_ratio", "compliance_percent", "f1_score", "hit_rate"]
)
def test_the_higher_the_better(name: str) -> None:
    assert is_high_good(name)


@pytest.mark.parametrize(
    "name", ["error_ratio", "aspect_ratio", "target_uptime", "ratio", "scale", "coverage_threshold", "sla_compliance"]
)
def test_no_figure_that_is_better_when_high(name: str) -> None:
    assert not is_high_good(name)


@pytest.mark.parametrize("name", ["drift_score", "lost_messages", "p95_ms", "replication_lag"])
def test_the_lower_the_better(name: str) -> None:
    assert is_low_good(name)


@pytest.mark.parametrize("name", ["error_code", "max_lag", "latency_budget", "width"])
def test_no_figure_that_is_better_when_low(name: str) -> None:
    assert not is_low_good(name)


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("verified", True, True),
        ("verified", False, False),
        ("status", "ok", True),
        ("status", "down", False),
        ("name", "ok", False),
        ("drift", 0.0, True),
        ("drift", 0.2, False),
        ("uptime", 100, True),
        ("uptime", 0, False),
        ("uptime", None, False),
    ],
)
def test_the_best_that_a_field_can_say(name: str, value: object, good: bool) -> None:
    assert is_good_value(name, value) is good


def test_words_and_names_of_states() -> None:
    assert is_good_word("HEALTHY")
    assert not is_good_word("degraded")
    assert is_state_name("last_state")
    assert not is_state_name("target_state")
