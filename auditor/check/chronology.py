"""Time and chain: dates against git and against documents that are answered, identifiers, siblings of the same day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from auditor.check.case import Case
from auditor.check.dates import days_in, stated_days
from auditor.check.decision import decision_of
from auditor.check.document import Document
from auditor.check.mentions import mentions
from auditor.check.moments import LONG_BEFORE
from auditor.check.reading import read_document
from auditor.check.resolution import Found, resolve
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words
from auditor.model.outcome import Decision

__all__ = ["chain_statements", "date_statements", "identifier_statements", "sibling_statements"]

_DAY = timedelta(days=1)
_IDENTIFIER = pattern(r"(?:^|[^\w-])([A-Z][A-Z0-9]{1,11}-\d{1,4})\b")
_RESOLVED = pattern(r"(?i)\b(?:resolved|fixed|closed|addressed|mitigated|remediated)\b|✅")
_UNRESOLVED = pattern(r"(?i)\b(?:never|not|no|yet)\b")
_REFERRED = pattern(r"(?i)\b(?:in|see|per|by|via|under|with|as|of)\s{1,2}[`*(\[]{0,3}$")
"""What stands before an identifier of something else than what is resolved."""
_SUBJECT = pattern(r"(?i)^\W*(?:component|subject|system|scope|project)\W{0,4}:\W{0,4}(.{3,200})$")
_MOST_NAMED = 8
_LEAST_NAME, _LONGEST_NAME = 5, 119
_KNOWN_STANDARDS = (
    "SHA-",
    "UTF-",
    "ISO-",
    "RFC-",
    "ADR-",
    "PR-",
    "AES-",
    "CWE-",
    "CVE-",
    "GPT-",
    "RSA-",
    "HTTP-",
    "OWASP-",
    "NIST-",
    "SOC-",
    "TLS-",
    "BASE-",
    "MD-",
    "EC-",
    "PCI-",
)


def date_statements(case: Case) -> Iterator[Statement]:
    """The document's own dates, against the commits that contain it and the first of the repository."""
    days = list(stated_days(case.document))
    history = case.history
    if (
        len(days) > 1
        and days[-1][1] < days[0][1]
        and words("dates.signed").search(case.document.by_number[days[-1][0]].plain)
    ):
        line, day = days[-1]
        yield contradicted(
            line, f"This is signed on {day}, and the document is dated {days[0][1]} (line {days[0][0]}).", "date"
        )
        return
    if not days or not history.changed:
        return
    changed = date.fromisoformat(history.changed)
    days = [one for one in days if one[1] <= changed + _DAY or not _may_be_next(case.document, one[0])]
    if not days:
        return
    line, day = max(days, key=lambda one: (one[1], -one[0]))
    first = date.fromisoformat(history.first) if history.first else None
    if day > changed + _DAY:
        told = f"The document is dated {day}, and the commit that contains it was made on {changed}"
        if first and first > changed:
            yield uncheckable(line, f"{told}, before the first of all: dates of commits were written anew.", "date")
        else:
            yield contradicted(line, f"{told}.", "date")
        return
    first_line, first_day = days[0]
    if first and not history.is_import and first_day < first - _DAY:
        told = f"The document is dated {first_day}, and the repository begins on {first}"
        is_meant = first_day in (*days_in(case.home), *days_in(case.document.title))
        if _latest(case.document, days) < first - LONG_BEFORE and not is_meant:
            yield contradicted(first_line, f"{told}.", "date")
        else:
            yield uncheckable(first_line, f"{told}; it may have been brought along from elsewhere.", "date")
        return
    yield supported(first_line, f"The date is not after the commit of {changed}.", "date")


def _may_be_next(document: Document, line: int) -> bool:
    """Whether a date may be that of what comes next: when the document shall be reviewed."""
    return matches("dates.ahead", document.by_number[line].plain)


def _latest(document: Document, days: list[tuple[int, date]]) -> date:
    """The latest day of the lines that date a document: ``2024-01-05 (draft), last updated 2024-03-02``."""
    return max(day for line, _ in days for day in days_in(document.by_number[line].plain))


def identifier_statements(case: Case) -> Iterator[Statement]:
    """The document's identifier, against those of the documents beside it."""
    own = _identifier(case.document)
    if own is None:
        return
    line, identifier = own
    for sibling in case.siblings():
        other = _identifier(sibling)
        if other and other[1] == identifier and sibling.lines != case.document.lines:
            told = f"`{identifier}` is also the identifier of `{sibling.path}` (line {other[0]})"
            if _names_document(case.document, line) or _names_document(sibling, other[0]):
                yield contradicted(line, f"{told}.", "identifier")
            else:
                yield uncheckable(line, f"{told}, and may be that of what both are about.", "identifier")
            return
    yield supported(line, f"No document beside this one is called `{identifier}`.", "identifier")


