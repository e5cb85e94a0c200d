"""The fields of a document that nobody has filled in: cells, lines with a label, and signatures."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.contact_blanks import reaches_nobody
from auditor.facts.document_lines import DocumentLine, cells, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Hit

__all__ = ["blank_fields"]

_KIND = r"(?:name|phone|telephone|e-?mail|mobile|number|pager|address|slack|handle)s?"
_ANY_OF = rf"\[{_KIND}(?:(?:, | and | or | ?[/&+] ?){_KIND}){{1,3}}\]|"
_BLANK = (
    r"(?:\$\((?:date|whoami|hostname)\b[^)\n]{0,60}\)|\[(?:current|today'?s?|actual|report) (?:date|day|version|year|time|month)\]|\[(?:(?:insert|your|enter|add|fill|to be)\b[^\]]{0,60}|tbd|todo|tba|tbc|name|names|contact|phone|email|e-mail|url|link|"
    r"team|owner|company|number|pager|on-?call|placeholder|xxx|\?+|\.{3})\]|tbd|tba|tbc|to be (?:determined|defined|decided|filled in|announced|assigned|named|appointed|confirmed|nominated)|"
    r"\?{2,}|\[name of [^\]]{1,60}\]|"
    + _ANY_OF
    + r"\+?0{1,3}(?:[ -]?0{2,}){2,}|(?:\+?1[ -])?(?:\()?[xX]{3}(?:\))?[ -][xX]{3}-[xX]{4}|"
    r"[a-z0-9._\-]+@(?:company|your-?company|your-?domain|yourorg|domain|example)\.(?:com|org|net))"
)
_CELL = pattern(r"(?i)^[*_`~]{0,2}" + _BLANK + r"[*_`~]{0,2}\.?$")
_FIELD = pattern(
    r"(?i)^[ \t>]*(?:[-*+][ \t]+|\d+\.[ \t]+)?(?:[^|`\n]{1,200}[.;,][ \t]+)?(?:\*\*|__)?(?:[^\x00-\x7f\s]{1,4}[ \t]*)?[\w@/()&#' \-]{2,50}(?::(?:\*\*|__)?|(?:\*\*|__):)[ \t]+[*_`]{0,2}"
    + _BLANK
    + r"[*_`]{0,2}\.?[ \t]*$"
)
_UNSIGNED = pattern(
    r"(?i)^[ \t>]*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:sign-?off|signed|approved|approval|reviewed|released|accepted|go/no-go decision)\b[\w /-]{0,30}(?::(?:\*\*|__)?|(?:\*\*|__):)[ \t]*_{5,}[ \t]*$"
)
_DECLARES = pattern(r"(?i)readiness|ready|go-?live|release[-_ ]?review|production|certif|sign-?off|launch")
_ADDRESS = pattern(r"@[\w\-]+\.\w+$")
_BRACKETED = pattern(r"^\[[A-Z][A-Za-z&/ -]{2,40}\]$")
"""``[Team lead]``: brackets without a target, where a person or a number is wanted."""
_CONTACT = pattern(r"(?i)\b(?:contacts?|phone|e-?mail|pager|on-?call|slack|escalation|alerts?|emergency)\b")
_EMPTY_CONTACT = pattern(r"(?i)^\W*(?:contact|phone|e-?mail|pager|on-?call)\b")


def blank_fields(source: Source) -> Iterator[Hit]:
    for line in document_lines(source.lines):
        if line.fence or len(line.text) > 1000:  # noqa: PLR2004 - a field is no long text
            continue
        problem = _row(source, line) if line.header else _field(line) or _unsigned(source, line)
        if problem:
            yield Hit(source.path, line.number, line.number, problem)


def _row(source: Source, line: DocumentLine) -> str | None:
    row = cells(line.text)
    for index, cell in enumerate(row):
        title = line.header[index] if index < len(line.header) else ""
        if index and _BRACKETED.search(cell) and _contact(line, title) and f"{cell}:" not in source.text:
            return f"The cell `{title[:60] or index + 1}` of this row only says whom to put there."
        if _CELL.match(cell) and (not _ADDRESS.search(cell) or _contact(line, title)):
            return f"The cell `{title[:60] or index + 1}` of this row is not filled in."
        if not cell and index and row[0] and _EMPTY_CONTACT.match(title):
            return f"The cell `{title[:60]}` of this row is empty."
    return None


def _field(line: DocumentLine) -> str | None:
    if reaches_nobody(line.text):
        return "Whom to reach here is not filled in."
    if not _FIELD.match(line.text):
        return None
    if _ADDRESS.search(line.text.rstrip("*_`. \t")) and not _contact(line, ""):
        return None
    return "This field is not filled in."


def _unsigned(source: Source, line: DocumentLine) -> str | None:
    """A blank signature, in a document that says that something is ready: elsewhere such lines make a form."""
    unsigned = _UNSIGNED.search(line.text) is not None and _DECLARES.search(source.path) is not None
    return "Nobody has signed: the line is blank." if unsigned else None


def _contact(line: DocumentLine, title: str) -> bool:
    """Whether an address here is meant to be written to: contacts, not instructions."""
    return (
        any(_CONTACT.search(text) for text in (line.heading, title))
        and "example" not in line.text.partition("@")[0].lower()
    )
