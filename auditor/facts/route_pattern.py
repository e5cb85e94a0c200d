"""Paths of routes in one form: segments joined by slashes, ``{}`` for any one, ``**`` for any number of them."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["ANY", "SETTING", "route_pattern", "without_query"]

ANY = "**"
SETTING = "\x01"
"""What a segment begins with that is the name of a setting, whose value another file may tell."""
_REST = pattern(r"\*|:path\}|<path:|\(\.[*+]\)|>\.[*+]\)|\.\.\.|\$\{")
_ONE = pattern(r"[{}<>()\[\]\\|+?^]|^:")


def route_pattern(text: str) -> str:
    """The pattern of a path as frameworks write it, with parameters of any spelling."""
    text = text.strip().removeprefix("^").removesuffix("$").removesuffix("\\Z")
    return "/".join(_segment(one) for one in text.split("/") if one)


def without_query(text: str) -> str:
    """The path alone, of what follows the host in a URL."""
    return text.partition("?")[0].partition("#")[0]


def _segment(text: str) -> str:
    if _REST.search(text):
        return ANY
    return "{}" if _ONE.search(text) else text
