"""Fields of one class that stand beside one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

__all__ = ["neighbours"]


class Field(Protocol):
    """What stands on a line of a class."""

    @property
    def line(self) -> int: ...

    @property
    def owner(self) -> str: ...


_Field = TypeVar("_Field", bound=Field)


def neighbours(fields: Iterable[_Field], within: int) -> list[list[_Field]]:
    """Fields in the order of their lines, those of one class that stand beside one another, within so many lines, together."""
    groups: list[list[_Field]] = []
    for one in fields:
        if groups and groups[-1][-1].owner == one.owner and one.line - groups[-1][-1].line <= within:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
