"""The waivers of an audit in its summary: both scores, loudly what does not count, and what ends soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.audit import Audit
from auditor.model.waiver import Standing, Waiver
from auditor.model.words import counted

__all__ = ["waiver_lines"]

MOST_OF_A_KIND = 3
_LOUD = {Standing.EXPIRED: "bold red", Standing.REFUSED: "bold red", Standing.STALE: "yellow"}

Line = tuple[str, str]
"""What is told, as it came, and the style in which it is printed."""


def waiver_lines(audit: Audit) -> Iterator[Line]:
    """What waivers change, and each of the first few that need somebody, the loudest first; nothing where there are none."""
    if audit.waivers:
        number = counted(len(audit.waivers), "waiver")
        yield f"as found {audit.score.as_found}/100, with {number} {audit.score.overall}/100", "bold"
    for standing in sorted(Standing, key=lambda one: one not in _LOUD):
        void = [one for one in audit.void_waivers if one.standing is standing]
        yield from _some(void, standing.value, _LOUD.get(standing, "dim"))
    yield from _some([one for one in audit.waivers if one.expires_soon], "ends soon", "yellow")
    yield from _some([one for one in audit.waivers if one.note], "counts in part", "yellow")


def _some(waivers: Sequence[Waiver], what: str, style: str) -> Iterator[Line]:
    for one in waivers[:MOST_OF_A_KIND]:
        why = f": {one.note}" if one.note else ""
        yield f"  waiver {what}: {one.id} of {one.what} at {one.place}, until {one.expires}{why}", style
    if len(waivers) > MOST_OF_A_KIND:
        yield f"  and {len(waivers) - MOST_OF_A_KIND} more: {what}", style
