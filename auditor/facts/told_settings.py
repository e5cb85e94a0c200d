"""Variables of the environment that a document tells its reader to set: in commands, in files of settings, in tables and lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, cells, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ToldSetting", "ToldSettings"]

_NAME = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
_ANY = pattern(_NAME)
_EXPORTED = pattern(
    rf"^\s*(?:[$>#%]\s+)?(?:export|set|setx|set\s+-x|setenv|declare\s+-x)\s+[\"']?({_NAME})(?:[= ]|$)|^\s*(?:PS[^>]*>\s*)?\$env:({_NAME})\s*="
)
_BEFORE_COMMAND = pattern(
    rf"^\s*(?:[$>]\s+)?(?:sudo\s+|env\s+)?((?:{_NAME}=(?:\"[^\"]*\"|'[^']*'|(?:\S*[^\s,])?)\s+)+)[\w./-]+"
)
_HANDED = pattern(
    rf"\s(?:-e|--env|--set-env|--build-env)[ =][\"']?({_NAME})=|\b(?:kubectl\s+set\s+env|heroku\s+config:set|(?:fly|flyctl)\s+(?:secrets|config)\s+set|railway\s+variables\s+(?:set|--set)|appsettings\s+set|--set-env-vars)\s[^|;]*?\b({_NAME})="
)
_ASSIGNED = pattern(rf"^\s*(?:-\s+)?[\"']?({_NAME})[\"']?\s*(?:=|:(?:\s|$))")
_ASSIGNMENT = pattern(r"^\s*(?:export\s+)?[A-Za-z_]\w*=\S*(?:\s+#.*)?$|^\s*[A-Z_][A-Z0-9_]*=")
_ASIDE = pattern(r"^\s*(?:#|;|//|$)")
_QUOTED = pattern(rf"`(?:export |set )?({_NAME})=[^`$]*`")
_TO_SET = pattern(
    r"(?i)\b(?:set(?:ting)?|exports?|env|environment|variables?|run|with|start|restart|imposta\w*|setze|definir|d\x{e9}fini\w*)\b"
)
"""What a sentence says that has its reader set what it quotes."""
_OF_FILE = frozenset({"env", "dotenv", "ini", "properties", "conf"})
_OF_SHELL = frozenset(
    {
        "code",
        "bash",
        "sh",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "terminal",
        "powershell",
        "ps1",
        "cmd",
        "bat",
        "text",
        "fish",
        "batch",
    }
)
_VARIABLES = pattern(
    r"(?i)^\W*(?:env(?:ironment)?[ _-]?var(?:iable)?s?|env|variables?|variabil[ei]|umgebungsvariablen?|(?:env(?:ironment)? )?(?:variable |setting )?names?|settings?|keys?|parameters?)\W*$"
)
_ABOUT = pattern(
    r"(?i)\b(?:environment|env|env\.?vars?|variables?|ambiente|entorno|variabili|umgebungsvariablen?|\.env)\b"
)
_CELL = pattern(rf"^[*_`]{{0,3}}({_NAME})[*_`]{{0,3}}$")
_ITEM = pattern(
    rf"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[.\][ \t]+)?(?:[*_`]{{1,3}}({_NAME})(?:=[^`]*)?:?[*_`]{{1,3}}|({_NAME})[ \t]*(?:$|[:=(\x{{2014}}\x{{2013}}]|-[ \t]))"
)
_INTRODUCES = pattern(r":[*_]{0,2}[ \t]*$")
_USED = pattern(rf"\$\{{?({_NAME})|%({_NAME})%|[\[(,]\s*[\"']({_NAME})[\"']|\benv\.({_NAME})")
"""How commands and code of the document read a variable."""
_LONGEST = 1_000
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSetting:
    """One variable, its line and the title that it stands under; `typed` where a command sets it."""

    line: int
    name: str
    heading: str
    typed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSettings(Fact):
    """The variables of one document by line, and the names that its own commands and code `use`."""

    kind: ClassVar[str] = "told-settings"
    items: tuple[ToldSetting, ...]
    used: frozenset[str]


def _parse(source: Source) -> ToldSettings | None:
    if not _ANY.search(source.text):
        return None
    found: dict[tuple[int, str], ToldSetting] = {}
    for line, name, typed in _items(document_lines(source.lines)):
        found.setdefault(
            (line.number, name), ToldSetting(line=line.number, name=name, heading=line.heading, typed=typed)
        )
    if not found:
        return None
    used = frozenset(next(filter(None, map(one.group, range(1, 5)))) for one in _USED.finditer(source.text))
    return ToldSettings(items=tuple(found[key] for key in sorted(found))[:_MOST], used=used)


def _items(lines: tuple[DocumentLine, ...]) -> Iterator[tuple[DocumentLine, str, bool]]:
    introduction = ""
    for (fence, _), group in groupby(lines, lambda line: (line.fence, line.fence and line.heading)):
        block = tuple(group)
        if fence:
            told = f"{block[0].heading} {introduction} {block[0].text}"
            yield from _in_block(fence, block, about=_ABOUT.search(told) is not None)
            continue
        for line in block:
            if (not line.header and _INTRODUCES.search(line.text)) or "`.env" in line.text:
                introduction = line.text
            elif line.text.strip() and not line.header and not _ITEM.search(line.text):
                introduction = ""
            if "_" in line.text and len(line.text) < _LONGEST:
                yield from _in_prose(line, about=_ABOUT.search(f"{line.heading} {introduction}") is not None)


def _in_block(fence: str, block: tuple[DocumentLine, ...], *, about: bool) -> Iterator[tuple[DocumentLine, str, bool]]:
    plain = (
        about and fence in _OF_SHELL and all(_ASSIGNMENT.search(one.text) or _ASIDE.search(one.text) for one in block)
    )
    for line in block:
        if "_" not in line.text or len(line.text) > _LONGEST or _ASIDE.search(line.text):
            continue
        if fence in _OF_SHELL:
            yield from ((line, name, True) for name in _in_command(line.text))
        if plain or fence in _OF_FILE:
            match = _ASSIGNED.match(line.text)
            yield from [(line, match.group(1), False)] if match else []


def _in_command(text: str) -> Iterator[str]:
    exported = _EXPORTED.match(text)
    if exported:
        yield exported.group(1) or exported.group(2)
    before = _BEFORE_COMMAND.match(text)
    if before:
        yield from (word.partition("=")[0] for word in before.group(1).split() if _ASSIGNED.match(word))
    yield from (one.group(1) or one.group(2) for one in _HANDED.finditer(text))


def _in_prose(line: DocumentLine, *, about: bool) -> Iterator[tuple[DocumentLine, str, bool]]:
    for quoted in _QUOTED.finditer(line.text) if _TO_SET.search(line.text) else ():
        yield line, quoted.group(1), "`export " in line.text
    if line.header:
        columns = [at for at, title in enumerate(line.header) if _VARIABLES.search(title)]
        row = cells(line.text)
        told = about or _ABOUT.search(" ".join(line.header)) is not None
        match = _CELL.match(row[columns[0]]) if told and columns and columns[0] < len(row) else None
    else:
        match = _ITEM.match(line.text) if about else None
    if match:
        yield line, match.group(1) or (match.group(2) if not line.header else ""), False


PARSER = Parser(fact=ToldSettings, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
