"""The images of containers that anything names."""

from __future__ import annotations

from auditor.facts.kept_joins import kept
from auditor.facts.path_mentions import PathMentions
from auditor.facts.repository import RepositoryFacts

__all__ = ["named_images"]


@kept
def named_images(facts: RepositoryFacts) -> frozenset[str]:
    """All images of the repository's files as they are written. For `RepositoryFacts.derive`."""
    return frozenset(image for _, fact in facts.of(PathMentions) for image in fact.images)
