"""TOML of the audited repository, read in time that is linear in its size."""

from __future__ import annotations

import tomllib
from typing import Any

from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern

__all__ = ["MAX_PARTS", "read_toml"]

MAX_PARTS = 64
"""Parts of a dotted key: the standard library takes time with the square of their number."""

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*"""
_LONG_KEY = pattern(f"(?:{_PART}){{{MAX_PARTS}}}")


def read_toml(text: str) -> dict[str, Any]:
    """The document. Raises ParseFailure, with the line where it is known, on what is broken or nested too deeply."""
    found = _LONG_KEY.search(text) if text.count(".") >= MAX_PARTS else None
    if found is not None:
        raise ParseFailure(f"a key of more than {MAX_PARTS} parts", text.count("\n", 0, found.start()) + 1)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ParseFailure(f"broken TOML: {error}") from error
