"""Claimed lengths of files, in text, in tables and in drawn trees, against those that they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.check.case import Case, View
from auditor.check.document import Document, Table, plain
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import is_changed, is_measured, is_planned, located
from auditor.check.resolution import Found, is_foreign_path
from auditor.check.scores import number
from auditor.check.statement import Statement, supported, uncheckable
from auditor.check.titled import titled_mentions
from auditor.check.trees import placed, tree_mentions
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["length_statements"]

_ABOUT_TENTH = 10
_ROUNDED = ((50, 10), (10, 5), (5, 2))
"""How far numbers that are divisible by so much may be from the length, in percent."""
_MOST_TENTHS = 7
"""Of the code without blanks and comments, as ours: other tools leave imports and braces out as well."""
_LINES_HEAD = pattern(r"(?i)^(?:lines(?: of code)?|loc|line count|size \(lines\)|# ?lines)$")
_FILE_HEAD = pattern(r"(?i)^(?:files?|paths?|modules?|scripts?|documents?|file name|file path|component)$")
_OF_CODE = pattern(r"(?i)\b(?:loc|sloc|(?:lines of )?code)\b")
_LENGTH = pattern(r"^(?:[^\w~≈+-]{0,2})([~≈]?)(\d[\d,]{0,8})(\+?)(?:\s?(?:lines?|LOC))?\W{0,2}$")
_PLACE = pattern(
    r"^L?\d{1,6}(?:\s?[-\x{2013}]\s?L?\d{1,6})?(?:,\s+L?\d{1,6}\b(?:\s?[-\x{2013}]\s?L?\d{1,6})?)+$|^L?\d{1,6}\s?[-\x{2013}]\s?L?\d{1,6}$|^L\d+$"
)
_COMMENT = ("#", "//", "*", "/*", "--", ";", "<!--", '"""', "{/*")
_LONG_COMMENTS = (('"""', '"""'), ("'''", "'''"), ("/*", "*/"), ("<!--", "-->"))
_MOST_NAMESAKES = 20


def length_statements(case: Case) -> Iterator[Statement]:
    """Each claimed length of a file."""
    drawn = (replace(one, path=placed(case, one.path)) for one in case.document.derive(tree_mentions))
    for mention in (*mentions(case.document), *titled_mentions(case), *(one for one in drawn if one.path)):
        is_aside = any(matches(word, mention.line.plain) for word in ("references.measured", "references.former"))
        if mention.count and not is_planned(mention) and not is_aside:
            yield from _length(case, replace(mention, is_part=mention.is_part or is_changed(mention)))
    for table in case.document.tables:
        for mention in _of_table(table, case.document):
            yield from _length(case, mention)


def _of_table(table: Table, document: Document) -> Iterator[Mention]:
    heads = [plain(cell) for cell in table.header]
    length = next((index for index, head in enumerate(heads) if _LINES_HEAD.match(head)), None)
    name = next((index for index, head in enumerate(heads) if _FILE_HEAD.match(head)), None)
    if length is None or name is None or any(_is_place(row.cells, length) for row in table.rows):
        return
    is_of_changes = matches("references.changed", " ".join(heads))
    by_line = {mention.line.number: mention for mention in mentions(document)}
    for row in table.rows:
        mention = by_line.get(row.number)
        if (
            mention is None
            or mention.count
            or mention.first
            or len(row.cells) <= max(name, length)
            or _is_aside(mention)
        ):
            continue
        match = _LENGTH.match(plain(row.cells[length]))
        count = number(match.group(2)) if match else None
        if match and count and mention.path in row.cells[name]:
            yield replace(
                mention,
                count=int(count),
                at_least=bool(match.group(3)),
                about=bool(match.group(1)),
                is_of_code=_OF_CODE.search(f"{heads[length]} {table.section.title}") is not None,
                is_part=is_of_changes or is_changed(mention),
            )


def _is_place(cells: tuple[str, ...], column: int) -> bool:
    """Whether a cell names lines, and not how many there are: ``279-330, 737``."""
    return len(cells) > column and _PLACE.match(plain(cells[column])) is not None


def _is_aside(mention: Mention) -> bool:
    return is_planned(mention) or is_measured(mention)


