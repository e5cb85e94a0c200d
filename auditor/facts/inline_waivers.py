"""Waivers in comments: ``# auditor: ignore[AUD203] until=2027-01-31 reason="..." by=@alice``.

They are read where a comment of the language begins with ``auditor: ignore``, in Markdown and XML in an HTML comment
outside of code blocks. What is wrong with one is kept with it: a comment never ends an audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.comments import comments_of
from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.escape import visible
from auditor.model.inline_waiver import InlineWaiver
from auditor.model.source import Language, Role, SourceFile
from auditor.model.waiver import day_of

__all__ = ["PARSER", "InlineWaivers"]

MOST_IN_A_FILE = 100
MOST_RULES = 20
LONGEST_TEXT = 500

_MARK = pattern(r"""^(?:[^"'`]*# )?auditor:[ \t]*ignore(.*)$""")
_HTML = pattern(r"<!--[ \t]*(auditor:[ \t]*ignore[^\n]*?)[ \t]*-->")
_BRACKET = pattern(r"^\[([^\[\]]*)\](.*)$")
_RULE = pattern(r"^[A-Za-z][A-Za-z0-9._:/-]{0,99}$")
_PAIR = pattern(r"""^[ \t]*([a-z]+)=(?:"([^"]*)"|'([^']*)'|([^"'\s]+))""")
_KEYS = ("until", "reason", "by")
_MARKUP = (Language.MARKDOWN, Language.XML)
_NO_COMMENTS = frozenset({Language.BINARY, Language.JSON, Language.TEXT})


@dataclass(frozen=True, slots=True)
class InlineWaivers(Fact):
    """The waivers in the comments of a file that has any, by line."""

    kind: ClassVar[str] = "inline-waivers"
    items: tuple[InlineWaiver, ...]


def _parse(source: Source) -> InlineWaivers | None:
    if b"auditor:" not in source.data or b"ignore" not in source.data:
        return None
    found = sorted(_from_markup(source) if source.file.language in _MARKUP else _from_comments(source))
    if len(found) > MOST_IN_A_FILE:
        problem = f"there are more than {MOST_IN_A_FILE} waivers in this file; those from here on are not read"
        found = [*found[:MOST_IN_A_FILE], InlineWaiver(found[MOST_IN_A_FILE].line, 0, problem=problem)]
    return InlineWaivers(tuple(found)) if found else None


def _from_markup(source: Source) -> Iterator[InlineWaiver]:
    markdown = source.file.language is Language.MARKDOWN
    numbered = (
        ((one.number, one.text) for one in document_lines(source.lines) if not one.fence)
        if markdown
        else enumerate(source.lines, 1)
    )
    for number, text in numbered:
        match = _HTML.search(text) if "<!--" in text else None
        if match is not None and text.count("`", 0, match.start()) % 2 == 0:  # else it is quoted as code
            alone = not (text[: match.start()].strip() or text[match.end() :].strip())
            target = _next_line(number, source.lines, frozenset()) if alone else number
            yield _read(match.group(1), number, target)


def _from_comments(source: Source) -> Iterator[InlineWaiver]:
    comments = [one for one in comments_of(source) if not one.is_docstring]
    alone = frozenset(one.line for one in comments if not one.trailing)
    for one in comments:
        if "auditor:" in one.text and _MARK.match(one.text.strip()):
            target = one.line if one.trailing else _next_line(one.line, source.lines, alone)
            yield _read(one.text.strip(), one.line, target)


def _next_line(line: int, lines: tuple[str, ...], comments: frozenset[int]) -> int:
    """The next line that holds more than comments; the line itself where there is none."""
    after = range(line + 1, len(lines) + 1)
    return next((one for one in after if one not in comments and lines[one - 1].strip(" \t\r#/*")), line)


def _read(text: str, line: int, target: int) -> InlineWaiver:
    """What a comment says, from its mark on."""
    match = _MARK.match(text)
    blank = InlineWaiver(line, target)
    bracket = _BRACKET.match(match.group(1).strip()) if match else None
    if bracket is None:
        return replace(blank, problem='it names no rule: `auditor: ignore[AUD203] until=2027-01-31 reason="..."`')
    rules = tuple(dict.fromkeys(one.strip() for one in bracket.group(1).split(",") if one.strip()))
    pairs, problem = _pairs(bracket.group(2))
    return replace(
        blank,
        rules=rules[:MOST_RULES],
        until=pairs.get("until", ""),
        reason=pairs.get("reason", ""),
        by=pairs.get("by", ""),
        problem=problem or _problem_of_rules(rules) or _problem_of_values(pairs),
    )


def _pairs(text: str) -> tuple[dict[str, str], str]:
    """The keys behind the bracket with their values, and what is wrong with them."""
    pairs: dict[str, str] = {}
    rest = text.strip()
    while rest:
        match = _PAIR.match(rest)
        if match is None:
            return pairs, "behind the bracket stand until=, reason= and by= alone; put a reason into quotes"
        key = match.group(1)
        if key not in _KEYS:
            return pairs, f"there is no key {key!r}; there are {', '.join(_KEYS)}"
        if key in pairs:
            return pairs, f"the key {key!r} stands there twice"
        pairs[key] = match.group(2) or match.group(3) or match.group(4)
        rest = rest[match.end() :].strip()
    return pairs, ""


def _problem_of_rules(rules: tuple[str, ...]) -> str:
    if not rules:
        return "it names no rule between the brackets"
    if len(rules) > MOST_RULES:
        return f"it names more than {MOST_RULES} rules"
    wrong = next((one for one in rules if not _RULE.match(one)), None)
    return "" if wrong is None else f"{wrong!r} is no id or name of a rule"


def _problem_of_values(pairs: dict[str, str]) -> str:
    if day_of(pairs.get("until", "")) is None:
        return "it has no end: add until=YYYY-MM-DD" if "until" not in pairs else f"{pairs['until']!r} is no day"
    if not any(letter.isalpha() for letter in pairs.get("reason", "")):
        return 'it has no reason: add reason="..."'
    if visible(pairs.get("by", "")) != pairs.get("by", ""):
        return "the name behind by= holds characters that cannot be seen"
    if any(len(value) > LONGEST_TEXT for value in pairs.values()):
        return f"a value has more than {LONGEST_TEXT} characters"
    return ""


def _accepts(file: SourceFile) -> bool:
    return file.language not in _NO_COMMENTS and file.role not in (Role.VENDORED, Role.DATA)


PARSER = Parser(fact=InlineWaivers, accepts=_accepts, parse=_parse)
