"""In which lines of a document a hash may be given, and where its value stands."""

from __future__ import annotations

from auditor.check.document import Document, plain
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["before_remark", "lines_of_no_statement", "value_below"]

_REMARK = pattern(r"\s_?[(\[]")
_NO_CODE = frozenset({"", "text", "txt", "plain", "plaintext", "md", "markdown", "yaml", "yml", "json", "ini", "toml"})


def lines_of_no_statement(document: Document) -> frozenset[int]:
    """The lines in blocks of a programming language, or of what a title calls an example: they state nothing."""
    aside = (
        one
        for one in document.fences
        if one.language not in _NO_CODE or matches("references.examples", one.section.title)
    )
    return frozenset(fence.number + offset for fence in aside for offset in range(len(fence.lines)))


def value_below(document: Document, number: int) -> tuple[int, str]:
    """The value on the next line that holds anything, past the opening of a code block."""
    for index in range(number, min(number + 3, len(document.lines))):
        text = document.lines[index].strip()
        if text and not text.startswith(("```", "~~~")):
            value = plain(text).strip(" \"'`")
            first = before_remark(value)
            return (index + 1, value) if " " not in first and ":" not in first.partition(":")[2] else (number, "")
    return number, ""


def before_remark(value: str) -> str:
    """A value without what stands in parentheses or brackets behind it."""
    found = _REMARK.search(value)
    return value[: found.start()] if found else value