def _length(case: Case, mention: Mention) -> Iterator[Statement]:
    known = [
        (view, one.paths[0], view.lines(one.paths[0]) or ())
        for view in case.views
        for one in (located(mention, view, case.folder),)
        if one.found is Found.EXACT and view.lines(one.paths[0]) is not None
    ]
    if not known:
        return
    line, symbol = mention.line.number, f"{mention.path} {mention.count} lines"
    for view, _, lines in known:
        if _fits(mention, lines):
            yield supported(line, f"`{mention.path}` has {mention.count} lines {view.label}.", symbol)
            return
    view, real, lines = known[0]
    fault = f"`{mention.path}` has {len(lines)} lines {view.label}, and not {mention.count}."
    lengths = [len(lines) for _, _, lines in known]
    about = replace(mention, about=mention.about or any(_is_rounded(mention, length) for length in lengths))
    explained = _explained(case, about, real, max(lengths))
    yield uncheckable(line, explained, symbol) if explained else held(case, line, fault, symbol)


def _explained(case: Case, mention: Mention, real: str, longest: int) -> str:
    """Why a file that is not as long as claimed contradicts nobody; empty where nothing explains it."""
    for label, lines in case.versions(real):
        if _fits(mention, lines):
            return f"`{mention.path}` has {mention.count} lines {label}, and another number at the time."
    if mention.about:
        return f"`{mention.path}` is said to have about {mention.count} lines."
    if mention.is_part and mention.count <= longest:
        return f"`{mention.path}` has {longest} lines; whether {mention.count} of them are meant is not told."
    if (
        mention.is_of_code
        and not mention.at_least
        and _code_lines(case, mention) * _MOST_TENTHS <= mention.count * _ABOUT_TENTH <= longest * _ABOUT_TENTH
    ):
        return f"`{mention.path}` has {longest} lines; how many of them count as code is not told."
    other = _namesake(case.views[0], mention, real)
    return f"`{other}` has {mention.count} lines, and `{real}` has not." if other else ""


def _is_rounded(mention: Mention, length: int) -> bool:
    """Whether a round number is near to the length, the nearer the less round it is: nobody counted."""
    percent = next((percent for step, percent in _ROUNDED if mention.count % step == 0), 0)
    percent = min(percent, _ROUNDED[-1][1]) if mention.at_least else percent
    return bool(percent) and abs(length - mention.count) * 100 <= length * percent


def _code_lines(case: Case, mention: Mention) -> int:
    """The fewest lines of code that anybody may count: without blanks, comments and texts that describe."""
    counts = []
    for view in case.views:
        resolution = located(mention, view, case.folder)
        if resolution.found is Found.EXACT:
            counts.append(_bare(view.lines(resolution.paths[0]) or ()))
    return min(counts, default=0)


def _bare(lines: tuple[str, ...]) -> int:
    count, closing = 0, ""
    for line in lines:
        text = line.strip()
        opening = next((end for begin, end in _LONG_COMMENTS if text.startswith(begin)), "")
        if closing:
            closing = "" if closing in text else closing
        elif opening:
            closing = "" if opening in text[len(opening) :] else opening
        elif text and not text.startswith(_COMMENT):
            count += 1
    return count


def _namesake(view: View, mention: Mention, real: str) -> str:
    """Another file of the same name that is as long as claimed; empty where there is none."""
    named = [path for path in view.by_name.get(real.rpartition("/")[2], ()) if path != real]
    kept = [path for path in named if not is_foreign_path(path)][:_MOST_NAMESAKES]
    return next((path for path in kept if _fits(mention, view.lines(path) or ())), "")


def _fits(mention: Mention, lines: tuple[str, ...]) -> bool:
    """Whether a file has as many lines: counted with or without the last one, with or without blanks and comments."""
    length = len(lines)
    if mention.at_least:
        return length + 1 >= mention.count
    if mention.about:
        return abs(length - mention.count) * _ABOUT_TENTH <= max(length, mention.count)
    filled = [line.strip() for line in lines if line.strip()]
    code = [line for line in filled if not line.startswith(_COMMENT)]
    return mention.count in (length - 1, length, length + 1, len(filled), len(code))
