"""Imports in the Python that commands of pipelines, scripts, compositions and documents hold: ``python -c`` and here-documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "InlineImport", "InlineImports"]

_BEGIN = r"(?:^\s*(?:>>>\s)?|[;\"'(]\s*)"
_DOTTED = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_FROM = pattern(rf"{_BEGIN}from\s+({_DOTTED})\s+import\s+\(?([A-Za-z_][\w, ]*)?")
_IMPORT = pattern(rf"{_BEGIN}import\s+({_DOTTED}\.[A-Za-z_]\w*)\s*(?:as\s+\w+\s*)?(?:[;\"'#]|$)")
_NAME = pattern(r"^([A-Za-z_]\w*)(?:\s+as\s+\w+)?$")
_STARTED = pattern(
    r"\bpython[0-9.]*[\"']?[,\s]+(?:[\"']?-[A-Za-z]+[\"']?[,\s]+)*(?:[\"']?-[A-Zbdsuv]*c\b|-?\s*<<|-\s*$)|\bmanage\.py shell|^\s*shell:\s*python"
)
"""What starts Python with a program that stands in the text: behind ``-c``, in a here-document, in a step of its own shell."""
_EXCUSED = pattern(r"^\s*except\s*\(?[\w., ]*(?:ImportError|ModuleNotFoundError)")
_LANGUAGES = frozenset({Language.YAML, Language.SHELL, Language.DOCKERFILE, Language.MAKEFILE, Language.MARKDOWN})
_PYTHON = frozenset({"python", "py", "python3", "pycon", "ipython"})
_OVER = pattern(
    r"(?i)\b(?:before|old|wrong|incorrect|bad|broken|deprecated|removed|former(?:ly)?|do(?:es)? ?n[o']t|never|instead of|fails?)\b|\x{274c}"
)
_INSTEAD = pattern(r"(?i)\b(?:after|new|correct|right|good|fixed|now|instead)\b|\x{2705}")
_COMMENT = ("#", "//", "*", ">")
_REACH = 40
"""So many lines after the command that starts Python its text may go on."""
_EXCUSE = 8
_LONGEST = 2_000
_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineImport:
    """One module that is imported, and the names that are taken from it on the same line."""

    line: int
    module: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineImports(Fact):
    """The imports of one file, by line; those whose failure is caught are left out."""

    kind: ClassVar[str] = "inline-imports"
    items: tuple[InlineImport, ...]


def _parse(source: Source) -> InlineImports | None:
    if "import " not in source.text or ("python" not in source.text and "manage.py" not in source.text):
        return None
    shown = _shown(source.lines) if source.file.language is Language.MARKDOWN else frozenset[int]()
    items = tuple(_items(source.lines, shown))
    return InlineImports(items=items[:_MOST]) if items else None


def _shown(lines: tuple[str, ...]) -> frozenset[int]:
    """The lines of a document, counted from 0, at the outermost level of blocks of Python: its reader runs them as they are.

    What a block says to be wrong, or no more so, is left out up to what it puts in its place.
    """
    found, over, last = set(), False, 0
    for line in document_lines(lines):
        over = over and line.number == last + 1
        last = line.number
        if line.fence not in _PYTHON:
            continue
        if line.text.lstrip().startswith("#"):
            over = _OVER.search(line.text) is not None or (over and not _INSTEAD.search(line.text))
        elif not over and not line.text.startswith((" ", "\t")):
            found.add(line.number - 1)
    return frozenset(found)


def _items(lines: Sequence[str], shown: frozenset[int]) -> Iterator[InlineImport]:
    started = -_REACH
    excuses = {number for number, line in enumerate(lines) if "except" in line and _EXCUSED.search(line[:_LONGEST])}
    for number, line in enumerate(lines):
        if len(line) > _LONGEST or line.lstrip().startswith(_COMMENT):
            continue
        if ("python" in line or "manage.py" in line) and _STARTED.search(line):
            started = number
        if "import" not in line or (number - started > _REACH and number not in shown):
            continue
        if excuses.isdisjoint(range(number + 1, number + _EXCUSE + 1)):
            yield from _of_line(number + 1, line)


def _of_line(number: int, line: str) -> Iterator[InlineImport]:
    for match in _FROM.finditer(line):
        given = (match.group(2) or "").split(",")
        names = tuple(found.group(1) for one in given if (found := _NAME.search(one.strip())))
        yield InlineImport(line=number, module=match.group(1), names=names)
    for match in _IMPORT.finditer(line):
        yield InlineImport(line=number, module=match.group(1))


PARSER = Parser(fact=InlineImports, accepts=lambda file: file.language in _LANGUAGES, parse=_parse)
