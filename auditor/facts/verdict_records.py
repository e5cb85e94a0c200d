"""Records with a field for a verdict, and the functions that give one as good without having asked anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.claims import WORK, claims_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import is_asked, is_registered
from auditor.facts.python_grounds import Ground, grounds_of
from auditor.facts.python_handlers import covers_outages, is_quiet, suppresses
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, syntax_of
from auditor.facts.python_values import RESULTS, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.source import Language, Role

__all__ = ["PARSER", "GoodRecord", "VerdictRecord", "VerdictRecords", "records_by_name", "says_verdict"]

_FIELD = pattern(
    r"^(?:is_|was_|has_)?(?:good|ok|okay|up|healthy|passed|success|successful|succeeded|ready|valid|alive|reachable|sound|fine|accepted|delivered|done|verified|online|available|"
    r"connected|approved|intact|compliant|allowed|safe|clean|complete|completed|applied|restored|sent|positive|holds|green|working|satisfied|fulfilled|met)$"
)
_STATE = pattern(r"^(?:status|state|level|verdict|health|outcome|result|grade|colou?r)$")
_MAKES = pattern(
    r"(?i)^_*(?:ok|success|succeed(?:ed)?|passed|pass|good|allow|accept|skip\w*|empty|default|none|noop|no_op|make|create|build|new|from|to|as|with|of|valid|healthy|green|up|fine|approve|grant|"
    r"result|outcome|parse|load|decode|copy|merge|combine|convert|wrap|reply|respond)(?:_|$)|test|mock|fake|stub|example|dummy|null|sample|factory|fixture"
)
_PLAIN = pattern(f"{PLAIN_CLASSES}|Default|Always|Allow|Example|Sample|Disabled")
_NOWHERE = 1_000
"""The place of a field that is only given by its name."""
_WORDS = frozenset({"fine", "good", "okay", "sound", "well", "normal"})


@dataclass(frozen=True, slots=True, order=True)
class VerdictRecord:
    """A class made of fields, one of which says how something went, and `good` where it does so unless somebody says otherwise; `place` counts from the first field."""

    name: str
    field: str
    place: int
    good: bool = False


@dataclass(frozen=True, slots=True, order=True)
class GoodRecord:
    """A function that gives an object of a class with good literals in these fields and places; `swallows` where its work may fail unseen.

    `named` and `count` are the fields that it gives at all: by name, and how many by place.
    """

    line: int
    end_line: int
    function: str
    maker: str
    fields: tuple[str, ...]
    places: tuple[int, ...]
    swallows: bool
    named: tuple[str, ...] = ()
    count: int = _NOWHERE


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
            *(VerdictRecord(name, field, _NOWHERE) for field in sorted(fields)),
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
    return Verdict.SUCCESS if _says_good(value) else Verdict.OPEN


def _parse(source: Source) -> VerdictRecords | None:
    syntax = syntax_of(source)
    records = tuple(sorted(one for node, _ in syntax.classes for one in _record(node)))
    given = tuple(sorted(_given(syntax)))
    return VerdictRecords(records, given) if records or given else None


def _record(node: ast.ClassDef) -> Iterator[VerdictRecord]:
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    for place, one in enumerate(fields):
        name = last_name(one.target)
        annotation = ast.unparse(one.annotation)[:60]
        if (_FIELD.search(name) and "bool" in annotation) or (
            _STATE.search(name) and not annotation.startswith(("int", "float", "dict", "list"))
        ):
            yield VerdictRecord(node.name, name, place, one.value is not None and _says_good(one.value))


def _given(syntax: PythonSyntax) -> Iterator[GoodRecord]:
    helpers = {
        last_name(call.func)
        for call in nodes_of(syntax.tree, ast.Call)
        if (call.args or call.keywords) and (isinstance(call.func, ast.Name) or _is_own(call.func))
    }
    for view in syntax.functions:
        made_here = view.name in helpers and not isinstance(view.node, ast.AsyncFunctionDef)
        if view.is_test or made_here or _MAKES.search(view.name) or _is_plain(view, syntax):
            continue
        yield from _yielded(view)
        last = view.returns[-1] if view.returns else None
        value = _made(last.value, view) if last is not None else None
        if last is None or value is None:
            continue
        fields, places = _good(value)
        named, count = _filled(value)
        if not fields and not places and not count < _NOWHERE:
            continue
        hollow = len(view.returns) == 1 and stays_inside(view, syntax) and not grounds_of(view, syntax) - {Ground.FORM}
        swallows = not hollow and _swallows(view, last, syntax)
        if hollow or swallows:
            yield GoodRecord(
                last.lineno,
                last.end_lineno or last.lineno,
                view.qualified,
                last_name(value.func),
                fields,
                places,
                swallows,
                named,
                count,
            )


def _yielded(view: FunctionView) -> Iterator[GoodRecord]:
    """What a function yields that does nothing else: ``yield Control("encryption", satisfied=True)``."""
    given = [one.value for one in view.body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Yield)]
    if not given or len(given) != len(view.body):
        return
    for one in given:
        made = one.value if isinstance(one.value, ast.Call) and last_name(one.value.func)[:1].isupper() else None
        known = made is not None and not any(
            isinstance(part, ast.Call | ast.Await) and part is not made for part in own_nodes([made])
        )
        fields, places = _good(made) if made is not None and known else ((), ())
        if made is not None and (fields or places):
            yield GoodRecord(
                one.lineno,
                one.end_lineno or one.lineno,
                view.qualified,
                last_name(made.func),
                fields,
                places,
                swallows=False,
            )


def _is_own(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and last_name(function.value) in ("self", "cls")


def _is_plain(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function makes records for others, or other rules judge it by its name."""
    if view.node.decorator_list or (view.owner is not None and _PLAIN.search(view.owner.name)):
        return True
    judged = claims_of(view.name) & WORK or is_asked(view) or is_registered(view, syntax)
    bindings = Bindings.of(view)
    return bool(judged) and any(verdict_of(one.value, bindings) is Verdict.SUCCESS for one in view.returns)


