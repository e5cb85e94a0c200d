"""Words in which reports state what was found: grades, states of health, trends and adjectives in place of figures."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.pattern import pattern

__all__ = ["is_all_well", "is_current", "is_finding_in_words", "is_report_name", "is_subject", "is_trend"]

_NAMED = pattern(
    r"(?i)(?:^|_)(?:reports?|dashboards?|summary|overview|scorecard|health|status|metrics|analytics|statistics|stats|kpis|monitor(?:ing)?|benchmarks?|audit)(?:_|$)"
)
_VALUES = pattern(
    r"(?i)^(?:current|latest|average|avg|mean|median|peak|observed|actual|measured|value|used|percent(?:age)?|p50|p9[059]|ms|mb|gb|rps|rate|total|usage)(?:_|$)|(?:_|^)(?:percent(?:age)?|ms|mb|rps|seconds)$"
)
_SUBJECT = pattern(
    r"(?i)(?:^|_)(?:response_?times?|latency|latencies|throughput|memory(?:_usage)?|cpu(?:_usage)?|disk(?:_usage)?|error_rates?|success_rates?|uptime|availability|load_times?|query_times?|cache_hit_rates?|requests_per_second|network(?:_usage)?)$"
)
_TRENDS = pattern(r"(?i)(?:^|_)trends?$")
_MOVES = pattern(
    r"(?i)^(?:stable|steady|flat|(?:in|de)creasing|improving|degrading|rising|falling|up|down|(?:up|down)ward)s?$"
)
_GRADE = pattern(r"(?i)(?:^|_)(?:grade|score|rating)$")
_GRADES = pattern(r"(?i)^(?:[A-F][+-]?|\d+(?:\.\d+)?\s?/\s?\d+|\d+(?:\.\d+)?\s?%|excellent|outstanding|very good)$")
_HEALTH = pattern(r"(?i)^(?:overall|system|cluster|service|application)_(?:health|status|state)$|^health(?:_status)?$")
_WELL = pattern(r"(?i)^(?:healthy|good|excellent|operational|stable|optimal|green|all good|nominal|normal)$")
_QUALITY = pattern(r"(?i)^(?:fast|quick|low|good|excellent|optimal|normal|minimal|stable|acceptable|within limits)$")
_STATE = pattern(r"(?i)^(?:status|state|rating|assessment)$")
_ALL_WELL = pattern(
    r"(?i)\ball (?:systems|services|checks|components|metrics|tests)\b.{0,40}\b(?:normal\w*|operational|healthy|pass\w*|running|green|nominal|within)\b|"
    r"\bwithin normal (?:parameters|limits|range)|\bno (?:critical |active |open )?(?:issues|problems|incidents|anomalies|alerts|errors)(?: (?:found|detected|reported))?\W*$"
)


@lru_cache(maxsize=4096)
def is_report_name(name: str) -> bool:
    """Whether a name in small letters is that of a report, a dashboard, or what tells of a state."""
    return _NAMED.search(name) is not None


def is_current(key: str) -> bool:
    """Whether a key below something that is measured is that of a value, and of no unit or limit."""
    return _VALUES.search(key) is not None


@lru_cache(maxsize=4096)
def is_subject(key: str) -> bool:
    """Whether a key names something that is measured, of which a table may hold several figures."""
    return _SUBJECT.search(key) is not None


def is_trend(holder: str, key: str, value: str) -> bool:
    """Whether an entry says in which direction something moves."""
    return (_TRENDS.search(key) or _TRENDS.search(holder)) is not None and _MOVES.match(value) is not None


def is_finding_in_words(key: str, value: str, *, subject: bool, under: str) -> bool:
    """Whether an entry grades something, calls the whole well, or tells a measurement by an adjective."""
    if _GRADE.search(key):
        return _GRADES.match(value) is not None
    if _HEALTH.match(key):
        return _WELL.match(value) is not None
    return (subject or (_STATE.match(key) is not None and is_subject(under))) and _QUALITY.match(value) is not None


def is_all_well(text: str) -> bool:
    """Whether a message says that nothing at all is wrong."""
    return _ALL_WELL.search(text) is not None
