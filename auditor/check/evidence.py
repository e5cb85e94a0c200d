"""Cited files, lines and lengths against the repository at the moments at which they may have been true."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case, View
from auditor.check.document import Table, plain
from auditor.check.moments import held
from auditor.check.references import Mention, cited_by, is_foreign, is_planned, mentions
from auditor.check.resolution import Found, nearest, resolve, resolve_anywhere
from auditor.check.scores import number
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.ignored_paths import IgnoredPaths, matches_any
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["absence_statements", "file_statements", "length_statements", "range_statements"]

_ABOUT_TENTH = 10
_WRITTEN = (".json", ".log", ".csv", ".db", ".sqlite", ".xml", ".txt", ".html", ".pid", ".out", ".jsonl")
"""Endings of files of data, which a program may write when it runs."""
_BEHIND, _BEFORE = 60, 60
_LINES_HEAD = pattern(r"(?i)^(?:lines(?: of code)?|loc|line count|size \(lines\)|# ?lines)$")
_FILE_HEAD = pattern(r"(?i)^(?:files?|paths?|modules?|scripts?|documents?|file name|file path|component)$")
_LENGTH = pattern(r"^[^\w~≈]{0,2}([~≈]?)(\d[\d,]{0,8})(\+?)(?:\s?(?:lines?|LOC))?\W{0,2}$")
_COMMENT = ("#", "//", "*", "/*", "--", ";", "<!--", '"""')


def file_statements(case: Case) -> Iterator[Statement]:
    """Each file that the document says is there, once."""
    if not case.views:
        return
    foreign = is_foreign(case)
    seen: set[str] = set()
    for mention in mentions(case.document):
        if mention.path in seen or mention.is_pattern or not cited_by(mention) or _denied(mention):
            continue
        seen.add(mention.path)
        yield _file(case, mention, foreign=foreign)


def _file(case: Case, mention: Mention, *, foreign: bool) -> Statement:
    line, path = mention.line.number, mention.path
    for view in case.views:
        resolution = resolve(path, view, case.folder)
        if resolution.found is Found.EXACT:
            return supported(line, f"`{path}` is in the repository {view.label}.", path)
        if resolution.found is Found.MANY:
            return uncheckable(
                line, f"`{path}` may be any of {len(resolution.paths)} files, such as `{resolution.paths[0]}`.", path
            )
    return _missing(case, mention, foreign=foreign)


def _missing(case: Case, mention: Mention, *, foreign: bool) -> Statement:
    """A file that is not there at any moment: contradicted only where nothing else explains it."""
    line, path, record = mention.line.number, mention.path, case.views[0]
    places = (path.strip("/"), f"{case.folder}/{path}".strip("/"))
    later = next((label for place in places for label, _ in case.versions(place)), "")
    elsewhere = record.by_name.get(path.rpartition("/")[2], ())
    explained = ""
    if foreign:
        explained = f"`{path}` is not here: the document speaks of another repository."
    elif later:
        explained = f"`{path}` is not in the repository {record.label}; it is {later}."
    elif elsewhere:
        explained = f"`{path}` is not in the repository {record.label}; `{elsewhere[0]}` is."
    elif _is_ignored(path.strip("/"), record):
        explained = f"`{path}` is not in the repository {record.label}; git is told to ignore it."
    elif path.endswith(_WRITTEN) and not (mention.first or mention.count):
        explained = f"`{path}` is not in the repository {record.label}; a program may write it."
    elif "/" not in path and not (mention.first or mention.count):
        explained = f"No file is called `{path}`, and where it would be is not told."
    if explained:
        return uncheckable(line, explained, path)
    near = nearest(path, record)
    hint = f"; `{near}` is" if near else ""
    return held(case, line, f"`{path}` is not in the repository {record.label}{hint}.", path)


def _is_ignored(path: str, view: View) -> bool:
    """Whether the .gitignore at the root ignores a path: whoever wrote the document may have it."""
    ignored = view.fact(".gitignore", IgnoredPaths)
    return ignored is not None and matches_any(ignored.patterns, path)


def _denied(mention: Mention) -> bool:
    """Whether the line says that the file is not there."""
    text = mention.line.plain
    return matches("absence.after", mention.line.text[mention.end :][:_BEHIND]) or matches(
        "absence.before", text[:_BEFORE]
    )


def range_statements(case: Case) -> Iterator[Statement]:
    """Each cited line or range of lines, against the length of the file."""
    seen: set[tuple[str, int]] = set()
    for mention in mentions(case.document):
        key = (mention.path, mention.last)
        if not mention.first or key in seen:
            continue
        seen.add(key)
        lengths = dict(_lengths(case, mention.path))
        if lengths:
            yield _range(case, mention, lengths)


