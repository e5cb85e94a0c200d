"""Secrets without which typed settings refuse to start, and for which an env template of theirs does not ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.names_fact import Default
from auditor.facts.names_inventory import NameRecord, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_env_template
from auditor.model.source import Language

__all__ = ["TemplateGap", "template_gaps"]

_FEWEST = 3
"""How many fields of the settings a template must offer before it is taken for theirs."""
_MOST_WORDS = 16
"""How many words of a name are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateGap:
    """A template, the file of the settings, and the names that are missing with the lines beside which they belong."""

    template: str
    settings: str
    missing: Mapping[str, int]


def template_gaps(facts: RepositoryFacts) -> tuple[TemplateGap, ...]:
    """What every template lacks of the settings that are its own; for `RepositoryFacts.derive`."""
    records = facts.derive(inventory)
    fields, required = _settings(records, facts)
    return tuple(_gaps(fields, required, _templates(records))) if required else ()


def _gaps(
    fields: Mapping[str, set[str]], required: Mapping[str, set[str]], templates: Mapping[str, dict[str, int]]
) -> Iterator[TemplateGap]:
    for path, offered in sorted(templates.items()):
        for source in sorted(required):
            near = {one: offered[one] for one in fields[source] & offered.keys()}
            missing = sorted(required[source] - offered.keys())
            if len(near) >= _FEWEST and missing:
                begun = _begun(near)
                yield TemplateGap(template=path, settings=source, missing={one: _beside(one, begun) for one in missing})


def _settings(
    records: tuple[NameRecord, ...], facts: RepositoryFacts
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """The names of all fields of typed settings by file, and those of the secrets that have no default."""
    fields: defaultdict[str, set[str]] = defaultdict(set)
    required: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        declared = {(one.path, one.mention.line) for one in record.declared}
        for use in record.uses:
            file = facts.by_path.get(use.path)
            if (use.path, use.mention.line) not in declared or file is None or file.language is not Language.PYTHON:
                continue
            fields[use.path].add(record.name)
            if use.mention.default is Default.NONE and is_secret_name(record.name):
                required[use.path].add(record.name)
    return fields, required


def _templates(records: tuple[NameRecord, ...]) -> Mapping[str, dict[str, int]]:
    """The names that each env template offers, with their lines."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for record in records:
        for place in record.declared:
            if is_env_template(place.path):
                found[place.path].setdefault(record.name, place.mention.line)
    return found


def _begun(offered: Mapping[str, int]) -> Mapping[tuple[str, ...], int]:
    """The first line with a name that begins with these words, for all words that a name begins with."""
    found: dict[tuple[str, ...], int] = {}
    for name, line in offered.items():
        words = _words(name)
        for most in range(len(words) + 1):
            found[words[:most]] = min(line, found.get(words[:most], line))
    return found


def _beside(name: str, begun: Mapping[tuple[str, ...], int]) -> int:
    """The line of the name that it has most words in common with: there people look for it."""
    words = _words(name)
    return next(begun[words[:most]] for most in range(len(words), -1, -1) if words[:most] in begun)


def _words(name: str) -> tuple[str, ...]:
    return tuple(name.split("_", _MOST_WORDS)[:_MOST_WORDS])
