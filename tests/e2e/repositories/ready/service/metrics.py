"""Counters in the Prometheus text format."""

from collections import Counter

_counts: Counter[str] = Counter()


def count(name: str) -> None:
    """Add one to a counter."""
    _counts[name] += 1


def exposition() -> str:
    """All counters, one on each line."""
    lines = [f"# TYPE ledger_requests_total counter\nledger_requests_total {_counts['requests']}"]
    lines.append(f"# TYPE ledger_request_errors_total counter\nledger_request_errors_total {_counts['errors']}")
    return "\n".join(lines) + "\n"
