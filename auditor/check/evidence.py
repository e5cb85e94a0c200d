"""Cited files and lines against the repository at the moments at which they may have been true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from auditor.check.case import Case, View
from auditor.check.document import Document, Line
from auditor.check.listed import listed_paths
from auditor.check.marked_lines import cited_in_columns
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import cited_by, is_foreign, is_unbuilt, located
from auditor.check.resolution import Found, nearest, resolve, resolve_anywhere
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.ignored_paths import IgnoredPaths, matches_any
from auditor.facts.paths import stays_inside
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["file_statements", "range_statements"]

_WRITTEN = (".json", ".log", ".csv", ".db", ".sqlite", ".xml", ".txt", ".html", ".pid", ".out", ".jsonl")
"""Endings of files of data, which a program may write when it runs."""

_LANGUAGES = frozenset(("ts", "tsx", "js", "jsx", "vue", "svelte", "css", "scss", "html", "java", "kt", "py", "go", "rs", "rb", "php", "cs", "dart", "swift"))  # fmt: skip
_NEAR, _DEEPEST = 60, 12
_SUBMODULE = pattern(r"^\s*path\s*=\s*(\S{1,400})\s*$")
_PLACE = pattern(
    r"(?i)^\W{0,4}(?:(?:affected |code |relevant )?lines?(?: numbers?| range)?)\W{1,4}L?(\d{1,6})\s?(?:-|\x{2013}|to)\s?L?(\d{1,6})\W*$"
)


def file_statements(case: Case) -> Iterator[Statement]:
    """Each file that the document says is there, once."""
    if not case.views:
        return
    foreign = is_foreign(case) or is_unbuilt(case.document)
    unfilled = _unfilled(case.document)
    listed = listed_paths(case)
    seen: set[str] = set()
    for mention in mentions(case.document):
        is_aside = mention.line.section.number in unfilled or _denied(mention)
        is_cited = mention.path in listed or cited_by(mention)
        if mention.path in seen or is_aside or not is_cited:
            continue
        seen.add(mention.path)
        yield _files(case, mention) if mention.is_pattern else _file(case, mention, foreign=foreign)


def _unfilled(document: Document) -> frozenset[int]:
    """The numbers of the sections that are forms which nobody filled in: what they name is where to look."""
    return frozenset(line.section.number for line in document.texts if matches("references.unfilled", line.text))


def _files(case: Case, mention: Mention) -> Statement:
    """The files that a pattern names: one that fits none may be meant for another tool, and contradicts nobody."""
    line, path = mention.line.number, mention.path
    for view, real in resolve_anywhere(path, case):
        return supported(line, f"`{path}` fits `{real}` {view.label}.", path)
    return uncheckable(line, f"No file {case.views[0].label} fits `{path}`.", path)


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
    explained = _explained(case, mention, foreign=foreign)
    if explained:
        return uncheckable(mention.line.number, explained, mention.path)
    near = nearest(mention.path, case.views[0])
    hint = f"; `{near}` is" if near else ""
    fault = f"`{mention.path}` is not in the repository {case.views[0].label}{hint}."
    return held(case, mention.line.number, fault, mention.path)


def _explained(case: Case, mention: Mention, *, foreign: bool) -> str:
    """Why a file that is not there contradicts nobody; empty where nothing explains it."""
    path, record = mention.path, case.views[0]
    name = path.rpartition("/")[2]
    missing = f"`{path}` is not in the repository {record.label}"
    places = (path.strip("/"), f"{case.folder}/{path}".strip("/"))
    later = next((label for place in places for label, _ in case.versions(place)), "")
    elsewhere = record.by_name.get(name, ()) or _of_longer_name(path, record) or _in_other_letters(name, record)
    if foreign or matches("references.template_folders", case.home):
        return f"`{path}` is not here: the document speaks of another repository, of an example or of what is to come."
    if later or elsewhere:
        return f"{missing}; it is {later}." if later else f"{missing}; `{elsewhere[0]}` is."
    if any(_is_ignored(place, record) for place in places):
        return f"{missing}; git is told to ignore it."
    if "/" not in path:
        return f"No file is called `{path}`, and where it would be is not told."
    is_elsewhere = not stays_inside(case.folder, path) or _is_of_another_project(path, record)
    is_elsewhere = is_elsewhere or any(_is_in_a_submodule(place, record) for place in places)
    if (
        is_elsewhere
        or matches("references.built", path)
        or _is_of_another_tree(mention, record)
        or _may_be_written(mention)
    ):
        return f"{missing}; a build or a program may write it, or it lies in another tree."
    return f"{missing}; other commits have a file of this name." if case.was_named(name) else ""


def _is_of_another_project(path: str, view: View) -> bool:
    """Whether code is of a project that is not here, or only in part.

    That is so where its first folder holds nothing of its language, and where no file lies at the root of its project.
    """
    parts, ending = path.strip("/").split("/"), path.rpartition(".")[2].lower()
    inside = [one for one in view.paths if one.startswith(parts[0] + "/")]
    if ending in _LANGUAGES and inside and not any(one.lower().endswith("." + ending) for one in inside):
        return True
    root = "/".join(parts[: parts.index("src")]) if "src" in parts[1:] else ""
    return bool(root) and root in view.folders and not any(one.rpartition("/")[0] == root for one in inside)


def _is_in_a_submodule(path: str, view: View) -> bool:
    """Whether a path lies in another repository, whose content a commit does not hold."""
    named = (_SUBMODULE.match(line) for line in view.lines(".gitmodules") or ())
    return any(path.startswith(found.group(1).strip("/") + "/") for found in named if found)


def _may_be_written(mention: Mention) -> bool:
    return mention.path.endswith(_WRITTEN) and not (mention.first or mention.count)


def _is_of_another_tree(mention: Mention, view: View) -> bool:
    """Whether a path begins with a folder that is not here: an absolute one, and one of which no line is cited."""
    path = mention.path
    first = path.strip("/").split("/")[0]
    if path.startswith("/"):
        return first not in view.folders
    is_cited = bool(mention.first or mention.count) or first in (".", "..")
    return not is_cited and not any(one in view.folders for one in view.by_name.get(first, ()))


def _of_longer_name(path: str, view: View) -> tuple[str, ...]:
    """A file whose name is this one behind that of its folder, or ends so behind a blank: ``shop/cart.py`` for ``shop/shop.cart.py``."""
    folder, _, name = path.rpartition("/")
    own = f"{folder.rpartition('/')[2]}.{name}" if folder else ""
    return view.by_name.get(own, ()) or view.behind_blank.get(name, ())


def _in_other_letters(name: str, view: View) -> tuple[str, ...]:
    """A file whose name differs in capital letters only."""
    return view.by_lower_name.get(name.lower(), ())


def _is_ignored(path: str, view: View) -> bool:
    """Whether a .gitignore at or above a path ignores it: whoever wrote the document may have it."""
    parts = path.split("/")
    for depth in range(min(len(parts), _DEEPEST)):
        folder = "".join(f"{part}/" for part in parts[:depth])
        ignored = view.fact(f"{folder}.gitignore", IgnoredPaths)
        if ignored is not None and matches_any(ignored.patterns, path.removeprefix(folder)):
            return True
    return False


def _denied(mention: Mention) -> bool:
    """Whether the line says that the file is not there."""
    behind = mention.line.text[mention.end :][:_NEAR]
    return matches("absence.after", behind) or matches("absence.before", mention.line.plain[:_NEAR])


def range_statements(case: Case) -> Iterator[Statement]:
    """Each cited line or range of lines, against the length of the file."""
    seen: set[tuple[str, int]] = set()
    told = (*mentions(case.document), *_places_below(case.document), *cited_in_columns(case.document))
    for mention in told:
        key = (mention.path, mention.last)
        is_aside = matches("references.disputed", mention.line.plain) or _is_example(mention.line)
        if not mention.first or key in seen or is_aside:
            continue
        seen.add(key)
        lengths = dict(_lengths(case, mention))
        if lengths:
            yield _range(case, mention, lengths)


def _is_example(line: Line) -> bool:
    return any(matches("references.examples", text) for text in (line.label, *line.section.path[1:]))


def _places_below(document: Document) -> Iterator[Mention]:
    """The lines that a field cites on its own, below the field that names the file: ``**Lines**: 10-20``."""
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for before, line in pairwise(document.texts):
        found = _PLACE.match(line.plain) if line.section == before.section else None
        named = by_line.get(before.number, [])
        if found and not by_line.get(line.number) and len(named) == 1 and not named[0].first:
            yield replace(named[0], line=line, first=int(found.group(1)), last=int(found.group(2)))


def _range(case: Case, mention: Mention, lengths: dict[str, int]) -> Statement:
    line, cited = mention.line.number, f"{mention.path}:{mention.first}"
    cited += f"-{mention.last}" if mention.last != mention.first else ""
    if mention.last < mention.first:
        return uncheckable(line, f"`{cited}` ends before it begins.", cited)
    if any(mention.last <= length + 1 for length in lengths.values()):
        return supported(line, f"`{cited}` lies within the file.", cited)
    where, length = next(iter(lengths.items()))
    return held(case, line, f"`{cited}` is cited, and the file has {length} lines {where}.", cited)


def _lengths(case: Case, mention: Mention) -> Iterator[tuple[str, int]]:
    """The lengths of the file at every moment, and in its other versions; nothing where several files may be meant."""
    for view in case.views:
        resolution = located(mention, view, case.folder)
        lines = view.lines(resolution.paths[0]) if resolution.found is Found.EXACT else None
        if resolution.found is Found.MANY:
            return
        if lines is not None:
            yield view.label, len(lines)
    for _, real in resolve_anywhere(mention.path, case)[:1]:
        for label, lines in case.versions(real):
            yield label, len(lines)
