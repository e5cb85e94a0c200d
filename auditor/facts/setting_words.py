"""Which names of settings a file so much as mentions: whoever asks whether a name is used or set anywhere looks here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.facts.templates import is_env_template
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "SettingWords", "words_elsewhere"]

_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_BETWEEN_WORDS = bytes(one if one in _WORD else 32 for one in range(256))
_FILLED = pattern(r"[\"']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[\"']\s*:\s*[\"'][^\"'$]*[\"']")
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
_DECLARES = pattern(r"BaseSettings|[Ss]ettings\b|environ|getenv|process\.env|[Cc]onfig\b|env_prefix")
_PREFIX = pattern(r"env_prefix[\"']?\s*[=:]\s*[\"'](\w+)[\"']|SetEnvPrefix\(\"(\w+)\"")
_OPEN = pattern(
    r"environ\.items\(|environ\.keys\(|\*\*os\.environ|in os\.environ:|AutomaticEnv|envconfig|cleanenv|process\.env\[[^\"'`]|(?:getenv|environ\.get)\(\s*(?:f[\"']|[a-z_]+[,)])|"
    r"environ\[(?:f[\"']|[a-z_]+\])|dotenv_values|ConfigurationProperties|Object\.(?:keys|entries)\(process\.env|env_nested_delimiter|std::env::vars"
)
MOST_WORDS = 2000
MOST_TEXT = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingWords(Fact):
    """`secrets`: names of secrets in code and configuration, in capitals; `settings`: names in capitals where environments are set.

    `read`: all names in code and configuration that may be those of settings, in capitals. `prefixes` are what the
    environment's names begin with and the code's do not. `open` where names are read that are put together at run time.
    """

    kind: ClassVar[str] = "setting-words"
    secrets: tuple[str, ...]
    settings: tuple[str, ...]
    read: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    open: bool = False


def _parse(source: Source) -> SettingWords | None:
    text = source.text[:MOST_TEXT]
    words = set(_compounds(source.data[:MOST_TEXT]))
    language = source.file.language
    secrets: set[str] = set()
    if language not in _UNREAD and source.file.role is not Role.DOCUMENTATION and not is_env_template(source.path):
        filled = {match.group(1) for match in _FILLED.finditer(text)} if language is Language.PYTHON else set()
        secrets = {word.upper() for word in words if is_secret_name(word)} - filled
    settings = {word for word in words if word.isupper()} if language in _SETS else set()
    read = _read(source, words)
    if not (secrets or settings or read):
        return None
    return SettingWords(
        secrets=tuple(sorted(secrets)[:MOST_WORDS]),
        settings=tuple(sorted(settings)[:MOST_WORDS]),
        read=tuple(sorted(read)[:MOST_WORDS]),
        prefixes=tuple(sorted({match.group(1).upper() for match in _PREFIX.finditer(text)})),
        open=_OPEN.search(text) is not None,
    )


def _read(source: Source, words: set[str]) -> set[str]:
    """What stands in capitals in code and configuration, and in small letters where settings are declared."""
    if source.file.language in _UNREAD or source.file.role is Role.DOCUMENTATION or is_env_template(source.path):
        return set()
    if source.file.language is Language.ENV:
        return set()
    declares = _DECLARES.search(source.text[:MOST_TEXT]) is not None
    return {word.upper() for word in words if word.isupper() or (declares and word.islower())}


def _compounds(data: bytes) -> Iterator[str]:
    """Every word of ASCII letters and digits in several parts: ``DB_HOST``, not ``_host``, ``db__host`` or ``2_HOST``.

    Splitting is ten times faster here than matching: a file has thousands of words, and few of them twice.
    """
    for word in set(data.translate(_BETWEEN_WORDS).split()):
        if b"_" in word and b"__" not in word and word[:1].isalpha() and not word.endswith(b"_"):
            yield word.decode()


def words_elsewhere(repository: RepositoryFacts) -> tuple[frozenset[str], frozenset[str]]:
    """All names of secrets that code and configuration mention, and all that a place mentions which sets environments."""
    secrets: set[str] = set()
    settings: set[str] = set()
    for _, words in repository.of(SettingWords):
        secrets.update(words.secrets)
        settings.update(words.settings)
    return frozenset(secrets), frozenset(settings)


def _accepts(file: SourceFile) -> bool:
    return file.language is not Language.BINARY and file.role not in (Role.VENDORED, Role.GENERATED, Role.DATA)


PARSER = Parser(fact=SettingWords, accepts=_accepts, parse=_parse)