def _names_document(document: Document, line: int) -> bool:
    """Whether an identifier is that of one document, and not of an audit that may have several."""
    return matches("identifiers.of_document", document.by_number[line].plain.partition(":")[0])


def _identifier(document: Document) -> tuple[int, str] | None:
    for line in document.texts:
        label, colon, rest = line.plain.partition(":")
        value = rest.strip(" `*")
        if (
            colon
            and words("identifiers.labels").fullmatch(label.strip(" -|"))
            and _LEAST_NAME <= len(value) <= _LONGEST_NAME
            and " " not in value
        ):
            return line.number, value
    return None


def sibling_statements(case: Case) -> Iterator[Statement]:
    """The decision, against documents of the same day on the same subject that decide the opposite."""
    own, subject, day = decision_of(case.document), _subject(case.document), _own_day(case.document)
    if own not in (Decision.GO, Decision.NO_GO) or not subject or day is None:
        return
    for sibling in case.siblings():
        other = decision_of(sibling)
        opposite = {own, other} == {Decision.GO, Decision.NO_GO}
        if opposite and _subject(sibling) == subject and _own_day(sibling) == day and other:
            yield contradicted(
                1,
                f"This decides {own.value} on {subject}, and `{sibling.path}` of the same day decides {other.value}.",
                "sibling",
            )
            return


def _subject(document: Document) -> str:
    for line in document.texts[:60]:
        found = _SUBJECT.match(line.plain)
        if found:
            return found.group(1).strip().lower()
    return ""


def _own_day(document: Document) -> date | None:
    return next((day for _, day in stated_days(document)), None)


def _first_day(document: Document) -> date | None:
    """The day on which a document was written: when it was last updated says nothing of that."""
    days = ((line, day) for line, day in stated_days(document))
    return next((day for line, day in days if not matches("dates.updated", document.by_number[line].plain)), None)


def chain_statements(case: Case) -> Iterator[Statement]:
    """A re-audit against the document that it answers: its date, and the issues that were raised there."""
    for line, earlier in _answered(case):
        own, other = _own_day(case.document), _first_day(earlier)
        if own and other and other > own:
            yield contradicted(
                line, f"This is dated {own}, and answers `{earlier.path}`, which is dated {other}.", "chain date"
            )
        elif own and other:
            yield supported(line, f"`{earlier.path}` is not later than this document.", "chain date")
        yield from _issues(case.document, earlier, line)


def _answered(case: Case) -> Iterator[tuple[int, Document]]:
    """The documents beside this one that a line names as what went before."""
    if not case.views:
        return
    seen: set[str] = set()
    for mention in mentions(case.document):
        if not mention.path.endswith(".md") or not matches("dates.previous", mention.line.plain):
            continue
        resolution = resolve(mention.path, case.views[0], case.folder)
        path = resolution.paths[0] if resolution.found is Found.EXACT else ""
        if path and path != case.home and path not in seen:
            seen.add(path)
            found = next((one for one in case.siblings() if one.path == path), None) or _elsewhere(case, path)
            if found is not None:
                yield mention.line.number, found


def _elsewhere(case: Case, path: str) -> Document | None:
    """A document of another folder, as it was at the moment of record."""
    lines = case.views[0].lines(path)
    return read_document(path, "\n".join((*lines, "")).encode()) if lines else None


def _issues(document: Document, earlier: Document, line: int) -> Iterator[Statement]:
    raised, here = _issue_lines(earlier), _issue_lines(document)
    families = {identifier.rpartition("-")[0] for identifier in raised}
    for identifier, (number, text) in sorted(here.items()):
        is_resolved = _RESOLVED.search(text) and not _UNRESOLVED.search(text)
        is_resolved = is_resolved and not _REFERRED.search(text.partition(identifier)[0])
        if identifier.rpartition("-")[0] in families and identifier not in raised and is_resolved:
            yield contradicted(
                number, f"{identifier} is resolved here, and `{earlier.path}` never raised it.", identifier
            )
    dropped = sorted(set(raised) - set(here))
    if here and dropped and set(raised) & set(here):
        names = ", ".join(dropped[:_MOST_NAMED]) + (", ..." if len(dropped) > _MOST_NAMED else "")
        yield uncheckable(line, f"`{earlier.path}` raised {names}; nothing here says what became of that.", "dropped")


def _issue_lines(document: Document) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for line in document.texts:
        for match in _IDENTIFIER.finditer(line.plain):
            if not match.group(1).startswith(_KNOWN_STANDARDS):
                found.setdefault(match.group(1), (line.number, line.text))
    return found
