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
MOST_WORDS = 2000
MOST_TEXT = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingWords(Fact):
    """`secrets`: names of secrets in code and configuration, in capitals; `settings`: names in capitals where environments are set."""

    kind: ClassVar[str] = "setting-words"
    secrets: tuple[str, ...]
    settings: tuple[str, ...]


def _parse(source: Source) -> SettingWords | None:
    text = source.text[:MOST_TEXT]
    words = set(_compounds(source.data[:MOST_TEXT]))
    language = source.file.language
    secrets: set[str] = set()
    if language not in _UNREAD and source.file.role is not Role.DOCUMENTATION and not is_env_template(source.path):
        filled = {match.group(1) for match in _FILLED.finditer(text)} if language is Language.PYTHON else set()
        secrets = {word.upper() for word in words if is_secret_name(word)} - filled
    settings = {word for word in words if word.isupper()} if language in _SETS else set()
    if not secrets and not settings:
        return None
    return SettingWords(secrets=tuple(sorted(secrets)[:MOST_WORDS]), settings=tuple(sorted(settings)[:MOST_WORDS]))


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
