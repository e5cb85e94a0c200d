"""Programs in JavaScript and TypeScript that end with success whatever they find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "ScriptExits"]

_STARTS = pattern(r"(?m)^(?:await )?(?:main|run|start|execute|\(async)\w*\s*\(|^\s*(?:main|run|start)\w*\(\)")
_FAILS = pattern(
    r"process\.(?:exit|abort|kill|exitCode)|Deno\.exit|\bthrow\b|\bassert\b|\breject\(|Promise\.reject|\bexpect\(|\b(?:describe|it|test)\(|export default|execSync|execFileSync|os\.exit"
)
_COMMENT = pattern(r"(?m)^\s*(?://|\*|/\*).*$")
_FILE = pattern(r"[\"'`]([\w./-]*\w\.(?:json|xml|txt|md|csv|html|sarif))[\"'`]")
_MOST = 100
_LONGEST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptExits(Fact):
    """A program that starts itself, and in which nothing but a crash ends it with a failure; `files` are the reports that it names."""

    kind: ClassVar[str] = "script-exits"
    files: tuple[str, ...]


def _parse(source: Source) -> ScriptExits | None:
    if len(source.text) > _LONGEST or not _STARTS.search(source.text):
        return None
    if _FAILS.search(_COMMENT.sub("", source.text)):
        return None
    files = sorted({match.group(1) for match in _FILE.finditer(source.text)})
    return ScriptExits(files=tuple(files[:_MOST]))


PARSER = Parser(
    fact=ScriptExits,
    accepts=lambda file: (
        file.language in (Language.JAVASCRIPT, Language.TYPESCRIPT) and file.role in (Role.SHIPPED, Role.TEST)
    ),
    parse=_parse,
)
