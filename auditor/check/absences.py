"""What a document calls missing, against the repository when the document was added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.mentions import mentions
from auditor.check.moments import held
from auditor.check.resolution import folders_above, resolve
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["absence_statements"]

_BEHIND, _BEFORE = 60, 60
_NAME = pattern(
    r"(?:^|[\s`\"'(\[|*,;:])((?:[A-Za-z0-9_.-]+/)*(?:Dockerfile|Makefile|LICENSE|Procfile|Jenkinsfile|CODEOWNERS|\.env\.example|\.gitignore|\.dockerignore|\.editorconfig)|\.?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/)(?:$|[\s`\"')\]|*,;:.])"
)
"""Files that have no ending, and folders with a stroke at the end."""
_MARKS = "-*# \u274c\u26a0\ufe0f|"


@dataclass(frozen=True, slots=True)
class _Denied:
    """A name in a line, and the positions between which it stands."""

    line: Line
    path: str
    start: int
    end: int
    is_pattern: bool = False


def absence_statements(case: Case) -> Iterator[Statement]:
    """Each claim that a file or folder is not there."""
    for denied in _named(case) if case.views else ():
        if _is_denial(denied):
            yield _absence(case, denied)


def _named(case: Case) -> Iterator[_Denied]:
    for mention in mentions(case.document):
        if "/" in mention.path or mention.is_pattern:
            yield _Denied(mention.line, mention.path, mention.start, mention.end, mention.is_pattern)
    for line in case.document.texts:
        for match in _NAME.finditer(line.text):
            path = match.group(1)
            if path.endswith("/") and not (
                _is_code(line.text, match.start(1), match.end(1)) and matches("absence.folder", line.text)
            ):
                continue  # of a folder alone, something within it may be missing
            if "/" in path or not _is_of_a_part(case, line, match.end(1)):
                yield _Denied(line, path, match.start(1), match.end(1))


def _is_code(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] == "`" == text[end : end + 1]


def _is_of_a_part(case: Case, line: Line, end: int) -> bool:
    """Whether a bare name is missed in a part of the repository: its line says where, or a title names a folder."""
    if matches("absence.within", line.plain) or matches("absence.within", line.text[end:]):
        return True
    told = " ".join((line.label, *line.section.path)).lower()
    return any(
        folder.lower() in told
        for view in case.views
        for folder in view.folders
        if "/" not in folder and len(folder) > 2  # noqa: PLR2004 - no word
    )


def _is_denial(denied: _Denied) -> bool:
    line = denied.line
    if any(matches("absence.mended", one) for one in (line.plain, *line.section.path[1:])):
        return False
    behind, before = line.text[denied.end :][:_BEHIND], line.text[: denied.start][-_BEFORE:]
    none_found = words("absence.none_found").match(line.text[: denied.start].lstrip(_MARKS).replace("`", ""))
    if matches("absence.after", behind) or matches("absence.before", before):
        return True
    if matches("absence.label", before):
        return matches("absence.ends", behind)
    return none_found is not None and (matches("absence.found_after", behind) or matches("absence.ends", behind))


def _absence(case: Case, denied: _Denied) -> Statement:
    line, path = denied.line.number, denied.path
    there: list[tuple[View, str]] = []
    for view in [view for view in case.views if not view.is_past]:
        found = _found(denied, view, case.folder)
        if not found and "/" not in path and view.by_name.get(path):
            elsewhere = view.by_name[path][0]
            return uncheckable(
                line, f"`{elsewhere}` is in the repository {view.label}, and not at its root.", f"no {path}"
            )
        own = _in_own_project(denied, view, case.folder)
        if found and own:
            return uncheckable(line, f"`{found}` is there {view.label}, and `{own}` is not.", f"no {path}")
        if not found:
            return supported(line, f"`{path}` is not in the repository {view.label}.", f"no {path}")
        there.append((view, found))
    view, real = there[0]
    if case.history.is_import or _came_along(case, denied):
        return uncheckable(
            line, f"`{path}` is said not to be there, and came in one commit with the document.", f"no {path}"
        )
    return held(
        case, line, f"`{path}` is said not to be there, and `{real}` is in the repository {view.label}.", f"no {path}"
    )


def _in_own_project(denied: _Denied, view: View, folder: str) -> str:
    """What may be missed in a part of the repository that the document lies in, beside that of the same name elsewhere."""
    if "/" not in denied.path.strip("/") or denied.is_pattern:
        return ""
    meant = [f"{one}/{denied.path.strip('/')}" for one in folders_above(folder)]
    beside = (one for one in meant if one.rpartition("/")[0] in view.folders)
    missing = (one for one in beside if one not in view.paths and one not in view.folders)
    return next(missing, "")


def _came_along(case: Case, denied: _Denied) -> bool:
    """Whether what is missed came in the commit of the document: it may have been made after that was written."""
    before = case.before()
    return before is not None and not _found(denied, before, case.folder)


def _found(denied: _Denied, view: View, folder: str) -> str:
    """The file that is called missing, at one moment; empty where it is. A bare name is that of a file at the root."""
    path = denied.path.strip("/")
    if "/" not in denied.path and not denied.is_pattern:
        return path if path in view.paths else ""
    found = resolve(denied.path, view, folder).paths
    return next((one for one in found if denied.is_pattern or one.endswith(path)), "")
