"""Badges: the endpoint answer of shields.io (https://shields.io/badges/endpoint-badge), and a static SVG."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from auditor.model.outcome import Decision

__all__ = ["Badge", "badge_json", "badge_svg", "readiness_badge"]

LABEL = "readiness"
_COLOURS = {Decision.GO: "brightgreen", Decision.CONDITIONAL: "yellow", Decision.NO_GO: "red"}
_HEX = {"brightgreen": "#3b8c0e", "yellow": "#8a6d00", "red": "#b3261e", "lightgrey": "#6b6b6b"}
"""Darker than the usual ones: white text on them has a contrast of 4.5 and more (WCAG AA)."""
_CHARACTER = 7
_PADDING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says: label, message, and one of shields.io's colour names."""

    label: str
    message: str
    colour: str


def readiness_badge(decision: Decision, score: int, valid_until: str, today: str) -> Badge:
    """The badge of a certificate; dates are YYYY-MM-DD. After its last day it says so, in grey."""
    if today > valid_until:
        return Badge(label=LABEL, message=f"{decision} {score}, expired {valid_until}", colour="lightgrey")
    return Badge(label=LABEL, message=f"{decision} {score} until {valid_until}", colour=_COLOURS[decision])


def badge_json(badge: Badge) -> str:
    """The answer of an endpoint for shields.io; it rejects keys that it does not know."""
    answer = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": badge.colour}
    return json.dumps(answer, ensure_ascii=False) + "\n"


def badge_svg(badge: Badge) -> str:
    """The same as a picture that loads nothing, for places without a network."""
    left = len(badge.label) * _CHARACTER + _PADDING
    right = len(badge.message) * _CHARACTER + _PADDING
    spoken = escape(f"{badge.label}: {badge.message}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{spoken}">'
        f"<title>{spoken}</title>"
        f'<rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{_HEX[badge.colour]}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left // 2}" y="14" textLength="{left - _PADDING}">{escape(badge.label)}</text>'
        f'<text x="{left + right // 2}" y="14" textLength="{right - _PADDING}">{escape(badge.message)}</text>'
        "</g></svg>\n"
    )
