"""Words for numbers and for rows of things."""

from collections.abc import Iterable

__all__ = ["counted", "listed"]

_SHOWN = 3


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2 findings``: for nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(texts: Iterable[str], most: int = _SHOWN) -> str:
    """The first few of several, and how many more there are: ``a, b, c and 4 more``."""
    kept = list(texts)
    more = f" and {len(kept) - most} more" if len(kept) > most else ""
    return ", ".join(kept[:most]) + more
