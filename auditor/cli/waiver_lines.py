"""The waivers of an audit in its summary: both scores, what ends soon, and loudly what does not count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.waiver import Standing, Waiver

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_waivers"]

MOST_OF_A_KIND = 3
_LOUD = {Standing.EXPIRED: "bold red", Standing.REFUSED: "bold red", Standing.STALE: "yellow"}


def print_waivers(audit: Audit, console: Console) -> None:
    """Print what waivers change, and each of the first few that need somebody; nothing where there are none."""
    if audit.waivers:
        number = "1 waiver" if len(audit.waivers) == 1 else f"{len(audit.waivers)} waivers"
        console.print(f"as found {audit.score.as_found}/100, with {number} {audit.score.overall}/100", style="bold")
        _print_some([one for one in audit.waivers if one.expires_soon], "ends soon", "yellow", console)
        _print_some([one for one in audit.waivers if one.note], "counts in part", "yellow", console)
    for standing in Standing:
        void = [one for one in audit.void_waivers if one.standing is standing]
        _print_some(void, standing.value, _LOUD.get(standing, "dim"), console)


def _print_some(waivers: Sequence[Waiver], what: str, style: str, console: Console) -> None:
    for one in waivers[:MOST_OF_A_KIND]:
        why = f": {one.note}" if one.note else ""
        told = f"  waiver {what}: {one.id} of {one.what} at {one.place}, until {one.expires}{why}"
        console.print(visible(told), style=style)
    if len(waivers) > MOST_OF_A_KIND:
        console.print(f"  and {len(waivers) - MOST_OF_A_KIND} more: {what}", style=style)
