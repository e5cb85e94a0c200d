"""Ids of conditions: one for each criterion of a component, kept over the whole chain of certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model.comparison import Standing

__all__ = ["FIRST_NAMES", "ConditionNames", "is_condition_id", "names_after"]

_ID = re.compile(r"C[1-9][0-9]{0,6}")

Place = tuple[str, str]
"""A criterion and the component that it is asked of."""


@dataclass(frozen=True, slots=True)
class ConditionNames:
    """The ids that a chain has given so far: by criterion and component, and the last number."""

    known: Mapping[Place, str] = field(default_factory=dict)
    last: int = 0

    def of(self, places: Iterable[Place]) -> tuple[str, ...]:
        """An id for each place, in this order: the one that it has in the chain, else the next that was never used."""
        names, last = [], self.last
        for place in places:
            name = self.known.get(place)
            if name is None:
                last += 1
                name = f"C{last}"
            names.append(name)
        return tuple(names)


FIRST_NAMES = ConditionNames()
"""Where there is no earlier certificate: C1, C2 and so on."""


def names_after(standings: Sequence[Standing]) -> ConditionNames:
    """The ids as a certificate leaves them. Ids of another form are left aside."""
    named = [one for one in standings if is_condition_id(one.id)]
    known = {(one.criterion, one.component): one.id for one in named}
    return ConditionNames(known, max((int(one.id[1:]) for one in named), default=0))


def is_condition_id(text: str) -> bool:
    """Whether this is the id of a condition: C and a number of up to seven digits."""
    return _ID.fullmatch(text) is not None
