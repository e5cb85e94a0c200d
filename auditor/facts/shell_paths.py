"""What the variables of a shell program stand for, where that can be told: texts, and places in the repository."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram, Word, all_commands

__all__ = ["ROOT", "expand", "expanded", "normal_place", "variables_of"]

ROOT = "@"
"""What a path begins with that is anchored in the repository: ``@/scripts`` is the folder ``scripts``."""

_OWN_FOLDER = pattern(
    r"""^\$\(\s*(?:cd\s+(?:-P\s+)?(?:--\s+)?)?["']?(?:\$\(\s*)?dirname\s+(?:--\s+)?["']?(?:\$\(\s*(?:readlink\s+-f|realpath)\s+)?["']?"""
    r"""(?:\$0|\$\{0\}|\$\{?BASH_SOURCE(?:\[0\])?\}?|\$\{BASH_SOURCE\[0\]:-\$0\}|\$\{BASH_SOURCE:-\$0\})["']?\s*\)?["']?\s*\)?"""
    r"""((?:/\.\.)*(?:/[\w.-]+)*)["']?\s*(?:>\s*/dev/null\s*(?:2>&1)?\s*)?(?:(?:&&|;)\s*pwd(?:\s+-P)?\s*)?\)((?:/[\w.-]+)*)$"""
)
_SUFFIXED = pattern(r"""^\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}$""")
_FOLDER_OF = pattern(
    r"""^\$\(\s*(?:cd\s+(?:-P\s+)?)?["']?([^"'()\s]+)["']?\s*(?:>\s*/dev/null\s*(?:2>&1)?\s*)?(?:&&|;)\s*pwd(?:\s+-P)?\s*\)$"""
)
_PARENT = pattern(r"""^\$\(\s*dirname\s+["']?(\$\{?\w+\}?)["']?\s*\)$""")
_TOP = pattern(r"^\$\(\s*git\s+rev-parse\s+--show-toplevel.*\)$")
_VARIABLE = pattern(r"\$\{(\w+)(?::?-([^{}]*))?\}|\$(\w+)")
_READERS = frozenset({"read", "mapfile", "readarray", "getopts", "select"})
_MOST = 500
_LONGEST = 2_000


def variables_of(program: ShellProgram, path: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that have one value throughout, by name; places begin with ``@``.

    What is read, looped over or assigned two values is left out. `given` are those that the program has from elsewhere.
    """
    folder = path.rpartition("/")[0]
    known: dict[str, str] = {**(given or {}), "0": f"{ROOT}/{path}"}
    unsure = _changing(program)
    for command in all_commands(program.body):
        for one in command.assignments[:_MOST]:
            if one.name in unsure:
                continue
            value = _value(one.name, one.value.text, folder, known)
            if one.name in known and known[one.name] != value:
                unsure.add(one.name)
                del known[one.name]
            elif "$" not in value and "`" not in value:
                known[one.name] = value
            else:
                unsure.add(one.name)
    return known


def _changing(program: ShellProgram) -> set[str]:
    """The names to which ``read`` and the like give values."""
    return {word for command in all_commands(program.body) if command.name in _READERS for word in command.texts[1:]}


def _value(name: str, text: str, folder: str, known: Mapping[str, str]) -> str:
    """The text of an assignment with what is known put in; it keeps a ``$`` where something is not."""
    own, inside = _OWN_FOLDER.search(text), _PARENT.search(text) or _FOLDER_OF.search(text)
    if own or _SUFFIXED.search(text):
        return normal_place(f"{ROOT}/{folder}{own.group(1) + own.group(2) if own else ''}")
    if _TOP.search(text):
        return ROOT
    if inside:
        place = expand(inside.group(1), known) + ("/.." if _PARENT.search(text) else "")
        return normal_place(place) if place.startswith(ROOT) else text
    if "$(" in text or "`" in text:
        return text
    return normal_place(expand(text, {**known, **({} if name in known else {name: ""})}, defaults=True))


def expand(text: str, known: Mapping[str, str], *, defaults: bool = False) -> str:
    """The text with its variables replaced; those that are not known stay, so that a ``$`` tells of them."""
    if "$" not in text:
        return text
    parts: list[str] = []
    position = 0
    for match in _VARIABLE.finditer(text):
        found, default = known.get(match.group(1) or match.group(3)), match.group(2)
        if not found:
            found = default if default and defaults and "$" not in default else match.group()
        parts += (text[position : match.start()], found)
        position = match.end()
    return "".join((*parts, text[position:]))[:_LONGEST]


def normal_place(text: str) -> str:
    """A place without ``..`` and doubled slashes; other texts as they are."""
    if not text.startswith(ROOT + "/"):
        return text
    parts: list[str] = []
    for part in text[len(ROOT) + 1 :].split("/"):
        if part == ".." and parts and "$" not in parts[-1]:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join([ROOT, *parts])


def expanded(words: Iterable[Word], known: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """The words with their lines; an unquoted variable that stands for several words becomes several."""
    found: list[tuple[str, int]] = []
    for word in words:
        text = word.text if word.literal else _plain(word.text, known)
        parts = text.split() if not word.quoted and not word.literal and word.text.startswith("$") else [text]
        found.extend((normal_place(part), word.line) for part in parts)
    return tuple(found)


def _plain(text: str, known: Mapping[str, str]) -> str:
    own = _OWN_FOLDER.search(text)
    if own and "0" in known:
        return f"{known['0'].rpartition('/')[0]}{own.group(1)}{own.group(2)}"
    return expand(text.replace('"', ""), known, defaults=True)
