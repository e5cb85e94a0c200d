"""Marks joins of facts whose results are worth remembering from one scan to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from auditor.facts.repository import RepositoryFacts

__all__ = ["is_kept", "kept"]

T = TypeVar("T")

_kept: set[Callable[[Any], object]] = set()


def kept(join: Callable[[RepositoryFacts], T]) -> Callable[[RepositoryFacts], T]:
    """Mark a function for `RepositoryFacts.derive` that many rules ask, and that joins facts which most files have.

    Without it a changed document would have the facts of all programs unpacked. What it gives must have a form in the
    codec, and say its type.
    """
    _kept.add(join)
    return join


def is_kept(join: Callable[[RepositoryFacts], object]) -> bool:
    """Whether it is so marked."""
    return join in _kept
