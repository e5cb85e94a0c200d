"""Settings that env templates offer and nothing in the repository reads."""

from __future__ import annotations

from collections import defaultdict

from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_fact import Act, Names
from auditor.facts.names_inventory import inventory
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import setting_readers
from auditor.facts.templates import is_env_template

__all__ = ["judged_templates"]

_FEWEST = 3
"""How many names of a template the repository must read before it is taken for the reader of all."""
_SHARE = 3
"""The reader of a template reads at least one name in so many."""


def judged_templates(repository: RepositoryFacts) -> dict[str, dict[str, int]]:
    """The unread names of every env template that the repository itself reads, each with its line; for `RepositoryFacts.derive`."""
    readers = repository.derive(setting_readers)
    if readers.walks:
        return {}
    records = {record.name: record for record in repository.derive(inventory)}
    read = {name for name, one in records.items() if one.uses or one.validated or one.passed or readers.may_read(name)}
    found: dict[str, dict[str, int]] = {}
    for path, declared in _templates(repository).items():
        judged = {name: line for name, line in declared.items() if "_" in name and name in records}
        unread = {name: line for name, line in judged.items() if name not in read}
        if len(judged) - len(unread) >= max(_FEWEST, len(judged) // _SHARE):
            found[path] = {name: line for name, line in unread.items() if not is_read_elsewhere(name)}
    return found


def _templates(repository: RepositoryFacts) -> dict[str, dict[str, int]]:
    """The names of every env template, each with its first line."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for file, fact in repository.of(Names, lambda file: is_env_template(file.path)):
        for mention in fact.items:
            if mention.act is Act.DECLARED:
                found[file.path].setdefault(mention.name, mention.line)
    return found
