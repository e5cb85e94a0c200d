"""What a function claims to do, told from its name."""

from __future__ import annotations

import itertools
from enum import StrEnum
from functools import lru_cache

from auditor.facts.pattern import pattern

__all__ = [
    "WORK",
    "Claim",
    "claims_of",
    "documented_claims",
    "gives_metric",
    "is_bad_when_high",
    "is_metric_name",
    "is_target_name",
    "words_of",
]


class Claim(StrEnum):
    """The kinds of work that a name can promise."""

    CHECK = "check"
    MEASURE = "measure"
    ACT = "act"
    NOTIFY = "notify"
    HANDLE = "handle"


WORK = frozenset({Claim.CHECK, Claim.ACT, Claim.NOTIFY})
"""What a function must claim for its success to mean something."""


_VERBS = {
    Claim.CHECK: (
        "check verify validate assess audit probe inspect ping ensure confirm healthcheck test scan diagnose examine certify attest vet screen preflight crosscheck selftest"
    ),
    Claim.MEASURE: "collect measure gather benchmark monitor profile",
    Claim.ACT: (
        "ship deploy rollback backup restore migrate provision promote release publish upload replicate failover drain scale "
        "restart charge refund withdraw disburse rotate revoke encrypt decrypt undeploy rollout snapshot authenticate authorize "
        "revert switchover cutover demote fence evict isolate freeze mirror reroute cordon uncordon elect acknowledge drill rehearse decommission deprovision reimburse"
    ),
    Claim.NOTIFY: "notify deliver alert page send escalate email dispatch broadcast mail sms inform",
    Claim.HANDLE: (
        "warm prewarm enable disable activate deactivate clear flush inject shift schedule load save store fetch connect sync process execute train predict import export download refresh cleanup "
        "purge archive persist write read query update delete create insert reconnect recover reload reconcile rebalance invalidate prune renew reindex quarantine quiesce suspend compute calculate analyze evaluate generate"
    ),
}
_BY_VERB = {verb: claim for claim, verbs in _VERBS.items() for verb in verbs.split()}
_NOUNS = {
    "check": Claim.CHECK, "checks": Claim.CHECK, "gate": Claim.CHECK, "healthcheck": Claim.CHECK, "health": Claim.CHECK,
    "validation": Claim.CHECK, "verification": Claim.CHECK, "readiness": Claim.CHECK, "liveness": Claim.CHECK,
    "metrics": Claim.MEASURE, "metric": Claim.MEASURE, "benchmark": Claim.MEASURE, "benchmarks": Claim.MEASURE,
    "tests": Claim.CHECK, "scan": Claim.CHECK, "audit": Claim.CHECK, "suite": Claim.CHECK, "stats": Claim.MEASURE, "deployment": Claim.ACT, "rollback": Claim.ACT, "backup": Claim.ACT, "restore": Claim.ACT,
    "migration": Claim.ACT, "migrations": Claim.ACT, "failover": Claim.ACT, "deploy": Claim.ACT,
    "notification": Claim.NOTIFY, "notifications": Claim.NOTIFY, "alert": Claim.NOTIFY, "alerts": Claim.NOTIFY,
}  # fmt: skip
_DOCUMENTED = {
    "verify": Claim.CHECK, "validate": Claim.CHECK, "check": Claim.CHECK, "deploy": Claim.ACT, "restore": Claim.ACT,
    "publish": Claim.ACT, "upload": Claim.ACT, "purge": Claim.ACT, "send": Claim.NOTIFY, "mail": Claim.NOTIFY,
    "notify": Claim.NOTIFY, "reserve": Claim.ACT, "charge": Claim.ACT, "push": Claim.ACT,
}  # fmt: skip
_CARRIERS = frozenset(
    {"run", "perform", "do", "execute", "start", "trigger", "get", "is", "make", "handle", "simulate"}
)
_PROBES = frozenset({"health", "healthz", "readyz", "livez", "readiness", "liveness"})
_GIVERS = frozenset({"get", "calculate", "compute", "measure", "fetch", "read", "current", "evaluate", "query"})
_STATES = frozenset({
    "reachable", "healthy", "alive", "intact", "authentic", "compliant", "verified", "signed", "synced", "sufficient", "authorized", "certified",
    "consistent", "matches", "passes", "restorable", "recoverable", "trustworthy", "untampered", "uncorrupted", "responsive", "serving",
})  # fmt: skip
"""What is found out about something rather than chosen, where it ends the name of a function: ``database_reachable``."""
_PAIRS = {
    ("roll", "back"): Claim.ACT, ("back", "up"): Claim.ACT, ("fail", "over"): Claim.ACT, ("shift", "traffic"): Claim.ACT, ("stop", "traffic"): Claim.ACT, ("inject", "failure"): Claim.ACT, ("emergency", "stop"): Claim.ACT, ("emergency", "shutdown"): Claim.ACT,
    ("switch", "traffic"): Claim.ACT, ("scale", "up"): Claim.ACT, ("smoke", "test"): Claim.CHECK,
    ("smoke", "tests"): Claim.CHECK, ("test", "connection"): Claim.CHECK, ("test", "connectivity"): Claim.CHECK,
    ("is", "healthy"): Claim.CHECK, ("is", "ready"): Claim.CHECK, ("health", "check"): Claim.CHECK,
}  # fmt: skip
_METRIC = pattern(
    r"(?:^|_)(?:latency|latencies|p50|p90|p95|p99|p999|throughput|rps|qps|tps|accuracy|precision|recall|f1|f1_score|cpu|"
    r"cpu_usage|cpu_percent|memory_usage|memory_percent|disk_usage|disk_percent|uptime|availability|coverage|"
    r"(?:error|failure|success|pass|hit|miss|drop|conversion|churn|win|completion|burn|delivery|packet_loss|rejection|detection|compliance)_?(?:rate|ratio|pct|percent|percentage|count)|"
    r"response_times?|requests_per_second|avg_response|error_count|saturation|apdex|mttr|mtbf|"
    r"(?:quality|health|performance|reliability|resilience|readiness|security|compliance)_score|recovery_seconds|"
    r"rollback_time|recovery_time|(?:replication|replica|consumer|queue)_lag|queue_depth|lag|rto|rpo|burn|"
    r"staleness|clock_skew|(?:open|active|database|db)_connections|utili[sz]ation|occupancy_(?:rate|ratio|pct|percent)|punctuality|(?:days|hours)_(?:left|remaining)|messages_lost|records_lost|rows_lost|data_loss)"
    r"(?:_(?:ms|s|sec|secs|seconds|pct|percent|percentage|rate|ratio|avg|mean|p50|p95|p99|score|gb|mb|bytes|per_second|usage|now|value))*$"
)
_TARGET = pattern(
    r"(?i)(?:^|_)(?:thresholds?|targets?|max|min|maximum|minimum|limits?|slo|sla|budget|default|defaults|expected|baseline|weights?|goal|"
    r"required|allowed|acceptable|desired|tolerance|warn|warning|critical|step|interval|window|timeout|cap|floor|ceiling|alpha|beta|lr)(?:_|$)"
)
_BAD_WHEN_HIGH = pattern(r"(?:error|failure|miss|drop|churn)|latenc|p50|p9\d|response_time|cpu|usage|lag|saturation")
_REMEMBERED = 4096
"""Names that are remembered: those of one file come again and again."""
_WORD = pattern(r"[A-Z]+(?:[a-z]+)?|[a-z]+|[0-9]+")


