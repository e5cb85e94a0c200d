"""Which languages a rule sees, told from what it reads."""

from __future__ import annotations

from functools import cache

from auditor.facts.registry import parsers
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.base import Rule

__all__ = ["languages_of"]

_PLACES = (
    "", ".github/workflows/", ".gitlab-ci", "prometheus", "monitoring/alertmanager", "monitoring/dashboards/",
    "docker-compose",
)  # fmt: skip
"""Beginnings of paths at which parsers look that do not go by the language alone."""
_NAMED = (
    ("package.json", Language.JSON),
    ("Chart.yaml", Language.YAML),
    ("kustomization.yaml", Language.YAML),
    ("chart/templates/work.yaml", Language.YAML),
)
_ENDINGS = {Language.YAML: "work.yml", Language.JSON: "work.json", Language.PYTHON: "work.py", Language.GO: "work.go"}


def languages_of(rule: Rule) -> tuple[str, ...]:
    """The languages whose files a rule judges, by name; none where it judges every file, whatever it is written in."""
    return tuple(sorted({language for kind in rule.reads for language in _languages(kind)} - rule.blind))


@cache
def _languages(kind: str) -> frozenset[str]:
    """The languages of a fact kind, asked of its parser; a language is its own."""
    if kind in list(Language):
        return frozenset({kind})
    accepts = [parser.accepts for parser in parsers() if parser.fact.kind == kind]
    return frozenset(file.language.value for file in _samples() for accept in accepts if accept(file))


@cache
def _samples() -> tuple[SourceFile, ...]:
    """A file of every language and role, at every place that parsers know, and the files that they know by name."""
    named = tuple(SourceFile(path, "", 0, language, Role.SHIPPED) for path, language in _NAMED)
    return named + tuple(
        SourceFile(
            place + (_ENDINGS.get(language, "work") if place.endswith("/") or not place else ".yml"),
            "",
            0,
            language,
            role,
        )
        for place in _PLACES
        for language in Language
        for role in Role
    )
