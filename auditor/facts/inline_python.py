"""Programs of Python that a command of the shell is given: behind ``-c``, and in a here-document.

https://docs.python.org/3/using/cmdline.html#cmdoption-c
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.embedded_document import Candidate
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Word

__all__ = ["PYTHON", "inline_python"]

PYTHON = pattern(r"^(?:.*/)?python[0-9.]*$")
_COMMAND = pattern(r"^-[A-Zbdsuv]*c$")
_MARK = "\ue000"
_EXPRESSION = pattern(r"\$\{\{[^\n]*?\}\}")
_EXPANSION = pattern(r"\$\([^()\n]*\)|\$\{[^{}\n]*\}|\$\w+")
_WITH_MARK = rf"[^'\"\n{_MARK}]*{_MARK}[^'\"\n]*"
_HOLDS_MARK = pattern(
    rf"[fFrRbBuU]{{0,2}}(?:\'{{3}}{_WITH_MARK}\'{{3}}|\"{{3}}{_WITH_MARK}\"{{3}}|'{_WITH_MARK}'|\"{_WITH_MARK}\")"
)
_UNKNOWN = "__file__"
"""Stands for what is known only when the command runs: a name that every module has, and no literal."""


def inline_python(command: Command) -> Iterator[Candidate]:
    """The programs of one command, each as the text that Python reads, on the lines that it has in the file."""
    if not PYTHON.search(command.name):
        return
    words = command.words
    for option, program in pairwise(words):
        if _COMMAND.search(option.text):
            yield _candidate(program, quoted="'" in program.text)
            return
    for redirect in command.redirects:
        if redirect.operator == "<<":
            yield _candidate(redirect.target, quoted=False)


def _candidate(word: Word, *, quoted: bool) -> Candidate:
    """`quoted` where the text stands in double quotes, as one with single quotes inside must."""
    text = word.text.replace('\\"', '"') if quoted else word.text
    text = _EXPRESSION.sub(_MARK, text)
    if not word.literal:
        text = _EXPANSION.sub(_MARK, text)
    text = _HOLDS_MARK.sub(_UNKNOWN, text).replace(_MARK, _UNKNOWN)
    return Candidate(text=textwrap.dedent(text), line=word.line, file_name="inline.py")
