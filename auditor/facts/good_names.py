"""What the name of a field promises when its value is the best there is, told from the words that it is made of."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.claims import is_target_name, words_of
from auditor.facts.pattern import pattern
from auditor.facts.verdicts import Verdict, verdict_of_word

__all__ = [
    "is_done_flag",
    "is_good_flag",
    "is_good_value",
    "is_good_word",
    "is_high_good",
    "is_low_good",
    "is_state_name",
]

_REMEMBERED = 4096
_PERCENTILE = pattern(r"(?:^|_)p(?:50|75|9[059]|999)(?:_|$)")
_SCORE = pattern(r"(?:^|_)f1(?:_|$)")
_STATES = frozenset({
    "status", "state", "health", "outcome", "result", "verdict", "level", "grade", "phase", "conclusion", "readiness", "condition",
})  # fmt: skip
_GOOD = frozenset({
    "ok", "okay", "healthy", "passed", "pass", "passing", "success", "successful", "ready", "valid", "alive", "intact", "consistent",
    "safe", "sound", "online", "up", "reachable", "compliant", "sent", "met", "available", "operational", "current", "fresh", "clean",
    "complete", "green", "fine", "good", "working", "responsive", "serving", "authentic", "correct", "stable", "secure", "kept",
})  # fmt: skip
_DOERS = frozenset({
    "verified", "validated", "uploaded", "delivered", "tested", "checked", "restored", "replicated", "signed", "encrypted", "reviewed",
    "audited", "approved", "certified", "scanned", "notified", "promoted", "deployed", "published", "confirmed", "acknowledged", "applied",
    "succeeded", "satisfied", "synced", "synchronized", "archived", "attested", "completed", "measured", "monitored", "inspected",
    "rehearsed", "recovered", "stored", "persisted", "received", "accepted", "authorized", "authenticated", "fenced", "drained", "rotated",
    "migrated", "reconciled", "committed", "connected", "covered", "fulfilled", "resolved", "proven", "protected", "secured",
})  # fmt: skip
_HIGH = frozenset({
    "availability", "uptime", "accuracy", "precision", "recall", "auc", "coverage", "compliance", "health", "integrity",
    "reliability", "stability", "readiness", "completeness", "consistency", "quality", "resilience", "conformity", "punctuality",
    "adherence", "durability", "maturity", "correctness",
})  # fmt: skip
_SHARES = frozenset({
    "ratio", "rate", "share", "fraction", "percent", "percentage", "pct", "score", "index",
})  # fmt: skip
_RARE = frozenset({
    "success", "pass", "hit", "online", "completion", "delivery", "healthy", "uptime", "passing", "acceptance", "retention",
    "attainment", "detection",
})  # fmt: skip
_LOW = frozenset({
    "error", "errors", "failure", "failures", "failed", "fail", "latency", "lag", "drift", "loss", "lost", "dropped", "drops", "rejected",
    "rejections", "vulnerabilities", "vulnerability", "violations", "defects", "incidents", "downtime", "backlog", "staleness", "skew",
    "timeouts", "misses", "breaches", "burn", "unhealthy", "corrupted", "mismatches", "discrepancies", "outages", "crashes", "p90",
    "findings", "bias", "divergence", "regressions", "anomalies",
})  # fmt: skip
_PARTS = frozenset({
    "max", "min", "code", "codes", "message", "messages", "id", "ids", "text", "type", "types", "class", "kind", "handler", "handlers",
    "log", "name", "path", "threshold", "budget",
})  # fmt: skip


@lru_cache(maxsize=_REMEMBERED)
def is_good_flag(name: str) -> bool:
    """Whether True under this name says that something was done or found well (``fairness_checked``, ``is_reachable``), and chooses nothing."""
    words = words_of(name)
    if not words or is_target_name(name) or words[0] in ("un", "not", "no"):
        return False
    return words[-1] in _GOOD or words[-1] in _DOERS or words[-2:] == ("in", "sync")


def is_done_flag(name: str) -> bool:
    """Whether True under this name says that something was done (``delivered``), rather than how it is (``healthy``)."""
    return is_good_flag(name) and words_of(name)[-1] in _DOERS


def is_state_name(name: str) -> bool:
    """Whether a word under this name says how things are: ``status``, ``last_state``."""
    words = words_of(name)
    return bool(words) and words[-1] in _STATES and not is_target_name(name)


@lru_cache(maxsize=_REMEMBERED)
def is_high_good(name: str) -> bool:
    """Whether a figure of this name is the better the higher it is: ``online_ratio``, ``precision``, ``sla_compliance_percent``."""
    words = words_of(name)
    if not words or is_target_name(name) or is_low_good(name):
        return False
    left = [one for one in words if one not in _SHARES]
    if not left:
        return False
    if _SCORE.search(name.lower()) or left[-1] in _HIGH or left[0] in _HIGH:
        return True
    return len(left) < len(words) and (left[-1] in _RARE or left[-1] in _GOOD or left[-1] in _DOERS)


@lru_cache(maxsize=_REMEMBERED)
def is_low_good(name: str) -> bool:
    """Whether 0 is the best that a figure of this name can be: ``drift_score``, ``error_rate``, ``lost_messages``."""
    words = words_of(name)
    if not words or is_target_name(name) or (words[-1] in _PARTS and words[0] not in ("lost", "dropped")):
        return False
    return not _LOW.isdisjoint(words) or _PERCENTILE.search(name.lower()) is not None


def is_good_word(word: str) -> bool:
    """Whether a text or a member of an enumeration is a word for the good state."""
    return verdict_of_word(word) is Verdict.SUCCESS or word.lower() in _GOOD


def is_good_value(name: str, value: object) -> bool:
    """Whether a literal under this name is the best that there can be."""
    if isinstance(value, bool):
        return value and is_good_flag(name)
    if isinstance(value, str):
        return is_state_name(name) and is_good_word(value)
    if not isinstance(value, int | float):
        return False
    return (value == 0 and is_low_good(name)) or (value in (1, 100) and is_high_good(name))