def _range(case: Case, mention: Mention, lengths: dict[str, int]) -> Statement:
    line, cited = mention.line.number, f"{mention.path}:{mention.first}"
    cited += f"-{mention.last}" if mention.last != mention.first else ""
    if mention.last < mention.first:
        return uncheckable(line, f"`{cited}` ends before it begins.", cited)
    if any(mention.last <= length + 1 for length in lengths.values()):
        return supported(line, f"`{cited}` lies within the file.", cited)
    where, length = next(iter(lengths.items()))
    return held(case, line, f"`{cited}` is cited, and the file has {length} lines {where}.", cited)


def _lengths(case: Case, path: str) -> Iterator[tuple[str, int]]:
    """The lengths of the file at every moment, and in its other versions; nothing where several files may be meant."""
    for view in case.views:
        resolution = resolve(path, view, case.folder)
        lines = view.lines(resolution.paths[0]) if resolution.found is Found.EXACT else None
        if resolution.found is Found.MANY:
            return
        if lines is not None:
            yield view.label, len(lines)
    for _, real in resolve_anywhere(path, case)[:1]:
        for label, lines in case.versions(real):
            yield label, len(lines)


def length_statements(case: Case) -> Iterator[Statement]:
    """Each claimed length of a file, in text and in tables."""
    for mention in mentions(case.document):
        if mention.count and not is_planned(mention):
            yield from _length(case, mention)
    for table in case.document.tables:
        for mention in _of_table(table, case):
            yield from _length(case, mention)


def _of_table(table: Table, case: Case) -> Iterator[Mention]:
    heads = [plain(cell) for cell in table.header]
    length = next((index for index, head in enumerate(heads) if _LINES_HEAD.match(head)), None)
    if length is None or not heads or not _FILE_HEAD.match(heads[0]):
        return
    by_line = {mention.line.number: mention for mention in mentions(case.document)}
    for row in table.rows:
        mention = by_line.get(row.number)
        if mention and is_planned(mention):
            continue
        match = _LENGTH.match(plain(row.cells[length])) if length < len(row.cells) else None
        count = number(match.group(2)) if match else None
        if mention and not mention.count and match and count and mention.path in row.cells[0]:
            yield Mention(
                mention.line, mention.path, count=int(count), at_least=bool(match.group(3)), about=bool(match.group(1))
            )


def _length(case: Case, mention: Mention) -> Iterator[Statement]:
    known = [
        (view, one)
        for view in case.views
        for one in (resolve(mention.path, view, case.folder),)
        if one.found is Found.EXACT and view.lines(one.paths[0]) is not None
    ]
    if not known:
        return
    line, symbol = mention.line.number, f"{mention.path} {mention.count} lines"
    for view, resolution in known:
        if _fits(mention, view.lines(resolution.paths[0]) or ()):
            yield supported(line, f"`{mention.path}` has {mention.count} lines {view.label}.", symbol)
            return
    real = known[0][1].paths[0]
    for label, lines in case.versions(real):
        if _fits(mention, lines):
            yield uncheckable(
                line, f"`{mention.path}` has {mention.count} lines {label}, and another number at the time.", symbol
            )
            return
    if mention.about:
        yield uncheckable(line, f"`{mention.path}` is said to have about {mention.count} lines.", symbol)
        return
    actual = len(known[0][0].lines(real) or ())
    yield held(case, line, f"`{mention.path}` has {actual} lines {known[0][0].label}, and not {mention.count}.", symbol)


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


def absence_statements(case: Case) -> Iterator[Statement]:
    """Each claim that a file is not there."""
    for mention in mentions(case.document):
        if case.views and _is_denial(mention):
            yield _absence(case, mention)


def _is_denial(mention: Mention) -> bool:
    text = mention.line.text
    if matches("absence.mended", mention.line.plain) or any(
        matches("absence.mended", one) for one in mention.line.section.path[1:]
    ):
        return False
    behind, before = text[mention.end :][:_BEHIND], text[: mention.start][-_BEFORE:]
    if "/" not in mention.path and not mention.is_pattern:
        return False
    none_found = words("absence.none_found").match(text[: mention.start].lstrip("-*# ❌⚠️").replace("`", ""))
    return (
        matches("absence.after", behind)
        or matches("absence.before", before)
        or (none_found is not None and matches("absence.found_after", behind))
    )


def _absence(case: Case, mention: Mention) -> Statement:
    line, path = mention.line.number, mention.path
    there: list[tuple[View, str]] = []
    for view in [view for view in case.views if not view.is_past]:
        resolution = resolve(path, view, case.folder)
        exact = [one for one in resolution.paths if one.endswith(path.strip("/")) or mention.is_pattern]
        if not exact:
            return supported(line, f"`{path}` is not in the repository {view.label}.", f"no {path}")
        there.append((view, exact[0]))
    view, real = there[0]
    if case.history.is_import:
        return uncheckable(
            line, f"`{path}` is said not to be there, and came in one commit with all else.", f"no {path}"
        )
    return held(
        case, line, f"`{path}` is said not to be there, and `{real}` is in the repository {view.label}.", f"no {path}"
    )
