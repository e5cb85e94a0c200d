"""Paths against gitignore-like globs, in linear time and without regard to case.

``*`` and ``?`` stop at a slash, ``**`` does not, ``{a,b}`` is either. A glob without a slash is matched
against the name of the file, any other against the whole path. A glob ending in ``/`` covers the folder.
"""

from __future__ import annotations

import re
from functools import cache

from auditor.facts.pattern import Pattern

__all__ = ["endings", "matches"]

_STARS = {"*": "[^/]*", "?": "[^/]"}
_WORDS = {**_STARS, "{": "(?:", "}": ")"}


def matches(glob: str, path: str) -> bool:
    """Whether the path (relative, forward slashes) is one that the glob means."""
    whole = "/" in glob.rstrip("/")
    return _compiled(glob).fullmatch(path if whole or glob.endswith("/") else path.rpartition("/")[2]) is not None


@cache
def endings(glob: str) -> frozenset[str] | None:
    """The suffixes, in small letters and without the dot, one of which every ASCII path has that the glob means.

    None where that cannot be told.
    """
    if not glob.isascii() or glob.count("{") != glob.count("}") or "}{" in glob:
        return None
    head, _, inner = glob.rpartition("{")
    if head.count("{") != head.count("}"):
        return None
    wholes = [head + one for one in inner[:-1].split(",")] if glob.endswith("}") else [glob]
    ends = [_plain_end(one) for one in wholes]
    found = [end.rpartition(".")[2].lower() for end in ends if "." in end]
    return frozenset(found) if len(found) == len(ends) else None


def _plain_end(glob: str) -> str:
    """What follows the last character that stands for several, or the last slash."""
    return re.split(r"[*?{},/]", glob)[-1]


@cache
def _compiled(glob: str) -> Pattern:
    wanted = glob.removeprefix("/")
    if wanted.endswith("/"):
        wanted = f"{wanted}**" if "/" in wanted[:-1] or glob.startswith("/") else f"**/{wanted}**"
    words = _WORDS if _is_balanced(wanted) else _STARS
    expression, at, open_braces = "", 0, 0
    while at < len(wanted):
        if wanted.startswith("**/", at):
            expression, at = expression + "(?:.*/)?", at + 3
            continue
        if wanted.startswith("**", at):
            expression, at = expression + ".*", at + 2
            continue
        character = wanted[at]
        open_braces += (character == "{") - (character == "}") if words is _WORDS else 0
        expression += "|" if character == "," and open_braces else words.get(character) or _escaped(character)
        at += 1
    return Pattern("(?is)" + expression)


def _is_balanced(glob: str) -> bool:
    """Whether each brace has its counterpart; where one has none, all of them are letters of names."""
    depth = 0
    for character in glob:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _escaped(character: str) -> str:
    return character if character.isalnum() or character in "/_" else f"\\x{{{ord(character):x}}}"
