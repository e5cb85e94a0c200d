"""Functions, classes and methods that a document calls missing, against what the code defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor.check.case import Case, View
from auditor.check.code_words import code_of, defined_at, definers_of, normal_name, stands_in
from auditor.check.document import Line
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import is_of_a_plan, located
from auditor.check.resolution import Found
from auditor.check.statement import Statement, supported, uncheckable
from auditor.check.symbols import NAME, is_distinct
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["absent_symbol_statements"]

_NAME = pattern(NAME)
_BEFORE, _BEHIND = 60, 60
_BODY, _SHORTEST = 25, 3
_MOST = 200


@dataclass(frozen=True, slots=True)
class _Denied:
    """A name that a line calls missing, and the one file in which it is missed; in all of the code without one."""

    line: Line
    name: str
    mention: Mention | None = None

    @property
    def where(self) -> str:
        return f" in `{self.mention.path}`" if self.mention else ""


def absent_symbol_statements(case: Case) -> Iterator[Statement]:
    """Each name that a line misses in the one file that it names, or in all of the code.

    It is contradicted only where the file had defined it before the document came, and still does: what was written
    together with the document may be what was missed.
    """
    for denied in islice(_denied(case) if case.views else (), _MOST):
        yield from _judged(case, denied)


def _denied(case: Case) -> Iterator[_Denied]:
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(case.document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for line in case.document.texts:
        found = by_line.get(line.number, [])
        if "`" not in line.text or len({one.path for one in found}) > 1 or _is_aside(line):
            continue
        if not found:
            yield from (_Denied(line, name) for name, is_sure in _missed(line) if is_sure)
        elif not found[0].is_pattern:
            yield from (_Denied(line, name, found[0]) for name, _ in _missed(line))


def _missed(line: Line) -> Iterator[tuple[str, bool]]:
    """The names that a line calls missing; whether it says so of a function or class, and of no one place."""
    text = line.text.replace("**", "")
    for match in _NAME.finditer(text):
        before, behind = text[: match.start()][-_BEFORE:], text[match.end() :][:_BEHIND]
        is_missed = matches("symbols.denied", before) or matches("symbols.denied_behind", behind)
        is_called = bool(match.group(2)) or matches("symbols.noun", text[match.end() :])
        if is_missed and (is_called or is_distinct(match.group(1))):
            is_sure = is_called and is_distinct(match.group(1)) and _is_of_all(behind)
            yield match.group(1), is_sure and "." not in match.group().partition("(")[0]


def _is_of_all(behind: str) -> bool:
    """Whether a name is missed in all of the code: an error that a run gave, or a part of it, tells of one place."""
    return matches("symbols.everywhere", behind) and not matches("symbols.scoped", behind)


def _is_aside(line: Line) -> bool:
    around = (line.plain, *line.section.path[1:])
    return is_of_a_plan(line) or any(matches("absence.mended", text) for text in around)


def _judged(case: Case, denied: _Denied) -> Iterator[Statement]:
    views = [view for view in case.views if not view.is_past]
    line, name = denied.line.number, denied.name
    symbol = f"no {name}{denied.where}"
    if any(_is_nowhere(case, denied, view) for view in views):
        yield supported(line, f"`{name}` stands nowhere{denied.where or ' in the code'} {views[0].label}.", symbol)
        return
    known = [(view, real) for view in views if (real := _real(case, denied, view))]
    if len(known) != len(views):
        return
    view, real = known[0]
    if not all(_is_done(one, where, name) for one, where in known):
        yield uncheckable(line, f"`{name}` stands in `{real}` {view.label}, and what it does is not told.", symbol)
    elif not _was_there(case, denied):
        yield uncheckable(line, f"`{name}` is in `{real}`, and came in one commit with the document.", symbol)
    else:
        number = defined_at(view, real, name)
        fault = f"`{name}` is said not to be there, and `{real}` defines it in line {number} {view.label}."
        yield held(case, line, fault, symbol)


def _is_nowhere(case: Case, denied: _Denied, view: View) -> bool:
    if denied.mention is None:
        code = code_of(view)
        return code.is_whole and normal_name(denied.name) not in code.names
    real = _real(case, denied, view)
    return bool(real) and not stands_in(view, real, denied.name)


def _real(case: Case, denied: _Denied, view: View) -> str:
    """The file that is meant; without one, the first of the shipped code that defines the name."""
    if denied.mention is None:
        return next(iter(definers_of(view, denied.name)), "")
    found = located(denied.mention, view, case.folder)
    return found.paths[0] if found.found is Found.EXACT and view.lines(found.paths[0]) else ""


def _is_done(view: View, path: str, name: str) -> bool:
    """Whether a file defines a name, and not as a stub: with a body of some lines, none of which says so."""
    number = defined_at(view, path, name)
    body = (view.lines(path) or ())[number - 1 : number - 1 + _BODY] if number else ()
    return len(body) >= _SHORTEST and not any(matches("symbols.stub", text) for text in body)


def _was_there(case: Case, denied: _Denied) -> bool:
    """Whether the name was defined before the document came, and the document tells of nobody who made it."""
    before = case.before()
    real = _real(case, denied, before) if before else ""
    if case.history.is_import or (before is not None and not (real and defined_at(before, real, denied.name))):
        return False
    others = (line for line in case.document.texts if line.number != denied.line.number)
    return not any(denied.name in line.text and matches("absence.repaired", line.plain) for line in others)
