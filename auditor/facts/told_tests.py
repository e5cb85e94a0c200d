"""Runs of pytest that documents and makefiles tell of."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.make_recipes import MakeRecipes
from auditor.facts.pytest_runs import PytestRun, runs_in
from auditor.facts.repository import RepositoryFacts

__all__ = ["told_runs"]


def told_runs(facts: RepositoryFacts) -> Iterator[PytestRun]:
    """Every call of pytest in recipes of make and in blocks of commands of documents."""
    for file, made in facts.of(MakeRecipes):
        for recipe in made.recipes:
            yield from runs_in(file.path, recipe.target, recipe.program)
    for file, document in facts.of(DocumentReferences):
        for block in document.blocks:
            if block.program is not None:
                yield from runs_in(file.path, block.heading, block.program)
