"""Which names of settings a file so much as mentions: whoever asks whether a name is used or set anywhere looks here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.container_environment import ContainerEnvironment
from auditor.facts.kept_joins import kept
from auditor.facts.names_fact import Names
from auditor.facts.names_known import any_secret_name, is_secret_name
from auditor.facts.pattern import Match, pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template
from auditor.facts.told_settings import ToldSettings
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "SettingReaders", "SettingWords", "setting_readers", "words_elsewhere"]

_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_BETWEEN_WORDS = bytes(one if one in _WORD else 32 for one in range(256))
_FILLED = pattern(r"[\"']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[\"']\s*:\s*[\"'][^\"'$]*[\"']")
_HANDED_ON = pattern(r"[\"']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[\"']\s*:\s*f?[\"']\$")
_CAPITALS = pattern(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_SETS = frozenset(
    {
        Language.YAML,
        Language.SHELL,
        Language.MAKEFILE,
        Language.INI,
        Language.TOML,
        Language.DOCKERFILE,
        Language.MARKDOWN,
        Language.ENV,
        Language.JSON,
        Language.HCL,
        Language.TEXT,
    }
)
_UNREAD = frozenset({Language.BINARY, Language.MARKDOWN, Language.TEXT, Language.XML})
_GIVES = pattern(r"(?m)^[ \t]*(?:-[ \t]+)?(?:name:[ \t]*)?[\"']?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[\"']?[ \t]*(?:[:=]|$)")
_AMONG_SETTINGS = pattern(
    r"environ|getenv|process\.env|import\.meta\.env|BaseSettings|pydantic_settings|dotenv|env_file|decouple|dynaconf|envconfig|mapstructure|viper|"
    r"starlette\.config|env:\"|@Value|figment|serde|convict|envalid"
)
_HEAD = pattern(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_)(?:[\"'`{%]|\$[{(A-Za-z])")
_KEY_ENDS = pattern(r"^[^\"'\n]*[\"'][ \t]*:[ \t]")
_LONGEST_KEY = 120
_PREFIX = pattern(r"(?i)prefix\w*[\"']?[ \t]*[=:(][ \t]*[\"'`]([A-Za-z0-9_]+)[\"'`]")
_SETTINGS_PREFIX = pattern(r"env_prefix[\"']?[ \t]*[=:][ \t]*[\"']([A-Za-z][A-Za-z0-9_]*_)[\"']")
_FIELD = pattern(r"(?m)^[ \t]+([A-Za-z][A-Za-z0-9_]*)[ \t]*:[ \t]*[A-Za-z\"']")
_ANY_EXTRA = pattern(r"extra[\"']?[ \t]*[=:][ \t]*(?:[\"']allow|Extra\.allow)")
_TAIL = pattern(r"(?:[}\"'`)]|%s)(_[A-Z0-9]+(?:_[A-Z0-9]+)*)[\"'`]")
_WALKS = pattern(
    r"\bfor [\w(), ]{1,60} in (?:dict\()?(?:os\.)?environ(?:\.(?:items|keys|copy)\(\))?\)?:|\(\*\*(?:os\.)?environ\b|dynaconf|Dynaconf|AutomaticEnv|"
    r"Object\.(?:keys|entries)\(process\.env\)|for \w+ in env::vars|os\.Environ\(\)|spring-boot|springframework|System\.getenv\(\)|AddEnvironmentVariables"
)
_SIFTED = pattern(
    r"\bfor [\w(), ]{1,60} in (?:os\.)?environ(?:\.(?:items|keys|copy)\(\))?:\s*(?:#[^\n]*\n\s*)?if (?:not )?\w+\.startswith\([\"']([A-Z][A-Z0-9_]*_)[\"']"
)
"""How what is gone through is sifted by the head of its names."""
MOST_WORDS = 2000
MOST_PIECES = 200
MOST_CLOSED = 20
SHORTEST = 3
"""Letters of a head or tail of a name beneath which it would fit too many."""
MOST_TEXT = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingWords(Fact):
    """`secrets`: names of secrets in code and configuration, in capitals; `settings`: names in capitals where environments are set.

    `read` holds the names in capitals, joined by blanks, that code and configuration do more with than give them a
    value; where a file has to do with settings at all, those in small letters as well. `heads` and `tails` are the
    ends of names that are put together at run time; `walks` where the whole environment is gone through. `closed` are
    the heads of typed settings, which read the names of their fields behind that head, and no others.
    """

    kind: ClassVar[str] = "setting-words"
    secrets: tuple[str, ...]
    settings: tuple[str, ...]
    read: str = ""
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    walks: bool = False
    closed: tuple[str, ...] = ()


def _parse(source: Source) -> SettingWords | None:
    text = source.text[:MOST_TEXT]
    words = set(_compounds(source.data[:MOST_TEXT]))
    language = source.file.language
    secrets: set[str] = set()
    if language not in _UNREAD and source.file.role is not Role.DOCUMENTATION and not is_env_template(source.path):
        secrets = {word.upper() for word in words if is_secret_name(word)} if any_secret_name(words) else set()
        if secrets and language is Language.PYTHON:
            secrets.difference_update(match.group(1) for match in _FILLED.finditer(text))
    settings = {word for word in words if word.isupper()} if language in _SETS else set()
    read = _read(source, text, words)
    if not secrets and not settings and read is None:
        return None
    return replace(
        read or SettingWords(secrets=(), settings=()),
        secrets=tuple(sorted(secrets)[:MOST_WORDS]),
        settings=tuple(sorted(settings)[:MOST_WORDS]),
    )


def _compounds(data: bytes) -> Iterator[str]:
    """Every word of ASCII letters and digits in several parts: ``DB_HOST``, not ``_host``, ``db__host`` or ``2_HOST``.

    Splitting is ten times faster here than matching: a file has thousands of words, and few of them twice.
    """
    for word in [one for one in set(data.translate(_BETWEEN_WORDS).split()) if b"_" in one]:
        if b"__" not in word and word[:1].isalpha() and not word.endswith(b"_"):
            yield word.decode()


def _read(source: Source, text: str, words: set[str]) -> SettingWords | None:
    """What a file may read from its environment: names, heads and tails of names, and whether it reads all there is."""
    file = source.file
    if file.language in _UNREAD or file.language is Language.ENV or is_env_template(file.path):
        return None
    if file.role is Role.DOCUMENTATION:
        return None
    if file.language is Language.YAML:
        words = set(_compounds(_GIVES.sub("", text).encode("utf-8", "replace")))
    if file.language is Language.PYTHON:
        words = words - _only_handed_on(text)
    if file.language is Language.YAML or not _AMONG_SETTINGS.search(text):  # what YAML calls so is a setting of its own
        names = {word for word in words if word.isupper()}
        return SettingWords(secrets=(), settings=(), read=_joined(names)) if names else None
    closed = _closed(text)
    fields = {match.group(1).upper() for match in _FIELD.finditer(text)} if closed else set()
    behind_heads = fields if text.count("(BaseSettings") <= len(closed) else set[str]()
    names = {word.upper() for word in words if word.isupper() or word.upper() not in behind_heads}
    names |= {head + field for head in closed for field in fields}
    heads = {one.group(1) for one in _HEAD.finditer(text) if not _is_given(one, text, closed, file.language)}
    heads |= {match.group(1) for match in _SIFTED.finditer(text)}
    heads |= {f"{match.group(1).rstrip('_').upper()}_" for match in _PREFIX.finditer(text)} - closed
    tails = {match.group(1) for match in _TAIL.finditer(text)}
    return SettingWords(
        secrets=(),
        settings=(),
        read=_joined(names),
        heads=tuple(sorted(heads)[:MOST_PIECES]),
        tails=tuple(sorted(tails)[:MOST_PIECES]),
        walks=file.role is Role.SHIPPED and _walks(text),
        closed=tuple(sorted(closed)),
    )


def _only_handed_on(text: str) -> set[str]:
    """The names that a module does nothing with but give them a value of the environment: ``"SHOP_KEY": "${SHOP_KEY_OF_BANK}"``."""
    if "${" not in text:
        return set()
    given = Counter(match.group(1) for match in _HANDED_ON.finditer(text))
    told = Counter(match.group() for match in _CAPITALS.finditer(text)) if given else Counter[str]()
    return {name for name, count in given.items() if told[name] == count}


def _walks(text: str) -> bool:
    """Whether the whole environment is gone through, other than for the names with a certain head."""
    return _WALKS.search(_SIFTED.sub("", text)) is not None


def _is_given(head: Match, text: str, closed: set[str], language: Language) -> bool:
    """Whether the head is that of typed settings, prose of Python, or begins the key of a table: ``{f"SHOP_{name}": value}``."""
    if head.group().endswith("`") and language is Language.PYTHON:
        return True
    if head.group()[-1] in "\"'":
        return head.group(1) in closed
    return _KEY_ENDS.search(text[head.end() : head.end() + _LONGEST_KEY]) is not None


def _closed(text: str) -> set[str]:
    """The heads of typed settings that take no others than their fields (https://docs.pydantic.dev/latest/concepts/pydantic_settings/)."""
    if "BaseSettings" not in text or "env_nested_delimiter" in text or _ANY_EXTRA.search(text):
        return set()
    found = {match.group(1).upper() for match in _SETTINGS_PREFIX.finditer(text)}
    return found if len(found) <= MOST_CLOSED else set()


def _joined(names: set[str]) -> str:
    return " ".join(sorted(names)[:MOST_WORDS])


@kept
def words_elsewhere(repository: RepositoryFacts) -> tuple[frozenset[str], frozenset[str]]:
    """All names of secrets that code and configuration mention, and all that a place mentions which sets environments."""
    secrets: set[str] = set()
    settings: set[str] = set()
    for _, words in repository.of(SettingWords):
        secrets.update(words.secrets)
        settings.update(words.settings)
    return frozenset(secrets), frozenset(settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingReaders:
    """What the files of a repository read, all together; of the names in `read`, those that it gives a value somewhere or otherwise tells of."""

    read: frozenset[str]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    walks: bool
    closed: tuple[str, ...]

    def may_read(self, name: str) -> bool:
        """Whether anything may read a setting of this name, as it is, nested or put together."""
        return self.walks or self.names(name)

    def names(self, name: str) -> bool:
        """As `may_read`, but for what goes through the whole environment."""
        upper = name.upper()
        if upper in self.read or upper.rpartition("__")[2] in self.read:
            return True
        return upper.startswith(self.heads) or upper.endswith(self.tails)


def _told(repository: RepositoryFacts) -> set[str]:
    """All names of settings about which anybody can ask: those that code uses are words by the hundred thousand."""
    names = {one.name.upper() for _, fact in repository.of(Names) for one in fact.items}
    for _, fact in repository.of(ContainerEnvironment):
        names.update(one.name.upper() for container in fact.containers for one in container.names)
    names.update(one.name for _, fact in repository.of(ToldSettings) for one in fact.items)
    return names | {name.rpartition("__")[2] for name in names}


@kept
def setting_readers(repository: RepositoryFacts) -> SettingReaders:
    """The readers of a repository; for `RepositoryFacts.derive`."""
    read: set[str] = set()
    heads: set[str] = set()
    tails: set[str] = set()
    closed: set[str] = set()
    walks = False
    told = _told(repository)
    for _, fact in repository.of(SettingWords):
        read.update(told.intersection(fact.read.split()))
        heads.update(head for head in fact.heads if len(head) > SHORTEST)
        tails.update(tail for tail in fact.tails if len(tail) > SHORTEST)
        closed.update(fact.closed)
        walks = walks or fact.walks
    return SettingReaders(
        read=frozenset(read),
        heads=tuple(sorted(heads)),
        tails=tuple(sorted(tails)),
        walks=walks,
        closed=tuple(sorted(closed)),
    )


def _accepts(file: SourceFile) -> bool:
    return file.language is not Language.BINARY and file.role not in (Role.VENDORED, Role.GENERATED, Role.DATA)


PARSER = Parser(fact=SettingWords, accepts=_accepts, parse=_parse)