def _made(value: ast.expr | None, view: FunctionView) -> ast.Call | None:
    value = Bindings.of(view).only(value.id) if isinstance(value, ast.Name) else value
    made = value if isinstance(value, ast.Call) and last_name(value.func)[:1].isupper() else None
    return (
        made if made is not None and not (view.owner is not None and view.owner.name == last_name(made.func)) else None
    )


def _good(call: ast.Call) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The keywords and places of literals that say True, or a word for the good state."""
    fields = tuple(one.arg for one in call.keywords if one.arg and _says_good(one.value))
    return fields, tuple(at for at, one in enumerate(call.args) if _says_good(one))


def _filled(call: ast.Call) -> tuple[tuple[str, ...], int]:
    """Which fields of a result are given, so that the others stay at their defaults; all of them where that cannot be told."""
    whole = not any(isinstance(one, ast.Starred) for one in call.args) and all(one.arg for one in call.keywords)
    if not whole or not last_name(call.func).endswith(RESULTS):
        return (), _NOWHERE
    return tuple(sorted(one.arg for one in call.keywords if one.arg)), len(call.args)


def _says_good(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=True):
            return True
        case ast.Constant(value=str() as word) | ast.Attribute(attr=word, value=ast.Name()):
            return verdict_of_word(word) is Verdict.SUCCESS or word.lower() in _WORDS
        case _:
            return False


def _swallows(view: FunctionView, last: ast.Return, syntax: PythonSyntax) -> bool:
    """Whether the work of a function stands in blocks of which every failure is passed over, and the last line calls it good."""
    tops = [
        one
        for one in view.body
        if any(isinstance(node, ast.Call | ast.Await) for node in own_nodes([one])) and one is not last
    ]
    guarded = [one for one in tops if _passes_over(one, syntax)]
    rest = [one for one in tops if one not in guarded]
    return (
        bool(guarded) and last in view.body and all(is_quiet([one], syntax) or _only_reads_clock(one) for one in rest)
    )


def _passes_over(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    if isinstance(statement, ast.With):
        return suppresses(statement, syntax)
    if not isinstance(statement, ast.Try) or not statement.handlers or statement.orelse:
        return False
    covered = any(covers_outages(one, syntax) for one in statement.handlers)
    returns = any(isinstance(one, ast.Return) for one in own_nodes(statement.body))
    return covered and not returns and all(is_quiet(one.body, syntax) for one in statement.handlers)


def _only_reads_clock(statement: ast.stmt) -> bool:
    calls = [one for one in own_nodes([statement]) if isinstance(one, ast.Call)]
    return all(last_name(one.func) in ("time", "monotonic", "perf_counter", "now", "utcnow", "clock") for one in calls)


PARSER = Parser(
    fact=VerdictRecords,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
