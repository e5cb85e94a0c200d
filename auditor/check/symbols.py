"""Functions, classes and other names that a document says a file has, against that file and all code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.check.case import Case, View
from auditor.check.code_words import code_of, normal_name, stands_in
from auditor.check.document import Document, Kind, Line
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import is_of_a_plan, located
from auditor.check.resolution import Found
from auditor.check.statement import Statement, Verdict, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["NAME", "is_distinct", "symbol_statements"]

NAME = r"`(?:[A-Za-z_$][\w$]{0,60}(?:\.|::|->|#)){0,3}([A-Za-z_$][\w$]{2,80})(\([^`]{0,80}\))?`"
"""A name in marks of code, with what it belongs to before it and its arguments behind."""

_BEFORE = pattern(
    NAME
    + r"\s{0,2}(?:(?:function|method|class|helper|hook|component|handler|decorator|fixture|constant)\s)?"
    + r"(?:(?:is |are )?(?:defined |implemented |located |found )?(?:in|inside|within|at)\s(?:the\s)?(?:file\s)?|\(|[\x{2014}\x{2013}@-]{1,2}\s|\|\s?)[`(\[]{0,2}$"
)
_BEHIND = pattern(
    r"^[`\])]{0,3}(?:[:#]L?\d{1,6}(?:-L?\d{1,6})?[`)]{0,2})?\s{0,2}(?:\((?:lines? )?L?\d{1,6}(?:\s?[-\x{2013}]\s?L?\d{1,6})?\)\s?)?"
    r"(?:::?|[\x{2014}\x{2013}\x{2192}-]{1,2}>?|\(|(?:defines|exports|provides|contains|implements|has))\s{0,2}"
    r"(?:(?:the|a|an|function|method|class|helper|hook|component|handler)\s){0,2}" + NAME
)
_ITEM = pattern(r"^\W{0,6}" + NAME)
_TEXTS = (".md", ".mdx", ".txt", ".rst", ".adoc")
"""Endings of files that tell of code, and have none of their own."""
_DISTINCT = 8
_MOST = 400
_NEAR = 140


@dataclass(frozen=True, slots=True)
class _Named:
    """A name and the file that is said to have it."""

    mention: Mention
    name: str


def symbol_statements(case: Case) -> Iterator[Statement]:
    """Each name that a line says one file has: contradicted where it stands nowhere in the code, at any moment."""
    seen: set[tuple[str, str]] = set()
    heads = _heads(case.document)
    for named in _named(case.document) if case.views else ():
        key = (named.mention.path, named.name)
        if key in seen or len(seen) >= _MOST or matches("absence.denied", _without(named.mention.line, named)):
            continue
        seen.add(key)
        is_aside = _is_aside(named, heads.get(named.mention.line.number, ""))
        yield from (one for one in _judged(case, named) if one.verdict is Verdict.SUPPORTED or not is_aside)


def _heads(document: Document) -> dict[int, str]:
    """The words at the head of the table that a row stands in."""
    return {row.number: " ".join(table.header) for table in document.tables for row in table.rows}


def _named(document: Document) -> Iterator[_Named]:
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    label: Line | None = None
    for line in document.texts:
        found = by_line.get(line.number, [])
        if "`" in line.text and _is_one_file(found):
            yield from _of_line(found[0])
        elif line.kind is Kind.ITEM and not found:
            yield from _of_item(line, by_line, label)
        label = line if line.kind is Kind.PARAGRAPH else label


def _is_one_file(found: list[Mention]) -> bool:
    is_one = len({one.path for one in found}) == 1 and not found[0].is_pattern
    return is_one and not found[0].path.lower().endswith(_TEXTS)


def _of_item(line: Line, by_line: dict[int, list[Mention]], label: Line | None) -> Iterator[_Named]:
    """A name that begins an item, of the one file that the line above its list names, or the title."""
    match = _ITEM.match(line.text)
    if not match or not _is_code(match.group(1), match.group(2)):
        return
    is_labelled = label is not None and label.plain == line.label
    above = by_line.get(label.number, []) if label and is_labelled else by_line.get(line.section.line, [])
    if above and _is_one_file(above):
        yield _Named(replace(above[0], line=line), match.group(1))


def _of_line(mention: Mention) -> Iterator[_Named]:
    text = mention.line.text.replace("**", "  ")
    start = text.find(mention.path)
    before = _BEFORE.search(text[max(0, start - _NEAR) : start]) if start >= 0 else None
    behind = _BEHIND.match(text[start + len(mention.path) :][:_NEAR]) if start >= 0 else None
    for match in (before, behind):
        if match and _is_code(match.group(1), match.group(2)):
            yield _Named(mention, match.group(1))


def _is_code(name: str, arguments: str) -> bool:
    return bool(arguments) or is_distinct(name)


def is_distinct(name: str) -> bool:
    """Whether a name is one that no sentence has by chance: long, and of several words."""
    inner = name.strip("_$")
    humps = sum(one.isupper() for one in inner[1:]) if not inner.isupper() else 0
    return len(inner) >= _DISTINCT and ("_" in inner or humps > 0)


def _is_aside(named: _Named, head: str) -> bool:
    """Whether a line speaks of what is to come, is gone or is not there."""
    line = named.mention.line
    around = (_without(line, named), line.label, head, *line.section.path[1:])
    asides = ("negated", "references.loose", "references.planned", "references.gone", "symbols.aside")
    return is_of_a_plan(line) or any(matches(word, text) for word in asides for text in around if _counts(line, text))


def _counts(line: Line, text: str) -> bool:
    return bool(text) and (line.kind is not Kind.HEADING or text != line.section.title)


def _without(line: Line, named: _Named) -> str:
    return line.text.replace(named.mention.path, " ").replace(named.name, " ")


def _judged(case: Case, named: _Named) -> Iterator[Statement]:
    known = [
        (view, one.paths[0])
        for view in case.views
        for one in (located(named.mention, view, case.folder),)
        if one.found is Found.EXACT and view.lines(one.paths[0])
    ]
    if not known:
        return
    line, path, name = named.mention.line.number, named.mention.path, named.name
    symbol = f"{name} in {path}"
    for view, real in known:
        if stands_in(view, real, name):
            yield supported(line, f"`{name}` stands in `{path}` {view.label}.", symbol)
            return
    drift = _drift(case, known[0][0], known[0][1], name)
    if drift:
        yield uncheckable(line, f"`{name}` stands in `{path}` {drift}, and not at the time.", symbol)
    elif not is_distinct(name) or not all(_is_nowhere(view, name) for view in case.views):
        yield uncheckable(line, f"`{name}` does not stand in `{path}` {known[0][0].label}, and may elsewhere.", symbol)
    else:
        fault = f"`{name}` is said to be in `{path}`, and stands nowhere in the code {known[0][0].label}."
        yield held(case, line, fault, symbol)


def _drift(case: Case, view: View, real: str, name: str) -> str:
    """The other version of the file that has the name; empty where none has."""
    for label, lines in case.versions(real):
        if stands_in(view.with_lines(label, real, lines), real, name):
            return label
    return ""


def _is_nowhere(view: View, name: str) -> bool:
    code = code_of(view)
    return code.is_whole and normal_name(name) not in code.names
