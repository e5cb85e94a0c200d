"""Python of a later version, put into words that the running one parses: an audit must not depend on who runs it."""

from __future__ import annotations

from collections.abc import Callable

from auditor.facts.pattern import Match, Pattern, pattern

__all__ = ["in_older_words"]

_EXCEPT = pattern(r"(?m)^([ \t]*except\*?[ \t]+)([^()#:\n\"']+,[^()#:\n\"']*?)([ \t]*:)")
"""``except A, B:`` (PEP 758)."""
_ALIAS = pattern(r"(?m)^([ \t]*)type[ \t]+([A-Za-z_]\w*)[ \t]*(?:\[[^\n=]*\])?[ \t]*=([^=\n])")
"""``type Name[T] = ...`` (PEP 695)."""
_GENERIC = pattern(r"(?m)^([ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+)\[[^\n]*?\]([ \t]*[(:])")
"""``def name[T](...)`` and ``class Name[T]:`` (PEP 695)."""


def in_older_words(text: str) -> str:
    """The same program without the syntax of Python 3.12 to 3.14 that only adds to names; every line stays where it is."""
    text = _rewritten(text, _EXCEPT, lambda one: f"{one.group(1)}({one.group(2)}){one.group(3)}")
    text = _rewritten(text, _ALIAS, lambda one: f"{one.group(1)}{one.group(2)} ={one.group(3)}")
    return _rewritten(text, _GENERIC, lambda one: one.group(1) + one.group(2))


def _rewritten(text: str, found: Pattern, words: Callable[[Match], str]) -> str:
    parts: list[str] = []
    position = 0
    for match in found.finditer(text):
        parts += (text[position : match.start()], words(match))
        position = match.end()
    return "".join((*parts, text[position:]))
