"""What was found out about one statement of a document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Statement", "Verdict", "contradicted", "noted", "supported", "uncheckable"]


class Verdict(StrEnum):
    """Whether the repository, or the document itself, bears a statement out.

    NOTED is a fault of the text that is no statement, such as a credential in it; it is not counted as one.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNCHECKABLE = "uncheckable"
    NOTED = "noted"

    @property
    def is_reported(self) -> bool:
        """Whether it becomes a finding."""
        return self in (Verdict.CONTRADICTED, Verdict.NOTED)


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """One statement at its line (1-based), the verdict, and the evidence in words.

    `symbol` names what it is about, and tells two statements of one line apart.
    """

    line: int
    end_line: int
    verdict: Verdict
    message: str
    symbol: str = ""


def supported(line: int, message: str, symbol: str = "") -> Statement:
    """A statement that is borne out."""
    return Statement(line, line, Verdict.SUPPORTED, message, symbol)


def contradicted(line: int, message: str, symbol: str = "", end_line: int = 0) -> Statement:
    """A statement that is shown to be wrong."""
    return Statement(line, max(line, end_line), Verdict.CONTRADICTED, message, symbol)


def uncheckable(line: int, message: str, symbol: str = "") -> Statement:
    """A statement that nothing at hand decides."""
    return Statement(line, line, Verdict.UNCHECKABLE, message, symbol)


def noted(line: int, message: str, symbol: str = "") -> Statement:
    """A fault of the text that is no statement."""
    return Statement(line, line, Verdict.NOTED, message, symbol)
