"""Figures of shell programs: what variables are given, what changes them, and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command

__all__ = ["changed_names", "compared_operands", "given_values", "variable_name"]

_COMPARES = frozenset({"[", "[[", "test", "awk", "bc", "(("})
_DECLARES = frozenset({"local", "declare", "readonly", "export", "typeset"})
_OPERAND = r"\"?(\$\{\w+[^}\s]*\}|\$?\w[\w.]*)\"?"
_COMPARED = pattern(_OPERAND + r"\s*(?:\s-(?:lt|le|gt|ge|eq|ne)\s|[<>]=?|[=!]=|\s=\s)\s*" + _OPERAND)
_ALIAS = pattern(r"^(?:-v)?(\w+)=[\"']?\$\{?(\w+)[\w%.*:}-]*[\"']?$")
_CHANGED = pattern(r"(\w+)(?:\+\+|--|[-+*/%]?=(?:[^=]|$))|(?:\+\+|--)(\w+)")
_EVALUATED = pattern(r"(\w+)=")


def given_values(command: Command) -> Iterator[tuple[str, str]]:
    """``lag=5`` and ``local lag=5``."""
    yield from ((one.name, one.value.text) for one in command.assignments)
    for text in command.texts[1:] if command.name in _DECLARES else ():
        name, _, value = text.partition("=")
        if value:
            yield name, value


def changed_names(command: Command) -> Iterator[str]:
    """What gets a value that is not known: ``((failed++))``, ``read lag``, ``printf -v lag``, ``eval "lag=$(ask)"``."""
    match command.name:
        case "((" | "let":
            for one in _CHANGED.finditer("".join(" ".join(command.texts[1:]).split())):
                yield one.group(1) or one.group(2)
        case "read" | "mapfile" | "readarray":
            yield from command.texts[1:]
        case "printf":
            yield from (after for before, after in pairwise(command.texts) if before == "-v")
        case "eval":
            yield from (one.group(1) for one in _EVALUATED.finditer(" ".join(command.texts[1:])))
        case _:
            return


def compared_operands(command: Command) -> Iterator[tuple[str, str]]:
    """The pairs of operands that a command compares, as written: ``$lag`` and ``5``."""
    words = [*command.texts[1:], *(one.target.text for one in command.redirects if one.operator == "<<<")]
    if command.name not in _COMPARES and not (command.name in ("echo", "printf") and any("$" in one for one in words)):
        return
    aliases = {held.group(1): f"${held.group(2)}" for text in words if (held := _ALIAS.search(text))}
    for found in _COMPARED.finditer(" ".join(text for text in words if not _ALIAS.search(text))):
        left, right = (aliases.get(one, one) for one in (found.group(1), found.group(2)))
        yield left, right


def variable_name(operand: str) -> str:
    """``lag`` of ``${lag%.*}``."""
    return operand.lstrip("${").partition("}")[0].partition(":")[0].partition("%")[0]
