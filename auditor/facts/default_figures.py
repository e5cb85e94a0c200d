"""Fields of records whose default already says how things are, and what a file gives to such fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.good_names import is_done_flag, is_good_flag, is_good_word, is_low_good, is_state_name
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import PythonSyntax, nodes_of, own_nodes, subtree, syntax_of
from auditor.facts.python_values import RESULTS, UNKNOWN, fold, is_false
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
_DOUBLES = pattern(r"^_?(?:Mock|Fake|Stub|Dummy|Test|Demo|Sample|Example|Null|Noop)")
_WANTED = pattern(
    r"(?:^|_)(?:min|max|target|threshold|limit|expected|required|desired|default|allowed|warn|warning|critical|budget|goal|slo|sla|estimated|estimate|planned|assumed|initial)(?:_|$)"
)
_TOLD = (
    *RESULTS,
    "Summary",
    "Metrics",
    "Statistics",
    "Stats",
    "Snapshot",
    "Comparison",
    "Scorecard",
    "Attestation",
    "Record",
    "Log",
    "Entry",
)
"""How classes end whose fields tell of what was found, beside those of results: the words of their fields are read more freely."""
_CHANGERS = frozenset(
    {
        "replace",
        "_replace",
        "evolve",
        "assoc",
        "copy",
        "copy_with",
        "model_copy",
        "update",
        "partial",
        "dict",
        "override",
        "with_changes",
        "set",
        "build",
        "make",
    }
)
"""What puts values into fields of objects that others made."""
_BASES = frozenset({"BaseModel", "NamedTuple", "SQLModel"})
_READERS = frozenset({
    "model_validate", "model_validate_json", "parse_obj", "parse_raw", "from_dict", "from_json", "from_orm", "from_row", "from_record", "construct", "model_construct",
    "_make", "load", "loads", "schema", "deserialize", "decode",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultFigure:
    """A field with a figure or a good verdict as its default; `place` is how many fields stand before it.

    `done` where the field says that something was done.
    """

    owner: str
    name: str
    value: str
    line: int
    place: int
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Construction:
    """A class that is made: with how many arguments by position, which of such fields by name, and `open` where it cannot be told which are given.

    `refused` are those of the named that are given the literal False.
    """

    name: str
    positional: int
    named: tuple[str, ...]
    open: bool
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultFigures(Fact):
    """Such fields of one file, the classes that it makes, the names to which it gives a value in objects that are there, and who has a field of which name."""

    kind: ClassVar[str] = "default-figures"
    fields: tuple[DefaultFigure, ...]
    made: tuple[Construction, ...]
    given: frozenset[str]
    held: frozenset[str]


def _parse(source: Source) -> DefaultFigures | None:
    syntax = syntax_of(source)
    fields = tuple(one for node, _ in syntax.classes for one in _fields(node))
    made = frozenset(one for call in nodes_of(source.python, ast.Call) for one in _made(call))
    own = frozenset(
        Construction(name=node.name, positional=0, named=(), open=True)
        for node, _ in syntax.classes
        if _makes_itself(node)
    )
    given = frozenset(name for name in _given(syntax) if _may_tell(name.rpartition(".")[2]))
    held = frozenset(
        f"{node.name}.{name}"
        for node, _ in syntax.classes
        for name in map(last_name, (one.target for one in _annotated(node)))
        if _may_tell(name)
    )
    if not (fields or made or given):
        return None
    kept = sorted(made | own, key=lambda one: (one.name, one.positional, one.named, one.open, one.refused))
    return DefaultFigures(fields=fields, made=tuple(kept), given=given, held=held)


def _may_tell(name: str) -> bool:
    """Whether a field of this name may tell of a figure or a verdict."""
    known = _MEASURED.search(name) or _VERDICTS.search(name)
    return bool(known) or is_good_flag(name) or is_low_good(name) or is_state_name(name)


def _fields(node: ast.ClassDef) -> Iterator[DefaultFigure]:
    if _CHOSEN.search(node.name) or _DOUBLES.search(node.name):
        return
    result = node.name.endswith(_TOLD)
    fields = [(last_name(one.target), _default(one.value), one.lineno) for one in _annotated(node)]
    given = fields if is_record(node, _BASES) else list(_parameters(node)) if result else []
    for place, (name, value, line) in enumerate(given):
        told = _told(name, value, result=result)
        if told:
            yield DefaultFigure(owner=node.name, name=name, value=told, line=line, place=place, done=is_done_flag(name))


def _parameters(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None, int]]:
    """What a class is made with by its own ``__init__``, where that keeps it under the same name."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            kept = {
                one.value.id
                for one in own_nodes(method.body)
                if isinstance(one, ast.Assign)
                and isinstance(one.value, ast.Name)
                and last_name(one.targets[0]) == one.value.id
            }
            for one, value in defaults_of(method.args)[1:]:
                yield one.arg, value if one.arg in kept else None, one.lineno


