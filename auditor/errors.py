"""The errors that end a run: what the user can mend, and what is our bug."""

from dataclasses import dataclass

__all__ = ["AuditorError", "InternalError", "Place", "UserError"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where bad input lies: a path and, where it is known, a 1-based line."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


class AuditorError(Exception):
    """What every error of this package inherits from."""


class UserError(AuditorError):
    """Bad usage or input (exit status 2): what is wrong, where, and what to do about it."""

    def __init__(self, message: str, *, place: Place | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.message}{remedy}"


class InternalError(AuditorError):
    """A state that only a bug of ours can reach (exit status 3)."""
