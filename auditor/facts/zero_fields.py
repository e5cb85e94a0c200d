"""Fields of records of measurements that begin at nought."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "ZeroField", "ZeroFields"]

_MEASURES = pattern(
    r"(?:Metrics|Stats|Statistics|Counters|Telemetry|Usage|Measurements|Snapshot|Performance|Monitor(?:ing)?Data|HealthData)$"
)
_BASES = frozenset({"BaseModel", "Struct"})
_APART = pattern(r"\b(?:setattr|fromkeys|__dict__|model_validate|from_dict|model_construct|make_dataclass)\b")


@dataclass(frozen=True, slots=True, order=True)
class ZeroField:
    """A field with the default 0, the class that it is of, and the names of all fields of that, joined by blanks."""

    line: int
    name: str
    owner: str
    beside: str


@dataclass(frozen=True, slots=True)
class ZeroFields(Fact):
    """Those of one file."""

    kind: ClassVar[str] = "zero-fields"
    fields: tuple[ZeroField, ...]


def _parse(source: Source) -> ZeroFields | None:
    if _APART.search(source.text):
        return None
    fields = tuple(sorted(_fields(syntax_of(source))))
    return ZeroFields(fields) if fields else None


def _fields(syntax: PythonSyntax) -> Iterator[ZeroField]:
    for node, _ in syntax.classes:
        if not _MEASURES.search(node.name) or not is_record(node, _BASES):
            continue
        named = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
        beside = " ".join(one.target.id for one in named if isinstance(one.target, ast.Name))
        for one in named:
            if isinstance(one.target, ast.Name) and _is_nought(one.value):
                yield ZeroField(one.lineno, one.target.id, node.name, beside)


def _is_nought(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) in (int, float) and not value.value


PARSER = Parser(
    fact=ZeroFields,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
