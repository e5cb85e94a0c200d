"""Times and commits as reports write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["COMMIT", "read_time", "rfc3339"]

COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
"""A commit, in full or abbreviated."""

_MOST = 40


def read_time(text: str) -> datetime | None:
    """A time in ISO 8601, in UTC; one without a zone is taken as UTC. None for anything else."""
    try:
        time = datetime.fromisoformat(text.strip()[:_MOST])
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rfc3339(time: datetime) -> str:
    """A time in UTC to the second, ending in Z."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
