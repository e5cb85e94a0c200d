"""Python of a later version, put into words that the running one parses: an audit must not depend on who runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from auditor.facts.pattern import Match, Pattern, pattern
from auditor.facts.syntax import syntax_tree
from auditor.model.source import Language

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["in_older_words"]

_EXCEPT = pattern(r"(?m)^([ \t]*except\*?[ \t]+)([^()#:\n\"']+,[^()#:\n\"']*?)([ \t]*:)")
"""``except A, B:`` (PEP 758)."""
_ALIAS = pattern(r"(?m)^([ \t]*)type[ \t]+([A-Za-z_]\w*)[ \t]*(?:\[[^\n=]*\])?[ \t]*=([^=\n])")
"""``type Name[T] = ...`` (PEP 695)."""
_GENERIC = pattern(r"(?m)^([ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+)\[[^\n]*?\]([ \t]*[(:])")
"""``def name[T](...)`` and ``class Name[T]:`` (PEP 695)."""


_NESTING = pattern(r"(?i)\bt?r?[ft]r?[\"'][^\n]*\{[^\n]*[\"']")
"""A string within a string (PEP 701), roughly."""
_OTHER = {b"'": b'"', b'"': b"'"}


def in_older_words(text: str) -> str:
    """The same program without the syntax of Python 3.12 to 3.14 that only adds to names; every line stays where it is."""
    if _NESTING.search(text):
        text = _with_other_quotes(text)
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


def _with_other_quotes(text: str) -> str:
    """Strings within the fields of a string that repeat its quotes, given the other ones."""
    data = bytearray(text.encode("utf-8", "replace"))
    tree = syntax_tree(Language.PYTHON, bytes(data))
    for place, quote in _repeated_quotes(tree.root_node) if tree else ():
        data[place : place + 1] = quote
    return data.decode()


def _repeated_quotes(root: Node) -> Iterator[tuple[int, bytes]]:
    """The position of each quotation mark to change, and what it is to be."""
    pending: list[tuple[Node, bytes]] = [(root, b"")]
    while pending:
        node, around = pending.pop()
        children = node.children
        if node.type == "string" and len(children) > 1:
            own = (children[0].text or b"").lstrip(b"bBfFrRtTuU")
            other = _OTHER.get(own, b"")
            if (
                own == around
                and other
                and not any(other in (one.text or b"") for one in children if one.type == "string_content")
            ):
                yield from ((children[0].end_byte - 1, other), (children[-1].start_byte, other))
                own = other
            pending.extend((one, own) for one in children if one.type == "interpolation")
        else:
            pending.extend((one, around) for one in children)
