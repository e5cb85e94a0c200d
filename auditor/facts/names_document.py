"""Names that a document declares: those that it lists, tabulates, heads or sets."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_lines import document_lines
from auditor.facts.names_fact import Act, Mention, Via
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.source import Source

__all__ = ["document_names"]

_NAME = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{3,}(?:TOKEN|KEY|SECRET|PASSWORD)"
_CAPITALS = pattern(_NAME)
_QUOTED = pattern(r"`+(?:\$\{?|secrets\.|vars\.|env\.)?(" + _NAME + r")\}?(?:=[^`]*)?`+")
_BOLD = pattern(r"\*\*[`]?(" + _NAME + r")[`]?:?\*\*")
_HEADING = pattern(r"^[ \t]*#{1,6}[ \t].*?\b(" + _NAME + r")\b")
_ITEM = pattern(r"^[ \t>]*(?:[-*+]|\d+\.)[ \t]+(?:\[.\][ \t]+)?(" + _NAME + r")\b")
_CHECKBOX = pattern(r"^[ \t>]*[-*+][ \t]+\[.\][ \t]+(" + _NAME + r")\b")
_SET = pattern(
    r"\b(?:gh (?:secret|variable) set|fly(?:ctl)? secrets set|heroku config:set|vercel env add|wrangler secret put)[ \t]+['\"]?("
    + _NAME
    + r")",
)
_ASSIGNED = pattern(r"^[ \t#]*(?:export[ \t]+|set[ \t]+|-e[ \t]+|-[ \t]+)?(" + _NAME + r")[ \t]*[=:]")
_SETUP = pattern(
    r"(?i)(?:^|/)[^/]*(?:readme|setup|install|config|environment|env[._-]|secret|getting.?started|quick.?start|development|contributing|usage)[^/]*$"
)
_ALL = (_CHECKBOX, _QUOTED, _BOLD, _HEADING, _ITEM, _SET, _ASSIGNED)
_LONGEST = 2000
"""Characters of a line that are looked at."""
_ENV_FENCES = frozenset({"env", "dotenv", "ini", "properties", "conf", "toml"})


def document_names(source: Source) -> Iterator[Mention]:
    """Names that the document describes.

    What a code block only sets in passing counts in documents about setting up, not in others: an
    `export` among the steps of a procedure describes nothing.
    """
    if not any(one.in_lines(source.joined) for one in _ALL) and max(map(len, source.lines)) <= _LONGEST:
        return
    setup = _SETUP.search(source.path) is not None
    for line in document_lines(source.lines):
        text = line.text[:_LONGEST]
        if not _CAPITALS.search(text):
            continue
        for one in _patterns(line.fence, setup=setup):
            for match in one.finditer(text):
                name = match.group(1)
                yield Mention(line.number, name, Act.DECLARED, Via.DOCUMENT)


def _patterns(fence: str, *, setup: bool) -> tuple[Pattern, ...]:
    if not fence:
        return _QUOTED, _BOLD, _ITEM, _HEADING
    return (_CHECKBOX, _SET, _ASSIGNED) if setup or fence in _ENV_FENCES else (_CHECKBOX, _SET)
