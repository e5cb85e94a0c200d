"""What a function can do beyond computing, in any language."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Effect"]


class Effect(StrEnum):
    """What a function does beyond computing. UNKNOWN stands for a call that cannot be followed."""

    PROCESS = "process"
    NETWORK = "network"
    FILE_READ = "file-read"
    FILE_WRITE = "file-write"
    DATABASE = "database"
    METRICS = "metrics"
    ENVIRONMENT = "environment"
    CLOCK = "clock"
    RANDOM = "random"
    SLEEP = "sleep"
    LOG = "log"
    RAISE = "raise"
    EXIT = "exit"
    ASSERT = "assert"
    STATE = "state"
    UNKNOWN = "unknown"

    @property
    def is_real(self) -> bool:
        """Whether it can do or learn anything: everything but time passing, chance and talk."""
        return self not in (Effect.CLOCK, Effect.RANDOM, Effect.SLEEP, Effect.LOG)
