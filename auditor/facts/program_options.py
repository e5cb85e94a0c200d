"""Which options the programs of the repository know: argparse of Python files, and shell files that read their own.

https://docs.python.org/3/library/argparse.html
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "ProgramOptions"]

_OPEN_PYTHON = (
    "parse_known_args",
    "parse_intermixed",
    "sys.argv[",
    "import click",
    "import typer",
    "fromfile_prefix_chars",
    "prefix_chars",
    "parents=",
    "import fire",
    "BooleanOptionalAction",
)
_LONG = pattern(r"--[A-Za-z][\w-]*")
_ALL = pattern(r"\$[@*]|\$\{[@*]")
_OWN_READING = pattern(
    r"(?:for \w+ in|^\s*main|^\s*parse_\w+|^\s*set --|^\s*usage)\s+[\"']?\$[@*{]|while \[|\$\(getopt\b"
)
_SOURCES = pattern(r"(?m)^\s*(?:\.|source)\s|\beval\b|\bexec\s+[^\d<>&\s]")
_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOptions(Fact):
    """The long options that a program knows. `open` where it may know others: it hands them on, or others define them.

    A program without any reads none. `choices` are the values that an option takes, for those that take no others.
    """

    kind: ClassVar[str] = "program-options"
    names: frozenset[str]
    open: bool
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.language in (Language.PYTHON, Language.SHELL)


def _parse(source: Source) -> ProgramOptions | None:
    return _of_shell(source) if source.file.language is Language.SHELL else _of_python(source)


def _of_shell(source: Source) -> ProgramOptions:
    """Every word that looks like a long option counts as known, wherever it stands."""
    names = frozenset(match.group() for match, _ in zip(_LONG.finditer(source.text), range(_MOST), strict=False))
    handed_on = [line for line in source.lines if _ALL.search(line) and not _OWN_READING.search(line)]
    return ProgramOptions(
        names=names, open=bool(handed_on) or _SOURCES.search(source.text) is not None or len(names) >= _MOST
    )


def _of_python(source: Source) -> ProgramOptions | None:
    if "ArgumentParser(" not in source.text:
        return None
    try:
        tree = source.python
    except ParseFailure:
        return None  # whether Python is broken is not this fact's question
    names: set[str] = {"--help"}
    choices: list[tuple[str, tuple[str, ...]]] = []
    text = source.text.replace("sys.argv[1:]", "")  # all of them, which is what a parser takes
    is_open = any(word in text for word in _OPEN_PYTHON)
    for call in nodes_of(tree, ast.Call):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if called == "add_argument":
            literal = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            is_open = is_open or len(literal) != len(call.args) or not literal
            long = [one for one in literal if one.startswith("--")]
            names |= set(long)
            choices += [(one, _choices(call)) for one in long]
        elif any(isinstance(one, ast.Name) and "pars" in one.id.lower() for one in call.args):
            is_open = True  # another function adds to the parser
    several = Counter(one for one, _ in choices)
    told = tuple((one, values) for one, values in choices if values and several[one] == 1)
    return ProgramOptions(names=frozenset(names), open=is_open, choices=told)


def _choices(call: ast.Call) -> tuple[str, ...]:
    """The values that an option takes; none where they are not all written as strings, or are changed before they are compared."""
    given = {one.arg: one.value for one in call.keywords if one.arg}
    values = given.get("choices")
    if not isinstance(values, ast.List | ast.Tuple | ast.Set) or "type" in given or "nargs" in given:
        return ()
    texts = [one.value for one in values.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return tuple(texts) if len(texts) == len(values.elts) else ()


PARSER = Parser(fact=ProgramOptions, accepts=_accepts, parse=_parse)
