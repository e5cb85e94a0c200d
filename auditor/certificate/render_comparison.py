"""A comparison as Markdown: for a pull request, a job summary, or `auditor diff --format md`."""

from __future__ import annotations

from auditor.certificate.comparison_view import ComparisonView
from auditor.certificate.render import environment, tidy
from auditor.model.comparison import Comparison

__all__ = ["render_comparison"]


def render_comparison(comparison: Comparison) -> str:
    """The comparison as Markdown with headings of level three; everything from a repository is made inert. Lists are bounded."""
    template = environment().get_template("_comparison.md.j2")
    return tidy(template.render(comparison=comparison, view=ComparisonView(comparison)))
