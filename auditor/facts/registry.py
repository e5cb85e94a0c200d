"""Finds every parser of facts by walking this package; no list is kept."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import auditor.facts
from auditor.errors import InternalError
from auditor.facts.base import Parser

__all__ = ["parsers"]


@cache
def parsers() -> tuple[Parser, ...]:
    """All parsers, ordered by the kind of their fact. Raises InternalError on two parsers of one kind."""
    found: dict[str, Parser] = {}
    for module in pkgutil.walk_packages(auditor.facts.__path__, "auditor.facts."):
        parser = getattr(importlib.import_module(module.name), "PARSER", None)
        if not isinstance(parser, Parser):
            continue
        if parser.fact.kind in found:
            raise InternalError(f"two parsers for facts of kind {parser.fact.kind!r}")
        found[parser.fact.kind] = parser
    return tuple(found[kind] for kind in sorted(found))
