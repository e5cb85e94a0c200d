"""The sections of a document, and the sections and buttons that it sends its reader to, in itself and in other documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "DocumentSections", "SectionLink", "plain"]

_LINK = pattern(r"\]\(<?([^()\s#<>:]*)#([^()\s<>]+)>?(?:\s+\"[^\"]*\")?\)")
_ENCODED = pattern(r"%[0-9A-Fa-f]{2}")
_ID = pattern(
    r"(?i)<[a-z][a-z0-9]*\s[^>]*?\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)|\{:?[^{}\n#]*#([\w:.-]+)[^{}\n]*\}|(?m:^[ \t>]*\(([\w:.-]+)\)=[ \t]*$)|<h[1-6](?:\s[^>]*)?>([^\n]{1,300}?)</h[1-6]>"
)
_TAG = pattern(r"<[^<>]*>")
_CODE = pattern(r"`[^`]*`")
_UNDERLINE = pattern(r"^\s{0,3}(?:=+|-+)\s*$")
_LINKED = pattern(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_POINTED = pattern(
    r"(?i)[\"\x{201c}`*]{1,2}([\w][\w &/+.-]{2,60}?)[\"\x{201d}`*]{1,2}\s+(?:button|badge|section|chapter)\s+(?:in|of|on|at)\s+(?:the |this |our )?(?:main |root |project |top of the )*[`\[*]{0,2}README"
)
_TAKES_IN = pattern(
    r"(?m)--8<--|\{!|^<<<|\{%|\{\{|^:::\s*(?:\{|\w+\.\w)|^\.\. include|^import .* from|<!--\s*(?:INCLUDE|include|AUTO-GENERATED|BEGIN)|:::include|@include"
)
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLink:
    """A link to a section: the path as written, empty for the document itself, and the name. `button` where the name is one that a README is said to show."""

    line: int
    path: str
    name: str
    button: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSections(Fact):
    """`names` are those of sections and `shown` the texts of links, both by letters and digits alone; `open` where the document takes in others."""

    kind: ClassVar[str] = "document-sections"
    names: frozenset[str]
    shown: frozenset[str]
    links: tuple[SectionLink, ...]
    open: bool


def plain(name: str) -> str:
    """A name by its letters and digits of ASCII alone, in small letters: what all makers of anchors keep as it is."""
    return "".join(sign for sign in _ENCODED.sub("", name).lower() if sign.isalnum() and sign.isascii())


def _parse(source: Source) -> DocumentSections:
    lines = document_lines(source.lines)
    prose = [line for line in lines if not line.fence]
    names = {plain(one) for one in _names(source, prose)}
    shown = {plain(match.group(1)) for line in prose if "[" in line.text for match in _LINKED.finditer(line.text)}
    return DocumentSections(
        names=frozenset(names),
        shown=frozenset(shown),
        links=tuple(_links(prose))[:_MOST],
        open=_TAKES_IN.search(source.text) is not None,
    )


def _names(source: Source, prose: list[DocumentLine]) -> Iterator[str]:
    for line in prose:
        if line.text.lstrip().startswith("#"):
            yield line.text.strip("# \t").replace("](", "] (").partition("](")[0]
            yield unescape(line.heading)
            yield _linkless(line.heading)
    yield from (above for above, below in zip(source.lines, source.lines[1:], strict=False) if _UNDERLINE.match(below))
    for match in _ID.finditer(source.text):
        yield next((match.group(at) for at in range(1, 4) if match.group(at)), "") or _TAG.sub("", match.group(4))


def _linkless(title: str) -> str:
    """The title without the targets of its links."""
    return "".join(part.partition(")")[2] if at else part for at, part in enumerate(title.split("](")))


def _links(prose: list[DocumentLine]) -> Iterator[SectionLink]:
    for line in prose:
        for match in _LINK.finditer(_CODE.sub("``", line.text)) if "](" in line.text and "#" in line.text else ():
            yield SectionLink(line=line.number, path=match.group(1), name=match.group(2))
        for match in _POINTED.finditer(line.text) if "README" in line.text else ():
            yield SectionLink(line=line.number, path="README.md", name=match.group(1), button=True)


PARSER = Parser(fact=DocumentSections, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
