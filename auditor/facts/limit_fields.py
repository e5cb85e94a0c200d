"""Limits that records and settings declare, and where a program names such limits other than to set them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "LimitField", "LimitFields"]

_WORDS = (
    "(?:min|max|minimum|maximum|limits?|thresholds?|budget|quota|ceiling|floor|retention|cooldown|deadline|tolerance|"
    "keep_days|keep_hours|keep_last|keep_for)"
)
_NAMED = pattern(rf"\b(?:[a-z][a-z0-9_]*_{_WORDS}(?:_[a-z0-9_]+)?|{_WORDS}_[a-z0-9_]+)\b")
"""Names of several words, one of which says that this is a limit: a single word is said everywhere."""
_BASES = frozenset({"BaseModel", "BaseSettings", "NamedTuple", "Struct"})
_WHOLE = pattern(
    r"\b(?:asdict|astuple|model_dump|model_fields|__dict__|vars|getattr|fields|__dataclass_fields__|dict)\(|\.__dict__|\.dict\("
)
"""How an object is read as a whole, and an attribute by a name that is made up on the way."""
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class LimitField:
    """A field of a record with a figure for its default, whose name says that it is a limit."""

    line: int
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class LimitFields(Fact):
    """Of one file: the limits that it declares, the names of limits that it reads or speaks of, and whether it reads objects as a whole."""

    kind: ClassVar[str] = "limit-fields"
    fields: tuple[LimitField, ...]
    named: tuple[str, ...]
    whole: bool = False


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.PYTHON


def _parse(source: Source) -> LimitFields | None:
    if len(source.data) > _MOST_BYTES:
        return None
    named = tuple(sorted(set(_read(source.text))))
    whole = _WHOLE.search(source.text) is not None
    fields = () if whole else tuple(sorted(_declared(source)))
    return LimitFields(fields, named, whole) if fields or named or whole else None


def _declared(source: Source) -> Iterator[LimitField]:
    syntax = syntax_of(source)
    for node, _ in syntax.classes:
        if not is_record(node, _BASES):
            continue
        for one in node.body:
            match one:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=int() | float() as figure)):
                    if not isinstance(figure, bool) and _NAMED.fullmatch(name):
                        yield LimitField(one.lineno, name, node.name)
                case _:
                    continue


def _read(text: str) -> Iterator[str]:
    """Names of limits that are followed by neither an assignment nor the type of a field."""
    return (found.group() for found in _NAMED.finditer(text) if not _is_set(text, found.end()))


def _is_set(text: str, end: int) -> bool:
    following = text[end : end + 3].lstrip(" ")
    return following[:1] == ":" or (following[:1] == "=" and following[1:2] != "=")


PARSER = Parser(fact=LimitFields, accepts=_accepts, parse=_parse)
