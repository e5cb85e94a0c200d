"""The folders and files that linters, type checkers, formatters and ``find`` are told to look into."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.shell_program import Command, Word

__all__ = ["checked_folders"]

_CHECKERS = frozenset(
    {
        "ruff",
        "flake8",
        "black",
        "isort",
        "mypy",
        "pylint",
        "pyright",
        "pycodestyle",
        "pydocstyle",
        "vulture",
        "radon",
        "bandit",
        "interrogate",
    }
)
_VERBS = frozenset({"check", "format", "cc", "mi"})
_SWITCHES = frozenset({
    "--check", "--diff", "--fix", "--strict", "--check-only", "--quiet", "-q", "--verbose", "-v", "-vv", "--ignore-missing-imports",
    "--no-fix", "--show-source", "--show-fixes", "--statistics", "-r", "--recursive", "-ll", "-lll", "-iii", "--preview", "--count",
})  # fmt: skip
_PYTHONS = frozenset({"python", "python3"})


def checked_folders(command: Command) -> Iterator[Word]:
    """The literal operands that must be there. An operand behind an option that may take a value is passed over."""
    if any(one.descriptor == "2" for one in command.redirects):
        return  # what is not there is expected
    texts = command.texts
    words = command.words[len(command.words) - len(texts) :]
    start = 1 if texts[:1] and texts[0] in _CHECKERS else 0
    if texts[:1] and texts[0] in _PYTHONS and texts[1:2] == ("-m",) and len(texts) > 2 and texts[2] in _CHECKERS:  # noqa: PLR2004 - the interpreter, its option, the module
        start = 3
    if texts[:1] == ("find",):
        yield from _before_options(words[1:])
        return
    for before, word in pairwise(words[start - 1 :]) if start else ():
        plain = before is words[start - 1] or not before.text.startswith("-") or before.text in _SWITCHES
        if plain and "=" not in before.text[:1] and _is_folder(word) and word.text not in _VERBS:
            yield word


def _before_options(words: tuple[Word, ...]) -> Iterator[Word]:
    for word in words:
        if word.text.startswith(("-", "(", "!")):
            return
        if _is_folder(word):
            yield word


def _is_folder(word: Word) -> bool:
    """Whether the word can only be a path of the repository: a folder with its slash or below another, or a usual name."""
    text = word.text.removeprefix("./")
    if not word.literal or text.startswith(("-", "/", "~", "..")) or any(sign in text for sign in "*?[{="):
        return False
    return "/" in text or text in ("src", "tests", "test", "docs", "scripts", "app", "lib")
