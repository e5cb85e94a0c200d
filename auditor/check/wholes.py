"""Counts that a document gives of a folder or of the whole repository: contradicted where there are fewer in all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.moments import held
from auditor.check.references import is_aside, is_foreign
from auditor.check.resolution import Found, is_foreign_path, resolve
from auditor.check.statement import Statement, supported, uncheckable
from auditor.check.trees import placed, tree_entries
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["folder_statements", "whole_statements"]

_FOLDER = r"`((?:[A-Za-z0-9_.@-]+/)+)`"
_FILES_BEHIND = pattern(
    _FOLDER
    + r"[\s*]{0,3}(?:[(:,\x{2013}\x{2014}-]|has|holds|contains|with)\s{0,2}(\d{1,5})(\+?) (?:\w+ )?files\b([^.;|]{0,20})"
)
_FILES_BEFORE = pattern(
    r"(?:^|[^\w.,/-])(\d{1,5})(\+?) (?:\w+ )?files (?:are )?(?:in|under|below|inside) (?:the )?" + _FOLDER
)
_FILES_DRAWN = pattern(
    r"^\s{0,60}(?:#|//|\x{2013}|\x{2014}|-|←)?\s{0,2}[(\[]?(\d{1,5})(\+?) (?:\w+ )?files\b[)\]]?\s*(?:$|[:\x{2013}\x{2014}-]\s.{0,80}$)"
)
_TEST_FILES = pattern(
    r"(?i)(?:^|[^\w.,/~-])(\d{1,5})(\+?) (?:\w+ )?test files\b|\btest files?\W{1,5}(\d{1,5})(\+?)\W*$"
)
_TOTAL = pattern(
    r"(?i)^\W{0,4}(?:total |code )?(?:lines of code|loc|lines of production code)(?: written| in total| total)?(?: \(loc\))?[\s*:|]{1,6}~?(\d{1,3}(?:,\d{3})+|\d{1,7})\+?(?: lines)?\W{0,4}$"
)
_MOST_FILES, _MOST_BYTES = 3_000, 40_000_000
_CODE_IN = 20
_MAY_TEST = pattern(r"(?i)test|spec|check|bench|e2e|cypress|features?/")
"""What the path of a file that holds tests may have in it, and of many that hold none."""


def folder_statements(case: Case) -> Iterator[Statement]:
    """Each number of files that a line gives of the one folder that it names."""
    for line in case.document.texts if case.views else ():
        behind, before = _FILES_BEHIND.search(line.text), _FILES_BEFORE.search(line.text)
        if line.text.count("/`") != 1 or _is_aside(line):
            continue
        if before:
            yield from _folder(case, line, before.group(3), int(before.group(1)), at_least=bool(before.group(2)))
        elif behind:
            yield from _folder(case, line, behind.group(1), int(behind.group(2)), at_least=bool(behind.group(3)))
    yield from _drawn(case) if case.views else ()


def _drawn(case: Case) -> Iterator[Statement]:
    for entry in case.document.derive(tree_entries):
        found = _FILES_DRAWN.match(entry.behind) if entry.is_folder and not _is_aside(entry.line) else None
        path = placed(case, entry.path) if found else ""
        if found and ("/" in path or any(path in view.folders for view in case.views)):
            yield from _folder(case, entry.line, path, int(found.group(1)), at_least=bool(found.group(2)))


def _is_aside(line: Line) -> bool:
    return is_aside(line, "references.planned", "references.changed", "expectation")


def _folder(case: Case, line: Line, path: str, claimed: int, *, at_least: bool) -> Iterator[Statement]:
    counts = [(view, _inside(view, path, case.folder)) for view in case.views]
    known = [(view, found) for view, found in counts if found]
    if len(known) != len(case.views):
        return
    symbol, most = f"{path} {claimed} files", max(max(found) for _, found in known)
    if any(claimed in found or (at_least and max(found) >= claimed) for _, found in known):
        yield supported(line.number, f"`{path}` holds {claimed} files.", symbol)
    elif claimed > most:
        label = case.views[0].label
        yield held(case, line.number, f"`{path}` holds {most} files {label}, and not {claimed}.", symbol)
    else:
        yield uncheckable(line.number, f"`{path}` holds {most} files; which {claimed} are meant is not told.", symbol)


def _inside(view: View, path: str, folder: str) -> frozenset[int]:
    """The numbers of files that a folder may be said to hold: at once, in all, of one ending."""
    resolution = resolve(path.strip("/"), view, folder)
    if resolution.found is not Found.EXACT:
        return frozenset()
    prefix = resolution.paths[0] + "/"
    inside = [one[len(prefix) :] for one in view.paths if one.startswith(prefix)]
    direct = [one for one in inside if "/" not in one]
    found = {len(inside), len(direct)}
    for group in (inside, direct):
        endings = [one.rpartition(".")[2] for one in group if not one.endswith("__init__.py")]
        found.update(endings.count(ending) for ending in set(endings))
        found.add(len(endings))
    return frozenset(found)


def whole_statements(case: Case) -> Iterator[Statement]:
    """Each total of lines of code and of files of tests, against all that the repository has."""
    if case.views and not is_foreign(case):
        yield from _test_files(case)
        yield from _lines_of_code(case)


def _test_files(case: Case) -> Iterator[Statement]:
    most = max(sum(_MAY_TEST.search(path) is not None for path in view.paths) for view in case.views)
    for line in case.document.texts:
        found = _TEST_FILES.search(line.plain) if "est files" in line.text and not _is_aside(line) else None
        claimed = int(found.group(1) or found.group(3)) if found else 0
        if claimed > most and not matches("negated", line.plain):
            fault = f"{most} files of the repository may hold tests {case.views[0].label}, and not {claimed}."
            yield held(case, line.number, fault, f"{claimed} test files")


def _lines_of_code(case: Case) -> Iterator[Statement]:
    lines = [(line, found) for line in case.document.texts for found in (_TOTAL.match(line.plain),) if found]
    if not lines:
        return
    totals = [_total(view) for view in case.views]
    if any(total is None for total in totals):
        return
    most = max(total or 0 for total in totals)
    for line, found in lines:
        claimed = int(found.group(1).replace(",", ""))
        if _is_aside(line) or claimed < _CODE_IN:
            continue
        symbol, label = f"{claimed} lines of code", case.views[0].label
        if claimed > most:
            fault = f"All text files of the repository have {most} lines {label}, and {claimed} are claimed."
            yield held(case, line.number, fault, symbol)
        else:
            yield uncheckable(
                line.number, f"The repository has {most} lines in all; which {claimed} are meant is not told.", symbol
            )


@lru_cache(maxsize=8)  # a document names its total more than once
def _total(view: View) -> int | None:
    """The lines of all text files; None where there are too many to count them."""
    paths = [path for path in sorted(view.paths) if not is_foreign_path(path)]
    left, total = _MOST_BYTES, 0
    if len(paths) > _MOST_FILES:
        return None
    for path in paths:
        lines = view.lines(path) or ()
        left -= sum(map(len, lines))
        total += len(lines)
        if left < 0:
            return None
    return total
