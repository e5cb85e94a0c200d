"""A comparison as plain lines, for a terminal or a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.model.comparison import (
    Answer,
    AuditMark,
    Comparison,
    ConditionState,
    FindingMark,
    ScoreChange,
)
from auditor.model.escape import visible
from auditor.model.outcome import Outcome

__all__ = ["comparison_text"]

MOST = 20
"""Lines of one list; the JSON has all of them."""


def comparison_text(comparison: Comparison, *, brief: bool = False) -> str:
    """Decision, scores with what moved them, conditions, criteria and findings; what comes from a repository is made inert.

    Conditions that are as they were are counted, not listed. `brief` counts criteria and findings, too.
    """
    lines = [
        f"from {_audit(comparison.old)}",
        f"to   {_audit(comparison.new)}",
        *(f"note: {one}" for one in comparison.notes),
        f"decision    {_moved(comparison.old.decision.value, comparison.new.decision.value)}",
        *_scores(comparison),
        *_conditions(comparison),
        *_criteria(comparison, brief=brief),
        *_findings(comparison, brief=brief),
    ]
    return "".join(f"{visible(line)}\n" for line in lines)


def _audit(mark: AuditMark) -> str:
    commit = f"commit {mark.commit[:12]}" if mark.commit else "no commit"
    state = ", work tree differs" if mark.dirty and mark.commit else ""
    return f"{mark.certificate_id}  {mark.scanned_at}  {mark.repository}, {commit}{state}"


def _scores(comparison: Comparison) -> Iterator[str]:
    yield f"score       {_score(comparison.overall)}"
    for one in comparison.components:
        if one.before != one.after:
            yield f"  {one.title}: {_score(one)}"


def _score(change: ScoreChange) -> str:
    before, after = ("-" if one is None else str(one) for one in (change.before, change.after))
    if change.before == change.after:
        return f"{after}, as before"
    points = f" ({change.after - change.before:+d})" if change.before is not None and change.after is not None else ""
    causes = f", changed: {', '.join(change.causes)}" if change.causes else ""
    return f"{before} -> {after}{points}{causes}"


def _conditions(comparison: Comparison) -> Iterator[str]:
    states = Counter(one.state for one in comparison.answers)
    counts = [f"{states[state]} {_words(state)}" for state in ConditionState if states[state]]
    counts += [f"{len(comparison.raised)} new"] * bool(comparison.raised)
    yield f"conditions  {', '.join(counts) or 'none'}"
    told = [one for one in comparison.answers if not _is_old_news(one)]
    yield from _limited([_answer(one) for one in told])
    yield from _limited([f"  {one.id} new: {one.title} ({one.component})" for one in comparison.raised])


def _is_old_news(answer: Answer) -> bool:
    return answer.state is ConditionState.OPEN or answer.state is answer.before.state is ConditionState.RESOLVED


def _answer(answer: Answer) -> str:
    before = answer.before
    now = f" (now {answer.now})" if answer.now not in (None, before.id) else ""
    return f"  {before.id}{now} {_words(answer.state)}: {before.title} ({before.component}): {answer.reason}"


def _criteria(comparison: Comparison, *, brief: bool) -> Iterator[str]:
    yield f"criteria    {len(comparison.criteria)} changed"
    told = [] if brief else [one for one in comparison.criteria if one.matters]
    yield from _limited(
        [
            f"  {one.id} of {one.component}: {_moved(_outcome(one.before), _outcome(one.after))}, "
            f"costs {_moved(str(one.cost_before), str(one.cost_after))}"
            for one in told
        ]
    )


def _findings(comparison: Comparison, *, brief: bool) -> Iterator[str]:
    added, gone = comparison.findings_added, comparison.findings_resolved
    yield f"findings    {len(added)} added, {len(gone)} resolved"
    if not brief:
        yield from _limited([f"  + {_finding(one)}" for one in added])
        yield from _limited([f"  - {_finding(one)}" for one in gone])


def _finding(one: FindingMark) -> str:
    return f"{one.rule} {one.severity.value} {one.path}:{one.start_line} {one.message}"


def _limited(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more"


def _outcome(outcome: Outcome | None) -> str:
    return "not asked" if outcome is None else outcome.value.replace("-", " ")


def _words(state: ConditionState) -> str:
    return state.value.replace("-", " ")


def _moved(before: str, after: str) -> str:
    return f"{after}, as before" if before == after else f"{before} -> {after}"
