"""Fields of records whose default already says how things are, and what a file gives to such fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "Construction", "DefaultFigure", "DefaultFigures"]

_MEASURED = pattern(
    r"(?:^|_)(?:uptime|availability|latency|p50|p9[059]\d?|rps|qps|tps|throughput|success_rate|error_rate|hit_rate|pass_rate|hit_ratio|accuracy|coverage|utili[sz]ation|headroom|freshness|completeness|"
    r"replication_lag|rto|rpo|recovery_time|mttr|mtbf|loss_rate|drift_score|quality_score|health_score|compliance_score|security_score|readiness_score)(?:_(?:ms|s|seconds|minutes|hours|days|pct|percent|percentage|ratio|rate|usd))*$"
)
_VERDICTS = pattern(
    r"^(?:is_|was_|all_|\w+_)?(?:verified|validated|healthy|passed|succeeded|successful|compliant|encrypted|replicated|restored|tested|approved|signed|audited|certified|delivered|consistent|in_sync|intact)$"
)
_CHOSEN = pattern(
    r"(?:Config|Configuration|Settings|Options|Policy|Policies|Thresholds?|Targets?|Limits?|Params|Parameters|Args|Arguments|Defaults?|Spec|Profile|Rule|Rules|SLO|SLA|SLOs|Objectives?|Budget|Request|Query|Input|Create|Update|"
    r"Filter|Preset|Template|Scenario|Fixture|Weights?|Criteria|Requirements?|Baseline|Plan|Goal|Constraints?|Context|Event|Command|Form|Schema|Expectation)s?$"
)
_WANTED = pattern(
    r"(?:^|_)(?:min|max|target|threshold|limit|expected|required|desired|default|allowed|warn|warning|critical|budget|goal|slo|sla)(?:_|$)"
)
_RECORDS = frozenset({"dataclass", "define", "frozen", "attrs", "s"})
_BASES = frozenset({"BaseModel", "NamedTuple", "SQLModel"})
_READERS = frozenset({
    "model_validate", "model_validate_json", "parse_obj", "parse_raw", "from_dict", "from_json", "from_orm", "from_row", "from_record", "construct", "model_construct",
    "_make", "load", "loads", "schema", "deserialize", "decode",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultFigure:
    """A field with a figure or a good verdict as its default; `place` is how many fields stand before it."""

    owner: str
    name: str
    value: str
    line: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Construction:
    """A class that is made: with how many arguments by position, and `open` where it cannot be told which fields are given."""

    name: str
    positional: int
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultFigures(Fact):
    """Such fields of one file, the classes that it makes, and the names of such fields to which it gives a value."""

    kind: ClassVar[str] = "default-figures"
    fields: tuple[DefaultFigure, ...]
    made: tuple[Construction, ...]
    given: frozenset[str]


def _parse(source: Source) -> DefaultFigures | None:
    syntax = syntax_of(source)
    fields = tuple(one for node, _ in syntax.classes for one in _fields(node))
    made = frozenset(one for call in nodes_of(source.python, ast.Call) for one in _made(call))
    own = frozenset(
        Construction(name=node.name, positional=0, open=True) for node, _ in syntax.classes if _makes_itself(node)
    )
    given = frozenset(name for name in _given(source.python) if _MEASURED.search(name) or _VERDICTS.search(name))
    if not (fields or made or given):
        return None
    kept = sorted(made | own, key=lambda one: (one.name, one.positional, one.open))
    return DefaultFigures(fields=fields, made=tuple(kept), given=given)


def _fields(node: ast.ClassDef) -> Iterator[DefaultFigure]:
    decorated = any(
        last_name(one.func if isinstance(one, ast.Call) else one) in _RECORDS for one in node.decorator_list
    )
    derived = any(last_name(one) in _BASES for one in node.bases)
    if not (decorated or derived) or _CHOSEN.search(node.name):
        return
    annotated = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    for place, one in enumerate(annotated):
        name = one.target.id if isinstance(one.target, ast.Name) else ""
        told = _told(name, _default(one.value))
        if told:
            yield DefaultFigure(owner=node.name, name=name, value=told, line=one.lineno, place=place)


def _default(value: ast.expr | None) -> ast.expr | None:
    """The default of a field, also where ``field(...)`` or ``Field(...)`` gives it."""
    if not isinstance(value, ast.Call) or last_name(value.func) not in ("field", "Field", "attrib", "ib"):
        return value
    named = next((one.value for one in value.keywords if one.arg == "default"), None)
    return named or next(iter(value.args), None)


def _told(name: str, value: ast.expr | None) -> str:
    """What the default claims; empty where it claims nothing."""
    if value is None or _WANTED.search(name):
        return ""
    if _VERDICTS.search(name):
        return "True" if isinstance(value, ast.Constant) and value.value is True else ""
    number = fold(value) if _MEASURED.search(name) else UNKNOWN
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return ast.unparse(value)[:40] if is_number and number not in (0, -1) else ""


def _made(call: ast.Call) -> Iterator[Construction]:
    name = last_name(call.func)
    if name[:1].isupper():
        is_open = any(isinstance(one, ast.Starred) for one in call.args) or any(
            one.arg is None for one in call.keywords
        )
        yield Construction(name=name, positional=len(call.args), open=is_open)
    if isinstance(call.func, ast.Attribute) and name in _READERS and last_name(call.func.value)[:1].isupper():
        yield Construction(name=last_name(call.func.value), positional=0, open=True)


def _makes_itself(node: ast.ClassDef) -> bool:
    """Whether a class makes its own objects from what it is given: ``cls(...)``."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "cls" for one in subtree(node)
    )


def _given(tree: ast.Module) -> Iterator[str]:
    """Every name under which something is given: keywords, attributes that are set, keys and what `setattr` is given."""
    yield from (node.arg for node in nodes_of(tree, ast.keyword) if node.arg)
    yield from (node.attr for node in nodes_of(tree, ast.Attribute) if isinstance(node.ctx, ast.Store))
    for node in nodes_of(tree, ast.Constant):
        if isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


PARSER = Parser(
    fact=DefaultFigures,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
