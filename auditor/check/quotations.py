"""Code that a document quotes, against the file that it names: at the place, elsewhere, in another version, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.case import Case, View
from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.resolution import resolve_anywhere
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["quotation_statements"]

_NOT_CODE = frozenset(
    {
        "",
        "bash",
        "sh",
        "shell",
        "console",
        "text",
        "txt",
        "diff",
        "mermaid",
        "plaintext",
        "log",
        "output",
        "ascii",
        "markdown",
        "md",
        "zsh",
        "powershell",
        "http",
    }
)
_CODE_FILES = (
    ".py",
    ".js",
    ".ts",
    ".tsx",
    ".go",
    ".rs",
    ".java",
    ".rb",
    ".php",
    ".c",
    ".cc",
    ".cpp",
    ".cs",
    ".kt",
    ".sql",
)
_COMMENT = pattern(r"^\s*(?:#|//|/\*|\*|--|<!--|;)")
_FILE = pattern(r"([A-Za-z0-9_-]+\.[a-z]{1,5})(?:$|[\s:,)])")
_ELLIPSIS = pattern(r"^\W*(?:\.{3}|…)")
_SPACES = pattern(r"\s+")
_LONGEST_BETWEEN = 80
_REACH = 6
"""Lines above a code block in which the file is named that it quotes."""
_WORD = pattern(r"[A-Za-z_]\w*")
_DEFINES = pattern(
    r"\b(?:def|class|function|func|fn|interface|type|struct|enum|const|let|var|trait|module)\s+(?:\([^)]{0,60}\)\s*)?([A-Za-z_]\w*)"
)
_BUILDS = pattern(r"\b(?:def|class|function|func|fn|interface|type|struct|enum|trait|CREATE)\s+[A-Za-z_(]")
_MOST_COMPARED, _MOST_LINES, _MOST_QUOTED = 2, 8_000, 40
_LEAST = 12
"""Characters from which a line is worth looking for."""
_FEWEST = 2
_MANY = 0.85
_FEW = 0.34
_LONG = 24


@dataclass(frozen=True, slots=True)
class Quotation:
    """A code block and the file that it is said to be from."""

    fence: Fence
    mention: Mention
    lines: tuple[str, ...]


def quotation_statements(case: Case) -> Iterator[Statement]:
    """Each code block below a file's name, against the content of that file."""
    if not case.views:
        return
    for quotation in _quotations(case.document):
        yield from _judged(case, quotation)


def _quotations(document: Document) -> Iterator[Quotation]:
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for fence in document.fences:
        if fence.language in _NOT_CODE:
            continue
        found = _named_above(document, fence, by_line)
        lines = tuple(_worth(fence.lines))
        if found and (len(lines) >= _FEWEST or any(len(line) >= _LONG for line in lines)):
            yield Quotation(fence, found, lines)


def _named_above(document: Document, fence: Fence, by_line: dict[int, list[Mention]]) -> Mention | None:
    """The one file that the lines right above a code block name, where none of them says that it is no quotation."""
    if any(matches("quotations.not_quoted", title) for title in fence.section.path[1:]):
        return None
    above = [
        document.by_number[number]
        for number in range(fence.number - 2, max(0, fence.number - 2 - _REACH), -1)
        if number in document.by_number
    ]
    for line in above:
        if (line.section != fence.section and not by_line.get(line.number)) or matches(
            "quotations.not_quoted", line.plain
        ):
            return None
        named = [one for one in by_line.get(line.number, ()) if not one.is_pattern]
        if named:
            is_one = len(named) == 1 and not _is_one_of_several(document, line, by_line)
            is_one = is_one and not _names_another(fence, named[0])
            return named[0] if is_one and _introduces(line, named[0]) else None
        if _stands_between(line):
            return None
    return None


def _stands_between(line: Line) -> bool:
    """Whether a line is a sentence of its own, or introduces what follows as something else than a file's content."""
    if line.plain.endswith(":") and not matches("quotations.intro", line.plain):
        return True
    return len(line.plain) > _LONGEST_BETWEEN


