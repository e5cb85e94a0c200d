"""Score and open conditions over time: as lines for a terminal, and as an SVG that loads nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.outcome import Decision, Priority

__all__ = ["Point", "history_svg", "history_text", "point_of"]

_FULL = 100
_BAR = 20
_WIDTH, _HEIGHT = 720, 320
_LEFT, _TOP, _BOTTOM = 48, 32, 72
_PLOT = _HEIGHT - _TOP - _BOTTOM
_LABEL = 78
"""What the label of one point needs in width; where there is less, not every point has one."""
_COLOURS = {Decision.GO: "#3b8c0e", Decision.CONDITIONAL: "#8a6d00", Decision.NO_GO: "#b3261e"}
"""As in the badge: dark enough on white (WCAG AA), and never the only sign: the decision stands beside the point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One certificate of a history. `open_by_priority` has P0 to P3; `answers` is the id of the one before it in its chain."""

    certificate_id: str
    scanned_at: str
    commit: str | None
    decision: Decision
    score: int
    as_found: int
    open_by_priority: tuple[int, ...]
    answers: str | None

    @property
    def open(self) -> int:
        """How many conditions are open."""
        return sum(self.open_by_priority)


def point_of(audit: Audit) -> Point:
    """What a history shows of an audit."""
    counts = Counter(one.priority for one in audit.conditions)
    return Point(
        certificate_id=audit.certificate_id,
        scanned_at=audit.scanned_at,
        commit=audit.repository.commit,
        decision=audit.decision,
        score=audit.score.overall,
        as_found=audit.score.as_found,
        open_by_priority=tuple(counts[one] for one in Priority),
        answers=audit.review.earlier.certificate_id if audit.review else None,
    )


def history_text(points: Sequence[Point]) -> str:
    """A line for each certificate, oldest first: date, commit, decision, score with a bar, open conditions by priority."""
    heads = "  ".join(f"{one.value:>3}" for one in Priority)
    lines = [
        f"{'date':<10}  {'commit':<9}  {'decision':<11}  {'score':>5}  {'':<{_BAR}}  {'open':>4}  {heads}  certificate"
    ]
    lines += [_line(point, before) for point, before in zip(points, (None, *points), strict=False)]
    return "".join(f"{visible(line).rstrip()}\n" for line in lines)


def _line(point: Point, before: Point | None) -> str:
    filled = round(point.score * _BAR / _FULL)
    bar = "#" * filled + "." * (_BAR - filled)
    counts = "  ".join(f"{number:>3}" for number in point.open_by_priority)
    commit = (point.commit or "-")[:9]
    chained = point.answers is not None and before is not None and point.answers == before.certificate_id
    link = "answers the one above" if chained else f"answers {point.answers}" if point.answers else "first of a chain"
    return (
        f"{point.scanned_at[:10]:<10}  {commit:<9}  {point.decision.value:<11}  {point.score:>5}  {bar}  "
        f"{point.open:>4}  {counts}  {point.certificate_id}, {link}"
    )


def history_svg(points: Sequence[Point], title: str) -> str:
    """The same as a picture: the score as a line, open conditions as bars under a scale of their own."""
    most = max([1, *(point.open for point in points)])
    step = (_WIDTH - 2 * _LEFT) / max(len(points), 1)
    places = [round(_LEFT + step * (index + 0.5), 1) for index in range(len(points))]
    heights = [round(_TOP + _PLOT * (1 - point.score / _FULL), 1) for point in points]
    line = " ".join(f"{x},{y}" for x, y in zip(places, heights, strict=True))
    spoken = escape(visible(f"{title}: " + "; ".join(_spoken(point) for point in points)))
    shapes = [_bar(point, x, step, most) for point, x in zip(points, places, strict=True)]
    shapes.append(f'<polyline points="{line}" fill="none" stroke="#1b4f8a" stroke-width="2"/>')
    every = max(1, ceil(_LABEL / step))
    named = [(len(points) - 1 - index) % every == 0 for index in range(len(points))]  # the newest always is
    shapes += [_dot(*one) for one in zip(points, places, heights, named, strict=True)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'role="img" aria-label="{spoken}">\n<title>{escape(visible(title))}</title>\n<desc>{spoken}</desc>\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n'
        '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="#222">\n'
        f'<text x="{_LEFT}" y="18" font-size="13">{escape(visible(title))}</text>\n'
        f"{_scale(most)}" + "\n".join(shapes) + "\n</g>\n</svg>\n"
    )


def _scale(most: int) -> str:
    bottom, right = _TOP + _PLOT, _WIDTH - _LEFT
    lines = []
    for score in (0, 25, 50, 75, _FULL):
        y = round(_TOP + _PLOT * (1 - score / _FULL), 1)
        lines.append(f'<line x1="{_LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#ddd"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end" fill="#1b4f8a">{score}</text>')
    lines.append(f'<text x="{right + 6}" y="{_TOP + 4}" fill="#555">{most}</text>')
    lines.append(f'<text x="{right + 6}" y="{bottom + 4}" fill="#555">0</text>')
    lines.append(
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">'
        '<tspan fill="#1b4f8a">line: score of 100</tspan> <tspan fill="#555">· bars: open conditions</tspan></text>'
    )
    return "\n".join(lines) + "\n"


def _bar(point: Point, x: float, step: float, most: int) -> str:
    width = round(min(step * 0.5, 40), 1)
    height = round(_PLOT * point.open / most, 1)
    left, top = round(x - width / 2, 1), round(_TOP + _PLOT - height, 1)
    return f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#c9c9c9"/>'


def _dot(point: Point, x: float, y: float, named: bool) -> str:
    colour = _COLOURS[point.decision]
    title = escape(visible(_spoken(point)))
    dot = f'<g><title>{title}</title><circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
    return dot + (_label(point, x, y, colour) if named else "") + "</g>"


def _label(point: Point, x: float, y: float, colour: str) -> str:
    bottom = _TOP + _PLOT
    return (
        f'<text x="{x}" y="{y - 8}" text-anchor="middle">{point.score}</text>'
        f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{escape(visible(point.scanned_at[:10]))}</text>'
        f'<text x="{x}" y="{bottom + 30}" text-anchor="middle" fill="{colour}">{point.decision.value}</text>'
        f'<text x="{x}" y="{bottom + 44}" text-anchor="middle" fill="#555">{point.open} open</text>'
    )


def _spoken(point: Point) -> str:
    conditions = "1 open condition" if point.open == 1 else f"{point.open} open conditions"
    return f"{point.scanned_at[:10]} {point.decision.value}, score {point.score}, {conditions}"
