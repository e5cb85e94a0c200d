"""Records with a field for a verdict, and the functions that give one as good without having asked anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.good_records import NOWHERE, GoodRecord, good_records, says_good
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, syntax_of
from auditor.facts.python_values import RESULTS
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language, Role

__all__ = ["PARSER", "GoodRecord", "VerdictRecord", "VerdictRecords", "records_by_name", "says_verdict"]

_FIELD = pattern(
    r"^(?:is_|was_|has_)?(?:good|ok|okay|up|healthy|passed|success|successful|succeeded|ready|valid|alive|reachable|sound|fine|accepted|delivered|done|verified|online|available|"
    r"connected|approved|intact|compliant|allowed|safe|clean|complete|completed|applied|restored|sent|positive|holds|green|working|satisfied|fulfilled|met)$"
)
_STATE = pattern(r"^(?:status|state|level|verdict|health|outcome|result|grade|colou?r)$")


@dataclass(frozen=True, slots=True, order=True)
class VerdictRecord:
    """A class made of fields, one of which says how something went, and `good` where it does so unless somebody says otherwise; `place` counts from the first field.

    `line` is that of a flag which is True unless somebody says otherwise, and 0 of all others.
    """

    name: str
    field: str
    place: int
    good: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class VerdictRecords(Fact):
    """Of one file."""

    kind: ClassVar[str] = "verdict-records"
    records: tuple[VerdictRecord, ...]
    given: tuple[GoodRecord, ...]


@lru_cache(maxsize=2)
def records_by_name(syntax: PythonSyntax) -> Mapping[str, tuple[VerdictRecord, ...]]:
    """The classes whose objects say how something went, with the fields that say it: those of the file, and those that it imports and uses so."""
    own = {node.name: tuple(_record(node)) for node, _ in syntax.classes}
    used: dict[str, set[int]] = {}
    named: dict[str, set[str]] = {}
    for call in nodes_of(syntax.tree, ast.Call):
        name = last_name(call.func)
        if name in own or not name[:1].isupper() or not name.endswith(RESULTS):
            continue
        used.setdefault(name, set()).update(place for place, one in enumerate(call.args) if _is_flag(one))
        named.setdefault(name, set()).update(one.arg for one in call.keywords if one.arg and _FIELD.search(one.arg))
    # of a class that lies elsewhere, the one place that holds True or False is taken for the verdict
    placed = {name: VerdictRecord(name, "", min(places)) for name, places in used.items() if len(places) == 1}
    foreign = {
        name: (
            *(VerdictRecord(name, field, NOWHERE) for field in sorted(fields)),
            *([placed[name]] if name in placed else []),
        )
        for name, fields in named.items()
    }
    return {name: fields for name, fields in {**foreign, **own}.items() if fields}


def _is_flag(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def says_verdict(value: ast.expr | None, records: Mapping[str, tuple[VerdictRecord, ...]]) -> Verdict:
    """What an object of such a class says of the outcome by literals alone; OPEN where that is worked out."""
    if not isinstance(value, ast.Call) or last_name(value.func) not in records:
        return Verdict.OPEN
    named = {one.arg: one.value for one in value.keywords}
    said: set[Verdict] = set()
    whole = not any(isinstance(one, ast.Starred) for one in value.args) and None not in named
    for one in records[last_name(value.func)]:
        given = named.get(one.field) or (value.args[one.place] if one.place < len(value.args) else None)
        if given is not None:
            said.add(_said(given))
        elif one.good and whole:
            said.add(Verdict.SUCCESS)
    return said.pop() if len(said) == 1 else Verdict.OPEN


def _said(value: ast.expr) -> Verdict:
    if isinstance(value, ast.Constant) and value.value is False:
        return Verdict.FAILURE
    return Verdict.SUCCESS if says_good(value) else Verdict.OPEN


def _parse(source: Source) -> VerdictRecords | None:
    syntax = syntax_of(source)
    records = tuple(sorted(one for node, _ in syntax.classes for one in _record(node)))
    given = tuple(sorted(good_records(syntax)))
    return VerdictRecords(records, given) if records or given else None


def _record(node: ast.ClassDef) -> Iterator[VerdictRecord]:
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    for place, one in enumerate(fields):
        name = last_name(one.target)
        annotation = ast.unparse(one.annotation)[:60]
        if (_FIELD.search(name) and "bool" in annotation) or (
            _STATE.search(name) and not annotation.startswith(("int", "float", "dict", "list"))
        ):
            good = one.value is not None and says_good(one.value)
            yield VerdictRecord(node.name, name, place, good, one.lineno if good and "bool" in annotation else 0)


PARSER = Parser(
    fact=VerdictRecords,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
