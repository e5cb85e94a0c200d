"""Names that are used and declared nowhere: what AUD301 and AUD303 have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.names_fact import Default, Via
from auditor.facts.names_inventory import NameRecord, Place, inventory, is_wanted, similar_name
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingWords
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.templates import is_env_template
from auditor.model.source import Language, Role

__all__ = ["Undeclared", "strict_scripts", "takes_settings", "told_by_files", "undeclared"]


_STRICT = pattern(r"^(?:-[a-zA-Z]*u[a-zA-Z]*|nounset)$")
_OF_ONE_SERVICE = 4
"""More names with one beginning are those of the program itself: what one of them is called says nothing of another."""
_MOST_PAIRS = 250_000
"""Names that are used, by names that are declared: among more nobody can tell which was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeclared:
    """A use of a name that nothing declares: the first in its file. `similar` is declared and may be meant."""

    use: Place
    similar: str | None


def undeclared(repository: RepositoryFacts) -> tuple[Undeclared, ...]:
    """For every name that must be declared and is not, its first use in each shipped file."""
    records = repository.derive(inventory)
    declared = frozenset(record.name for record in records if record.declared and record.is_secret)
    sizes = Counter(_service(record.name) for record in records)
    unused: dict[str, set[str]] = {}
    for record in records:
        if record.declared and not record.uses:
            unused.setdefault(_service(record.name), set()).add(record.name)
    unused = {service: names for service, names in unused.items() if sizes[service] <= _OF_ONE_SERVICE}
    strict = repository.derive(strict_scripts)
    told = repository.derive(told_by_files)
    fields = any(is_env_template(file.path) for file in repository.files)
    used: dict[str, list[Place]] = {}
    for record in records:
        if not record.declared:
            uses = list(_first_uses(record)) or [one for one in _demanded(record, strict) if told[record.name] == 1]
        else:
            uses = list(_beside_fields(record, repository)) if fields else []
        if uses:
            used[record.name] = uses
    if len(used) * len(declared) > _MOST_PAIRS:
        declared = frozenset()
    unknown = {record.name for record in records if not record.declared}
    similar = {
        name: similar_name(name, declared, frozenset(unused.get(_service(name), ())))
        for name in used
        if name in unknown
    }
    return tuple(Undeclared(use=use, similar=similar.get(name)) for name, uses in used.items() for use in uses)


def _beside_fields(record: NameRecord, facts: RepositoryFacts) -> Iterator[Place]:
    """The uses of a secret that only classes of settings name, in files that are none of these: AUD307 tells of the fields."""
    if record.passed or not is_secret_name(record.name):
        return
    owners = {one.path for one in record.declared}
    if all(file.language is Language.PYTHON for path in owners if (file := facts.by_path.get(path))):
        yield from (one for one in _first_uses(record) if one.path not in owners)


def _demanded(record: NameRecord, strict: frozenset[str]) -> Iterator[Place]:
    """The first use in each script that ends where a variable is unset, and sets none of them from elsewhere."""
    seen: set[str] = set()
    for use in () if record.passed or "_" not in record.name else record.uses:
        mention = use.mention
        bare = mention.default is Default.NONE and mention.via is Via.ENVIRONMENT
        if use.path in strict and use.path not in seen and bare:
            seen.add(use.path)
            yield use


def strict_scripts(facts: RepositoryFacts) -> frozenset[str]:
    """The scripts under ``set -u`` that source no more than libraries; for `RepositoryFacts.derive`."""
    found: set[str] = set()
    for file, shell in facts.of(ShellFile, lambda file: file.role is Role.SHIPPED):
        commands = list(all_commands(shell.program.body))
        strict = any(one.name == "set" and any(_STRICT.search(text) for text in one.texts[1:]) for one in commands)
        if strict and not any(takes_settings(one) for one in commands):
            found.add(file.path)
    return frozenset(found)


def takes_settings(command: Command) -> bool:
    """Whether a command may set anything: it sources a file that is no library of shell functions, or evaluates a text."""
    if command.name == "eval":
        return True
    return command.name in (".", "source") and not command.text.rstrip("\"' ").endswith((".sh", ".bash"))


def told_by_files(facts: RepositoryFacts) -> Counter[str]:
    """How many files set or mention each name where environments are set; for `RepositoryFacts.derive`."""
    return Counter(name for _, words in facts.of(SettingWords) for name in words.settings)


def _service(name: str) -> str:
    """The first word of a name, which tells what it is for."""
    return name.split("_", 1)[0]


def _first_uses(record: NameRecord) -> Iterator[Place]:
    seen: set[str] = set()
    for use in record.uses:
        if use.path in seen or not is_wanted(use.mention):
            continue
        if record.passed and use.mention.via is not Via.SECRET:
            continue  # a workflow or container hands it over: what it is made from is asked about there
        seen.add(use.path)
        yield use
