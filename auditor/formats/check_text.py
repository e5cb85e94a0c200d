"""Words that the formats of `auditor check` share."""

from __future__ import annotations

from auditor.model.escape import visible

__all__ = ["single_line"]


def single_line(text: str) -> str:
    """A message on one line, with everything that cannot be seen written out."""
    return visible(" ".join(text.split()))
