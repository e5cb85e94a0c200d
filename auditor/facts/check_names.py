"""Names by which code of any language says that something is a check: of classes, of their methods, of tables of them."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["asks_check", "is_checker", "is_table_of_checks"]

_CHECKERS = pattern(
    r"(?:Gate|Check|Probe|Prober|Checker|Verifier|Validator|Indicator|Inspector|Auditor|Assessor|Scanner|Preflight|Guard|Watchdog|Sentinel|Heartbeat|Criterion|Diagnostic)s?$"
)
_ASKED = frozenset({
    "evaluate", "run", "execute", "assess", "call", "__call__", "perform", "ask", "answer", "decide", "judge", "outcome", "verdict", "poll", "sample",
    "observe", "apply", "invoke", "result", "passes", "holds", "status", "state", "health",
})  # fmt: skip
"""The methods by which the classes of checks are asked for their verdict, beside those that are named for it."""
_TABLES = pattern(
    r"(?i)(?:^|_)(?:checks?|gates?|probes?|criteria|validators?|preflight|verifications?|assertions|indicators?|vitals|vital_?signs|sensors|signals|monitors)$|(?:Checks|Gates|Probes|Indicators|Verifications|Vitals)$"
)


def is_checker(name: str) -> bool:
    """Whether a class of this name is a check: ``CoverageGate``."""
    return _CHECKERS.search(name) is not None


def asks_check(name: str) -> bool:
    """Whether a method of this name is the one by which a check is asked."""
    return name in _ASKED


def is_table_of_checks(name: str) -> bool:
    """Whether what is kept under a name is a table or list of checks: ``HEALTH_CHECKS``, ``vitals``."""
    return _TABLES.search(name) is not None
