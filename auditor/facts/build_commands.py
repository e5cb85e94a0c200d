"""What a call of make or of a package manager asks for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.invocations import Invocation
from auditor.facts.pattern import pattern

__all__ = ["MakeCall", "ScriptCall", "make_call", "script_call"]

_TARGET = pattern(r"^[A-Za-z0-9_][A-Za-z0-9_-]*$")
_OVERRIDE = pattern(r"^[A-Za-z_]\w*[:?+]?=")
_SCRIPT = pattern(r"^[A-Za-z0-9_][A-Za-z0-9_:.-]*$")
_MAKE_VALUES = frozenset({"-C", "-f", "-I", "-j", "-l", "-o", "-W", "--directory", "--file", "--makefile"})
_MANAGERS = frozenset({"npm", "yarn", "pnpm"})
_OWN_SCRIPTS = frozenset({"test"})
_ELSEWHERE = (
    "--prefix",
    "-C",
    "--cwd",
    "--dir",
    "--workspace",
    "-w",
    "--filter",
    "-F",
    "--if-present",
    "--workspaces",
    "-r",
    "--recursive",
)


_GO_THROUGH = frozenset({"turbo", "lerna", "nx", "lage", "wsrun", "ultra", "foreach"})
"""What runs the scripts of the packages of a workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCall:
    """``make target ...``: every target with its line; `folder` is that of ``-C``, `file` that of ``-f``."""

    targets: tuple[tuple[str, int], ...]
    folder: str
    file: str
    plain: bool


def make_call(one: Invocation) -> MakeCall | None:
    """The call of make in a command; None where it is another command."""
    if one.name not in ("make", "gmake"):
        return None
    values = dict.fromkeys(_MAKE_VALUES, "")
    targets: list[tuple[str, int]] = []
    plain = True
    words = iter(zip(one.words[1:], one.lines[1:], strict=True))
    for word, line in words:
        if word in _MAKE_VALUES:
            following = next(words, ("", 0))[0]
            values[word] = following
            if word in ("-j", "-l") and not following.isdigit() and _TARGET.search(following):
                targets.append((following, line))
        elif ("$" in word or "`" in word) and not _OVERRIDE.search(word):
            plain = False
        elif not word.startswith("-") and "=" not in word and _TARGET.search(word):
            targets.append((word, line))
    folder = values["-C"] or values["--directory"]
    file = values["-f"] or values["--file"] or values["--makefile"]
    return MakeCall(targets=tuple(targets), folder=folder, file=file, plain=plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCall:
    """``npm run name``; `anywhere` where an option leads to another package."""

    name: str
    line: int
    anywhere: bool


def _folders(one: Invocation) -> Iterator[str]:
    """The folders that options of a package manager lead to."""
    for word, following in itertools.pairwise((*one.words, "")):
        option, _, value = word.partition("=")
        if option in ("--prefix", "--cwd", "--dir", "-C"):
            yield value or following


def script_call(one: Invocation) -> Iterator[ScriptCall]:
    """The script that a command has a package manager run, if any."""
    if one.name not in _MANAGERS:
        return
    anywhere = any(word.partition("=")[0] in _ELSEWHERE or word in _GO_THROUGH for word in one.words)
    if "--if-present" in one.words or any(word.startswith("/") for word in _folders(one)):
        return
    plain = [(word, line) for word, line in zip(one.words[1:], one.lines[1:], strict=True)]
    for (verb, _), (name, line) in itertools.pairwise(plain):
        if verb in ("run", "run-script"):
            if _SCRIPT.search(name) and "." not in name:
                yield ScriptCall(name=name, line=line, anywhere=anywhere)
            return
    if plain and plain[0][0] in _OWN_SCRIPTS and one.name == "npm":
        yield ScriptCall(name=plain[0][0], line=plain[0][1], anywhere=anywhere)
