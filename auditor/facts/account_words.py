"""Words of files that are no manifests and speak of service accounts: Terraform, eksctl, Pulumi, the CDK and playbooks make some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "AccountWords"]

_LANGUAGES = frozenset(
    {
        Language.HCL, Language.YAML, Language.JSON, Language.SHELL, Language.PYTHON, Language.TYPESCRIPT, Language.TSX, Language.JAVASCRIPT,
        Language.GO, Language.JAVA,
    }
)  # fmt: skip
_SPEAKS = pattern(r"(?i)service[_ -]?account")
_MANIFEST = pattern(r"(?m)^(?:\s*[{,]?\s*\"apiVersion\"|apiVersion)\s*:")
_SEVERAL = "serviceAccounts"
"""The key under which eksctl lists those that it makes (https://eksctl.io/usage/schema/), in what looks like a manifest."""
_WORD = pattern(r"[A-Za-z0-9_-]+")
_NAME = pattern(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWords(Fact):
    """What of one file may be the name of an account; at most 5,000 words."""

    kind: ClassVar[str] = "account-words"
    words: frozenset[str]


def _parse(source: Source) -> AccountWords | None:
    text = source.text
    if not _SPEAKS.search(text) or (_MANIFEST.search(text) and _SEVERAL not in text):
        return None
    words: set[str] = set()
    for match in _WORD.finditer(text):
        if _NAME.search(match.group()):
            words.add(match.group())
        if len(words) >= _MOST:
            break
    return AccountWords(words=frozenset(words)) if words else None


PARSER = Parser(fact=AccountWords, accepts=lambda file: file.language in _LANGUAGES, parse=_parse)
