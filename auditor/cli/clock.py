"""The time, which only commands read."""

from __future__ import annotations

import os
from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """The time in UTC, in whole seconds; SOURCE_DATE_EPOCH fixes it (https://reproducible-builds.org/specs/source-date-epoch/)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)