@lru_cache(maxsize=_REMEMBERED)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in snake or camel case, in lower case."""
    if name.islower() and name.isascii():
        parts = [part for part in name.split("_") if part]
        if all(part.isalpha() or part.isdigit() for part in parts):
            return tuple(parts)
    return tuple(match.group().lower() for match in _WORD.finditer(name))


@lru_cache(maxsize=_REMEMBERED)
def claims_of(name: str) -> frozenset[Claim]:
    """What a function of this name promises; empty for names that promise none of the work that we judge."""
    words = words_of(name)
    if not words:
        return frozenset()
    if len(words) == 1 and words[0] in _PROBES:
        return frozenset({Claim.CHECK})
    found = {_PAIRS[pair] for pair in itertools.pairwise(words) if pair in _PAIRS}
    if words[0] in _BY_VERB:
        found.add(_BY_VERB[words[0]])
    elif words[0] in _CARRIERS or len(words) == 2:  # noqa: PLR2004 - "health_check", "smoke_test"
        found |= {_NOUNS[word] for word in words[1:] if word in _NOUNS}
    if len(words) > 1 and words[-1] in _STATES and not found:
        found.add(Claim.CHECK)
    return frozenset(found)


def documented_claims(documentation: str) -> frozenset[Claim]:
    """What the first line of a docstring promises, told from the verb that it begins with: a check, an operation, a message."""
    first, *rest = documentation.split()[:3] or [""]
    claim = _DOCUMENTED.get(first.lower().rstrip("s"))
    return frozenset({claim}) if claim is not None and rest else frozenset()


_WINDOW = pattern(r"_(?:last_)?\d{1,4}_?(?:s|m|min|h|d|days|hours|minutes)$")
"""The time over which a figure is taken: ``availability_30d``."""


@lru_cache(maxsize=_REMEMBERED)
def is_metric_name(name: str) -> bool:
    """Whether a value of this name would be a measurement (and no target, limit or default of one)."""
    lowered = _WINDOW.sub("", "_".join(words_of(name)) if not name.islower() else name)
    return bool(_METRIC.search(lowered)) and not is_target_name(lowered)


def gives_metric(name: str) -> bool:
    """Whether a function is named after the measurement that it gives (``get_latency``)."""
    first, *rest = words_of(name) or ("",)
    return first in _GIVERS and bool(rest) and is_metric_name("_".join(rest))


def is_target_name(name: str) -> bool:
    """Whether a name speaks of a limit, default or weight rather than of something measured."""
    return _TARGET.search(name) is not None


def is_bad_when_high(name: str) -> bool:
    """Whether zero is the best value that such a metric can have."""
    return _BAD_WHEN_HIGH.search(name.lower()) is not None
