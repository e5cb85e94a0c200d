"""The gate on what is new: ``auditor scan --new-only``. The certificate says what it says; only the gate changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import Place, UserError
from auditor.model.audit import Audit
from auditor.model.baseline import BASELINE_FILE
from auditor.model.escape import visible
from auditor.model.outcome import Decision
from auditor.repo.baseline_file import read_baseline, renamed_since
from auditor.scoring.new_only import Comparison, Gate, compare, gate_on_new

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Known", "comparison_of", "gate_decision", "known_before", "print_new"]

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A baseline that was read: where it lies, what it holds, what was renamed since, and why that is not known."""

    name: str
    entries: frozenset[str]
    renamed: Mapping[str, str]
    doubt: str


def known_before(folder: Path, baseline: Path | None, revision: str | None) -> Known:
    """Read the baseline of a repository. Raises UserError where there is none or it is malformed."""
    entries = read_baseline(folder, baseline, revision)
    if entries is None:
        raise UserError(
            "there is no baseline",
            place=Place(BASELINE_FILE),
            remedy="write one with `auditor baseline`, or name one with --baseline",
        )
    renamed, doubt = renamed_since(folder, baseline, revision)
    return Known(name=str(baseline or BASELINE_FILE), entries=entries, renamed=renamed, doubt=doubt)


def comparison_of(audit: Audit, known: Known) -> Comparison:
    """The audit held against the baseline."""
    return compare(audit, known.entries, known.renamed)


def gate_decision(audit: Audit, known: Known, console: Console | None) -> Decision | None:
    """The decision about what is new, None where nothing is; printed where there is a console."""
    comparison = comparison_of(audit, known)
    gate = gate_on_new(audit, comparison)
    if console is not None:
        _print_gate(audit, known, comparison, gate, console)
    return gate.decision if gate else None


def print_new(comparison: Comparison, console: Console) -> None:
    """List what is new, worst first, as far as a screen holds it."""
    told = [f"{one.rule} {one.severity} {one.path}:{one.start_line} {one.message}" for one in comparison.new]
    told += [f"{one} is not met" for one in comparison.new_requirements]
    for one in told[:MOST_SHOWN]:
        console.print(visible(f"  new: {one}"), soft_wrap=True)
    if len(told) > MOST_SHOWN:
        console.print(f"  and {len(told) - MOST_SHOWN} more that are new")


def _print_gate(audit: Audit, known: Known, comparison: Comparison, gate: Gate | None, console: Console) -> None:
    number = len(comparison.new) + len(comparison.new_requirements)
    gone = 0 if audit.repository.not_scored else len(comparison.gone)  # nobody looked at what was not scored
    console.print(visible(f"new since {known.name}: {number}; known: {comparison.known}; gone: {gone}"), style="bold")
    print_new(comparison, console)
    if known.doubt and number:
        console.print(visible(f"  note: {known.doubt}"), soft_wrap=True)
    if gone:
        console.print("  note: `auditor baseline --prune` drops what is gone, so that it cannot come back unseen")
    decided = f"{gate.decision.value}, {gate.score}/100" if gate else "nothing is new"
    console.print(
        f"gate, about what is new alone: {decided}; the decision about all of it stays {audit.decision.value}",
        style="bold",
        soft_wrap=True,
    )
