"""The sums of a certificate, and the words in which they are printed. Integers only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.model.audit import Band

__all__ = [
    "OWN_IMPACT",
    "Sum",
    "band_of",
    "component_score",
    "half",
    "mean",
    "mean_text",
    "not_met",
    "read_sum",
    "unknown",
]

OWN_IMPACT = " (the criterion's own impact)"
"""Stands behind the impact where the rubric gives the criterion another than its severity has."""

_SUM = pattern(
    r"^(?P<half>half of )?(?P<impact>[0-9]{1,3})(?P<own> \(the criterion's own impact\))?"
    r"(?:, rounded up)?(?: \+ (?P<extra>[0-9]{1,3}) (?:for )?(?:the )?(?P<more>[0-9]{1,6}) more findings?(?: \(at most the impact again\))?)?"
    r" = (?P<total>[0-9]{1,3})\b"
)


@dataclass(frozen=True, slots=True)
class Sum:
    """A deduction as printed: impact, whether it is halved, points for further findings and their number, total."""

    impact: int
    own_impact: bool
    halved: bool
    extra: int
    more: int
    total: int

    @property
    def holds(self) -> bool:
        """Whether the total is what its parts come to, by the rules of the scoring contract."""
        if self.halved:
            return self.extra == self.more == 0 and self.total == half(self.impact)
        return self.extra == min(self.more, self.impact) and self.total == self.impact + self.extra


def half(impact: int) -> int:
    """Half of an impact, rounded up."""
    return (impact + 1) // 2


def not_met(impact: int, findings: int, *, own: bool) -> tuple[int, str]:
    """What an unmet criterion with so many findings costs, and the sum: ``20 + 2 for 2 more findings = 22``."""
    more = max(findings - 1, 0)
    extra = min(more, impact)
    head = f"{impact}{OWN_IMPACT if own else ''}"
    if not more:
        return impact, f"{head} = {impact}"
    limit = " (at most the impact again)" if more > impact else ""
    plural = "" if more == 1 else "s"
    return impact + extra, f"{head} + {extra} for {more} more finding{plural}{limit} = {impact + extra}"


def unknown(impact: int, *, own: bool) -> tuple[int, str]:
    """What an undecided criterion costs, and the sum: ``half of 5, rounded up = 3``."""
    return half(impact), f"half of {impact}{OWN_IMPACT if own else ''}, rounded up = {half(impact)}"


def read_sum(text: str) -> Sum | None:
    """The sum that stands at the beginning of a text; None where there is none."""
    match = _SUM.search(text)
    if match is None:
        return None
    numbers = {name: int(match.group(name) or 0) for name in ("impact", "extra", "more", "total")}
    return Sum(
        numbers["impact"], bool(match.group("own")), bool(match.group("half")),
        numbers["extra"], numbers["more"], numbers["total"],
    )  # fmt: skip


def component_score(deductions: Iterable[int], cap: int | None) -> int:
    """A component's score: 100 minus its deductions, not below 0, and not above `cap` where there is one."""
    score = max(0, 100 - sum(deductions))
    return score if cap is None else min(score, cap)


def mean(weighted: Sequence[tuple[int, int]]) -> int:
    """The mean of pairs (weight, score), rounded half up once. Raises ValueError where all weights are zero."""
    weights = sum(weight for weight, _ in weighted)
    if weights <= 0:
        raise ValueError("the weights come to nothing")
    points = sum(weight * score for weight, score in weighted)
    return (2 * points + weights) // (2 * weights)


def mean_text(weighted: Sequence[tuple[int, int]]) -> str:
    """The mean as a reader can redo it: ``(2*58 + 1*70) / 3 = 186 / 3 = 62``."""
    weights = sum(weight for weight, _ in weighted)
    points = sum(weight * score for weight, score in weighted)
    terms = " + ".join(f"{weight}*{score}" for weight, score in weighted)
    exact = "" if points % weights == 0 else ", rounded half up"
    return f"({terms}) / {weights} = {points} / {weights} = {mean(weighted)}{exact}"


def band_of(score: int, bands: Sequence[Band]) -> Band:
    """The band that a score falls into: the highest whose floor it reaches."""
    reached = [band for band in bands if score >= band.floor]
    return max(reached, key=lambda band: band.floor)
