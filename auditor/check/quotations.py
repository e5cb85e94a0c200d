"""Code that a document quotes, against the file that it names: at the place, elsewhere, in another version, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case, View
from auditor.check.moments import held
from auditor.check.quoted import Quotation, quotations
from auditor.check.references import located
from auditor.check.resolution import Found, resolve_anywhere
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.pattern import pattern

__all__ = ["quotation_statements"]

_SPACES = pattern(r"\s+")
_WORD = pattern(r"[A-Za-z_]\w*")
_DEFINES = pattern(
    r"\b(?:def|class|function|func|fn|interface|type|struct|enum|const|let|var|trait|module)\s+(?:\([^)]{0,60}\)\s*)?([A-Za-z_]\w*)"
)
_BUILDS = pattern(r"\b(?:def|class|function|func|fn|interface|type|struct|enum|trait|CREATE)\s+[A-Za-z_(]")
_MOST_COMPARED, _MOST_LINES, _MOST_QUOTED = 2, 8_000, 40
_FEWEST = 2
_MANY = 0.85
_FEW, _SEVERAL = 0.2, 5


def quotation_statements(case: Case) -> Iterator[Statement]:
    """Each code block below a file's name, against the content of that file."""
    if not case.views:
        return
    for quotation in quotations(case.document):
        yield from _judged(case, quotation)


def _judged(case: Case, quotation: Quotation) -> Iterator[Statement]:
    path, line = quotation.mention.path, quotation.start
    files, symbol = resolve_anywhere(path, case), f"quotation {path}"
    if not files:
        return
    shares = [_share(quotation, view.lines(real) or ()) for view, real in files]
    best, where = max(shares), files[0][1]
    if best >= _MANY:
        view, real = files[shares.index(best)]
        yield supported(line, f"The quotation is in `{real}` {view.label}.", symbol)
        return
    explained = _explained(case, quotation, files, best)
    if explained:
        yield uncheckable(line, explained, symbol)
        return
    hits = round(best * len(quotation.lines))
    told = f"{hits or 'none'} {'is' if hits <= 1 else 'are'} in `{where}` {files[0][0].label}"
    yield held(case, line, f"Of {len(quotation.lines)} quoted lines {told}.", symbol, quotation.end)


def _explained(case: Case, quotation: Quotation, files: tuple[tuple[View, str], ...], best: float) -> str:
    """Why code that is not in the file contradicts nobody; empty where nothing explains it."""
    path, where = quotation.mention.path, files[0][1]
    drift = next((label for label, lines in case.versions(where) if _share(quotation, lines) >= _MANY), "")
    if drift:
        return f"The quotation is in `{where}` {drift}, and not at the time."
    if best > _FEW or (best and len(quotation.lines) < _SEVERAL):
        return f"{round(best * 100)}% of the quoted lines are in `{where}`."
    if not any(located(quotation.mention, view, case.folder).found is Found.EXACT for view in case.views):
        return f"`{path}` may be another file than `{where}`."
    if not quotation.is_certain:
        return f"Whether the code is quoted from `{where}` or told in short is not clear."
    if _is_use(quotation, files):
        return f"The code uses what `{where}` defines, and may be an example of that."
    return f"The code is like that of `{where}`, in other words." if _is_told_in_short(quotation, files) else ""


def _is_use(quotation: Quotation, files: tuple[tuple[View, str], ...]) -> bool:
    """Whether the code defines nothing, and names what the file defines."""
    if any(_BUILDS.search(line) for line in quotation.source):
        return False
    used = {match.group() for line in quotation.source for match in _WORD.finditer(line[:400])}
    for view, real in files[:_MOST_COMPARED]:
        defined = (_DEFINES.search(line) for line in (view.lines(real) or ())[:_MOST_LINES])
        if any(found is not None and len(found.group(1)) > _FEWEST and found.group(1) in used for found in defined):
            return True
    return False


def _is_told_in_short(quotation: Quotation, files: tuple[tuple[View, str], ...]) -> bool:
    """Whether most of the quoted lines are near to one of the file: whoever wrote them had read it."""
    for view, real in files[:_MOST_COMPARED]:
        known = {words for words in map(_words_of, (view.lines(real) or ())[:_MOST_LINES]) if words}
        quoted = [_words_of(line) for line in quotation.lines[:_MOST_QUOTED]]
        if sum(any(_is_near(own, other) for other in known) for own in quoted) * 2 >= len(quoted):
            return True
    return False


def _words_of(line: str) -> frozenset[str]:
    return frozenset(match.group() for match in _WORD.finditer(_SPACES.sub("", line)[:400]))


def _is_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two lines have most of their words in common."""
    return len(one & other) * 10 >= len(one | other) * 6 and bool(one)


def _share(quotation: Quotation, lines: tuple[str, ...]) -> float:
    """The part of the quoted lines that a file has, wherever they stand in it."""
    text = "\n".join(_SPACES.sub("", line) for line in lines)
    return sum(line in text for line in quotation.lines) / len(quotation.lines)