def _is_one_of_several(document: Document, line: Line, by_line: dict[int, list[Mention]]) -> bool:
    """Whether a line belongs to a list that names other files too: whose code follows is not told."""
    if line.kind is not Kind.ITEM:
        return False
    named: set[str] = set()
    for step in (-1, 1):
        number = line.number
        while (one := document.by_number.get(number)) is not None and one.kind is Kind.ITEM:
            named.update(mention.path for mention in by_line.get(number, ()))
            number += step
    return len(named) > 1


def _names_another(fence: Fence, mention: Mention) -> bool:
    """Whether the code's first remark names another file."""
    first = next((line for line in fence.lines if line.strip()), "")
    found = _FILE.search(first) if _COMMENT.match(first) else None
    return found is not None and not mention.path.endswith(found.group(1))


def _introduces(line: Line, mention: Mention) -> bool:
    """Whether a line introduces what is in the file: ``**File**: x.py:82``, or the name alone."""
    if "/" not in mention.path and not mention.first and not mention.path.endswith(_CODE_FILES):
        return False  # the name of a file of data that may be anybody's
    rest = line.text[: mention.start].strip(" *`#-:([")
    return bool(mention.first) or matches("quotations.intro", rest) or not rest


def _worth(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        text = _normal(line)
        if len(text) >= _LEAST and not _COMMENT.match(text) and not _ELLIPSIS.match(text):
            yield text


def _normal(line: str) -> str:
    text = line.strip()
    for mark in (" # ", " // "):  # remarks that the author of the document put behind the code
        text = text.partition(mark)[0]
    return _SPACES.sub("", text).rstrip(",;")


def _judged(case: Case, quotation: Quotation) -> Iterator[Statement]:
    path, line = quotation.mention.path, quotation.fence.number
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
    end = line + len(quotation.fence.lines)
    yield held(case, line, f"Of {len(quotation.lines)} quoted lines {told}.", symbol, end)


def _explained(case: Case, quotation: Quotation, files: tuple[tuple[View, str], ...], best: float) -> str:
    """Why code that is not in the file contradicts nobody; empty where nothing explains it."""
    path, where = quotation.mention.path, files[0][1]
    drift = next((label for label, lines in case.versions(where) if _share(quotation, lines) >= _MANY), "")
    if drift:
        return f"The quotation is in `{where}` {drift}, and not at the time."
    if best > _FEW:
        return f"{round(best * 100)}% of the quoted lines are in `{where}`."
    if len({real for _, real in files}) > 1 and "/" not in path:
        return f"`{path}` may be any of several files, such as `{where}`."
    if not _is_certain(case.document, quotation):
        return f"Whether the code is quoted from `{where}` or told in short is not clear."
    if _is_use(quotation, files):
        return f"The code uses what `{where}` defines, and may be an example of that."
    return f"The code is like that of `{where}`, in other words." if _is_told_in_short(quotation, files) else ""


def _is_certain(document: Document, quotation: Quotation) -> bool:
    """Whether code is given as the content of a file: right below its name or place, and nothing of it left out."""
    fence, mention = quotation.fence, quotation.mention
    between = range(mention.line.number + 1, fence.number - 1)
    is_next = mention.line.section == fence.section and not any(number in document.by_number for number in between)
    label = mention.line.plain.partition(":")[0]
    is_placed = bool(mention.first) or matches("references.cited_labels", label)
    return is_next and is_placed and not any("..." in line or "…" in line for line in fence.lines)


def _is_use(quotation: Quotation, files: tuple[tuple[View, str], ...]) -> bool:
    """Whether the code defines nothing, and names what the file defines."""
    if any(_BUILDS.search(line) for line in quotation.fence.lines):
        return False
    used = {match.group() for line in quotation.fence.lines for match in _WORD.finditer(line[:400])}
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
