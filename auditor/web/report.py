"""The HTML report: one file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.certificate.view import View
from auditor.model.audit import Audit
from auditor.model.outcome import Decision
from auditor.web.data import embedded, page_data
from auditor.web.environment import page
from auditor.web.figures import FULL, component_bar, criterion_losses, curve, section_losses
from auditor.web.links import SourceLinks
from auditor.web.reach import blockers
from auditor.web.standing import Standing

__all__ = ["Earlier", "Surroundings", "earlier_of", "render_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One audit of the repository's history; `page` is the address of its report, where there is one."""

    certificate_id: str
    scanned_at: str
    decision: Decision
    score: int
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a report can show beside the audit.

    `source` leads to lines, `history` holds the audits of this repository by their time (this one among
    them), `standing` what `auditor verify` found. `home` and `downloads` are addresses beside the page.
    """

    source: SourceLinks | None = None
    history: tuple[Earlier, ...] = ()
    standing: Standing | None = None
    home: str | None = None
    downloads: tuple[str, ...] = ()


def earlier_of(audit: Audit, page: str | None = None) -> Earlier:
    """What history keeps of an audit."""
    return Earlier(
        certificate_id=audit.certificate_id,
        scanned_at=audit.scanned_at,
        decision=audit.decision,
        score=audit.score.overall,
        page=page,
    )


def render_report(audit: Audit, around: Surroundings | None = None) -> bytes:
    """The page. The same audit and surroundings give the same bytes."""
    around = around or Surroundings()
    view = View(audit)
    data = page_data(audit, around.source)
    shown = data["findings"]
    assert isinstance(shown, list)
    way = (audit.score.overall, *(step.score for step in audit.verdict.path_to_go))
    return page(
        "report",
        audit=audit,
        view=view,
        around=around,
        bars={part.name: component_bar(part) for part in audit.components},
        sections=section_losses(view),
        losses=criterion_losses(audit.components),
        blockers=blockers(view),
        titles={part.name: part.title for part in audit.components},
        categories=sorted({one.category.value for one in audit.findings}),
        left_out=len(audit.findings) - len(shown),
        longest=max((one.effort for one in audit.conditions), default=1) or 1,
        way=curve(way),
        history=curve([one.score for one in around.history]),
        full=FULL,
        data=embedded(data),
    )
