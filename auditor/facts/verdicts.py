"""The words in which results say that all is well, or not."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Verdict", "is_verdict_key", "verdict_of_word"]

_SUCCESS_WORDS = frozenset(
    [
        "ok",
        "healthy",
        "success",
        "successful",
        "succeeded",
        "passed",
        "pass",
        "up",
        "ready",
        "valid",
        "validated",
        "verified",
        "operational",
        "green",
        "completed",
        "deployed",
        "good",
        "fine",
        "paid",
        "settled",
        "captured",
        "sent",
        "published",
        "uploaded",
        "notified",
        "done",
        "finished",
        "recovered",
        "available",
        "connected",
        "online",
        "alive",
        "reachable",
        "approved",
        "accepted",
        "delivered",
        "compliant",
        "intact",
        "clean",
        "nominal",
        "promoted",
        "restored",
        "in_sync",
        "synced",
        "certified",
        "applied",
        "scaled",
        "migrated",
        "rolled_back",
        "failed_over",
        "rotated",
        "revoked",
        "drained",
        "replicated",
    ]
)
_FAILURE_WORDS = frozenset(
    [
        "failed",
        "failure",
        "fail",
        "unhealthy",
        "error",
        "down",
        "invalid",
        "degraded",
        "critical",
        "unavailable",
        "false",
        "bad",
        "red",
        "amber",
        "yellow",
    ]
)
_VERDICT_KEYS = frozenset(
    [
        "status",
        "state",
        "healthy",
        "is_healthy",
        "success",
        "successful",
        "ok",
        "passed",
        "is_valid",
        "valid",
        "ready",
        "result",
        "health",
        "all_passed",
        "verified",
        "met",
        "alive",
        "reachable",
        "compliant",
        "accepted",
        "delivered",
        "acknowledged",
        "authorized",
        "approved",
        "intact",
        "in_sync",
        "clean",
        "up",
        "level",
        "outcome",
        "verdict",
        "online",
        "restored",
        "encrypted",
        "sent",
        "scaled",
        "silenced",
        "rotated",
        "revoked",
        "migrated",
        "deployed",
        "drained",
        "promoted",
        "notified",
        "replicated",
        "rolled_back",
        "tested",
        "switched",
        "published",
        "uploaded",
        "restarted",
    ]
)


class Verdict(StrEnum):
    """What a returned value says of the outcome."""

    SUCCESS = "success"
    FAILURE = "failure"
    NOTHING = "nothing"
    OPEN = "open"


def is_verdict_key(key: str) -> bool:
    """Whether a field of this name holds the verdict of a result."""
    return key.lower() in _VERDICT_KEYS


def verdict_of_word(text: str) -> Verdict:
    """What a word says of the outcome; OPEN where it says nothing."""
    lowered = text.lower()
    if lowered in _SUCCESS_WORDS:
        return Verdict.SUCCESS
    return Verdict.FAILURE if lowered in _FAILURE_WORDS else Verdict.OPEN