def _annotated(node: ast.ClassDef) -> list[ast.AnnAssign]:
    return [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]


def _default(value: ast.expr | None) -> ast.expr | None:
    """The default of a field, also where ``field(...)`` or ``Field(...)`` gives it."""
    if not isinstance(value, ast.Call) or last_name(value.func) not in ("field", "Field", "attrib", "ib"):
        return value
    named = next((one.value for one in value.keywords if one.arg == "default"), None)
    return named or next(iter(value.args), None)


def _told(name: str, value: ast.expr | None, *, result: bool) -> str:
    """What the default claims; empty where it claims nothing."""
    if value is None or _WANTED.search(name):
        return ""
    if isinstance(value, ast.Constant) and value.value is True:
        return "True" if _VERDICTS.search(name) or (result and is_good_flag(name)) else ""
    if result and is_state_name(name) and _is_good_member(value):
        return ast.unparse(value)[:40]
    number = fold(value) if _MEASURED.search(name) or result else UNKNOWN
    if not isinstance(number, int | float) or isinstance(number, bool):
        return ""
    best = result and number == 0 and isinstance(number, float) and is_low_good(name)
    return ast.unparse(value)[:40] if best or (number not in (0, -1) and _MEASURED.search(name)) else ""


def _is_good_member(value: ast.expr) -> bool:
    """A word for the good state, or a member of an enumeration that is one."""
    match value:
        case ast.Constant(value=str() as word):
            return is_good_word(word)
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=member):
            return owner[:1].isupper() and is_good_word(member)
        case _:
            return False


def _made(call: ast.Call) -> Iterator[Construction]:
    name = last_name(call.func)
    if name[:1].isupper():
        is_open = any(isinstance(one, ast.Starred) for one in call.args) or any(
            one.arg is None for one in call.keywords
        )
        named = tuple(sorted(one.arg for one in call.keywords if one.arg and _may_tell(one.arg)))
        refused = tuple(sorted(one.arg for one in call.keywords if one.arg in named and is_false(one.value)))
        yield Construction(name=name, positional=len(call.args), named=named, open=is_open, refused=refused)
    if isinstance(call.func, ast.Attribute) and name in _READERS and last_name(call.func.value)[:1].isupper():
        yield Construction(name=last_name(call.func.value), positional=0, named=(), open=True)


def _makes_itself(node: ast.ClassDef) -> bool:
    """Whether a class makes its own objects from what it is given: ``cls(...)``."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "cls" for one in subtree(node)
    )


def _given(syntax: PythonSyntax) -> Iterator[str]:
    """The names under which objects that are there are given something: attributes, with the class where it is its own, and what changes records."""
    tree = syntax.tree
    own = {id(node): owner.name for owner, _ in syntax.classes for node in subtree(owner) if _is_own_store(node)}
    kept = {
        id(one.targets[0])
        for one in nodes_of(tree, ast.Assign)
        if isinstance(one.value, ast.Name) and last_name(one.targets[0]) == one.value.id
    }
    for node in nodes_of(tree, ast.Attribute):
        if isinstance(node.ctx, ast.Store) and not (id(node) in own and id(node) in kept):
            yield f"{own[id(node)]}.{node.attr}" if id(node) in own else node.attr
    for call in nodes_of(tree, ast.Call):
        name = last_name(call.func)
        if name in _CHANGERS:
            yield from (one.arg for one in call.keywords if one.arg)
        if (
            name in _CHANGERS
            or name in ("setattr", "__setattr__", "dict")
            or any(one.arg is None for one in call.keywords)
        ):
            yield from _texts(call)


def _is_own_store(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and last_name(node.value) == "self"


def _texts(call: ast.Call) -> Iterator[str]:
    """The names that are written as texts in what a call is given."""
    for node in own_nodes([*call.args, *(one.value for one in call.keywords)]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


PARSER = Parser(
    fact=DefaultFigures,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
