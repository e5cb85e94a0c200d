"""The badge of an audit, as of the day of the audit: for shields.io, or as a picture."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.formats.badge import Badge, badge_json, badge_svg, readiness_badge
from auditor.model.audit import Audit

__all__ = ["chunks", "svg_chunks"]

_DATE = len("2026-12-01")


def chunks(audit: Audit) -> Iterator[bytes]:
    """The answer of an endpoint for shields.io."""
    yield badge_json(_badge(audit)).encode()


def svg_chunks(audit: Audit) -> Iterator[bytes]:
    """The picture."""
    yield badge_svg(_badge(audit)).encode()


def _badge(audit: Audit) -> Badge:
    return readiness_badge(audit.decision, audit.score.overall, audit.valid_until, audit.scanned_at[:_DATE])
