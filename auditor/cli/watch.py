"""``auditor scan --watch``: audit again whenever a file changes, and tell only what that changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text

from auditor.cli.cache import cache_store
from auditor.cli.clock import now
from auditor.cli.links import Links, links_into
from auditor.cli.main import report_input
from auditor.cli.summary import decision_style, print_line
from auditor.comparison.compare import compare
from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.comparison import Comparison, FindingMark, ScoreChange
from auditor.model.escape import visible
from auditor.model.invocation import ReadFrom
from auditor.model.words import counted, listed
from auditor.pipeline import Audited, Request, run_audit
from auditor.repo.stamps import Stamp, folders_of
from auditor.repo.watched import changed_paths, stamps_in

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["watch_repository"]

POLL_SECONDS = 0.5
MOST_SHARE = 0.1
"""The most of one processor that looking for changes may take: the more files, the rarer it is done."""
MOST_SHOWN = 20


def watch_repository(
    request: Request, first: Callable[[Audit, Console], None], console: Console, *, cached: bool
) -> None:
    """Audit, show the `first` as any scan, and then what each change of a file brings, until the user interrupts.

    Raises UserError where the first audit cannot be made, and KeyboardInterrupt where it is interrupted; later ones
    tell what is wrong and wait for the next change.
    """
    watcher = _Watcher(request, console, cached)
    watcher.begin()
    first(watcher.audited.audit, console)
    try:
        watcher.follow()
    except KeyboardInterrupt:
        console.print("\nno longer watching")


class _Watcher:
    """One work tree that is watched: what it was when it was last audited, and what the audit said."""

    def __init__(self, request: Request, console: Console, cached: bool) -> None:
        self._request, self._console, self._cached = request, console, cached
        self._root = request.repository.resolve()
        self._seen: dict[str, Stamp] = {}
        self.audited: Audited

    def begin(self) -> None:
        """The first audit. A change while it runs is seen afterwards."""
        self.audited = self._audit()
        invocation = self.audited.audit.invocation
        if invocation is not None and invocation.read_from is ReadFrom.COMMIT:
            place = Place(str(self._request.repository))
            raise UserError("there is no work tree to watch", place=place, remedy="name the folder of a work tree")
        self._seen = self._stamps()

    def follow(self) -> None:
        """Look again and again; never returns."""
        known = len(self.audited.paths)
        self._console.print(f"watching {counted(known, 'file')}; Ctrl-C ends", style="dim")
        pending = self._seen
        while True:
            started = time.perf_counter()
            stamps = self._stamps()
            spent = time.perf_counter() - started
            if stamps == pending and stamps != self._seen:  # whoever writes has paused
                self._again(changed_paths(self._seen, stamps))
                stamps = self._seen
            pending = stamps
            time.sleep(max(POLL_SECONDS, spent / MOST_SHARE))

    def _again(self, changed: tuple[str, ...]) -> None:
        self._seen = self._stamps()
        before, started = self.audited, time.perf_counter()
        try:
            self.audited = self._audit()
        except UserError as error:
            report_input(error)
            return
        self._seen |= {path: stamp for path, stamp in self._stamps().items() if path not in self._seen}
        audit = self.audited.audit
        report = _Report(compare(before.audit, audit), links_into(self._request.repository, audit, self._console))
        audited = [one for one in changed if one in before.paths | self.audited.paths]
        if audited or report.says_something:
            report.print(audited or list(changed), time.perf_counter() - started, self._console)

    def _stamps(self) -> dict[str, Stamp]:
        return stamps_in(self._root, folders_of(self.audited.paths))

    def _audit(self) -> Audited:
        with cache_store(self._request.repository, wanted=self._cached) as store:
            return run_audit(replace(self._request, store=store, now=now()))


@dataclass(frozen=True, slots=True)
class _Report:
    """What one change brought."""

    change: Comparison
    links: Links

    @property
    def says_something(self) -> bool:
        """Whether any finding, score or decision is another."""
        one = self.change
        moved = one.overall.before != one.overall.after or any(part.before != part.after for part in one.components)
        return bool(one.findings_added or one.findings_resolved or moved or one.old.decision is not one.new.decision)

    def print(self, changed: list[str], seconds: float, console: Console) -> None:
        """The time, what changed, findings that came and went, and what moved."""
        head = f"{time.strftime('%H:%M:%S')}  {listed(changed)}  ({seconds:.1f} s)"
        console.print(Text(visible(head), style="bold"), soft_wrap=True)
        self._print_findings("resolved", self.change.findings_resolved, "green", console)
        self._print_findings("added", self.change.findings_added, "red", console)
        if not self.says_something:
            console.print("  nothing that is audited changed", style="dim")
            return
        for part in self.change.components:
            if part.before != part.after:
                console.print(f"  {_moved(part, visible(part.title))}")
        decision = self.change.new.decision
        line = Text(f"  {_moved(self.change.overall, 'overall')}  ").append(decision.value, decision_style(decision))
        line.append("" if decision is self.change.old.decision else f", was {self.change.old.decision}")
        print_line(line, console)

    def _print_findings(self, what: str, found: tuple[FindingMark, ...], style: str, console: Console) -> None:
        for one in found[:MOST_SHOWN]:
            line = Text(f"  {what:<8} ", style=style).append(
                f"{visible(one.rule)} {one.severity.value} ", style="default"
            )
            line.append_text(self.links.place(one.path, one.start_line)).append(f" {visible(one.message)}", "default")
            console.print(line, soft_wrap=True)
        if len(found) > MOST_SHOWN:
            console.print(f"  and {len(found) - MOST_SHOWN} more {what}", style=style)


def _moved(change: ScoreChange, name: str) -> str:
    before, after = ("-" if one is None else str(one) for one in (change.before, change.after))
    if change.before is None or change.after is None or before == after:
        return f"{name} {after}" if before == after else f"{name} {before} -> {after}"
    return f"{name} {before} -> {after} ({change.after - change.before:+d})"
