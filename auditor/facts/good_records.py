"""Objects that code gives as good without having asked anything, or behind work that failed."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.claims import WORK, Claim, claims_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import is_asked, is_registered
from auditor.facts.python_grounds import Ground, grounds_of
from auditor.facts.python_handlers import covers_outages, handlers, is_quiet, suppresses
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes
from auditor.facts.python_values import RESULTS, verdict_of
from auditor.facts.verdicts import Verdict, verdict_of_word

__all__ = ["NOWHERE", "GoodRecord", "good_records", "says_good"]

_MAKES = pattern(
    r"(?i)^_*(?:ok|success|succeed(?:ed)?|passed|pass|good|allow|accept|skip\w*|empty|default|none|noop|no_op|make|create|build|new|from|to|as|with|of|valid|healthy|green|up|fine|approve|grant|"
    r"result|outcome|parse|load|decode|copy|merge|combine|convert|wrap|reply|respond)(?:_|$)|test|mock|fake|stub|example|dummy|null|sample|factory|fixture"
)
_PLAIN = pattern(f"{PLAIN_CLASSES}|Default|Always|Allow|Example|Sample|Disabled")
_ERRORS = frozenset({"error", "errors", "failure", "reason", "exception", "error_message", "message", "detail"})
_OUTCOME = pattern(r"(?i)succe|ok$|passed|healthy|valid|status|state|outcome|result|deliver|done|failed|complete|ready")
NOWHERE = 1_000
"""The place of a field that is only given by its name."""
_WORDS = frozenset({"fine", "good", "okay", "sound", "well", "normal"})


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
    count: int = NOWHERE


def good_records(syntax: PythonSyntax) -> Iterator[GoodRecord]:
    """What the functions of a file give as good on no grounds, or in spite of a failure."""
    helpers = {
        last_name(call.func)
        for call in nodes_of(syntax.tree, ast.Call)
        if (call.args or call.keywords) and (isinstance(call.func, ast.Name) or _is_own(call.func))
    }
    own = {node.name for node, _ in syntax.classes}
    for view in syntax.functions:
        made_here = view.name in helpers and not isinstance(view.node, ast.AsyncFunctionDef)
        if view.is_test or made_here or _MAKES.search(view.name) or _is_plain(view, syntax):
            continue
        yield from _yielded(view)
        yield from _after_failure(view, syntax, own)
        yield from _left_good(view, syntax)
        last = view.returns[-1] if view.returns else None
        value = _made(last.value, view) if last is not None else None
        if last is None or value is None:
            continue
        fields, places = _good(value)
        _, count = _filled(value)
        if not fields and not places and not count < NOWHERE:
            continue
        hollow = _is_hollow(view, syntax)
        if hollow or _swallows(view, last, syntax):
            yield _record_of(last, value, view, swallows=not hollow)


def _is_hollow(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function reaches nothing, and either looks at nothing, or claims to act and only looks at what it was given."""
    if not stays_inside(view, syntax):
        return False
    if len(view.returns) == 1:
        return not grounds_of(view, syntax) - {Ground.FORM}
    makers = [_made(one.value, view) for one in view.returns]
    names = {last_name(one.func) for one in makers if one is not None}
    acts = claims_of(view.name) & {Claim.ACT, Claim.NOTIFY}
    return bool(acts) and None not in makers and len(names) == 1 and view.returns[-1] is view.body[-1]


def _record_of(statement: ast.stmt, made: ast.Call, view: FunctionView, *, swallows: bool) -> GoodRecord:
    fields, places = _good(made)
    named, count = _filled(made)
    return GoodRecord(
        statement.lineno,
        statement.end_lineno or statement.lineno,
        view.qualified,
        last_name(made.func),
        fields,
        places,
        swallows,
        named,
        count,
    )


def _after_failure(view: FunctionView, syntax: PythonSyntax, own: set[str]) -> Iterator[GoodRecord]:
    """What a function gives or keeps behind work that failed: in a handler, or after the last of its attempts.

    `own` are the names of the classes of the file, whose objects in handlers are left out.
    """
    for _, handler in handlers(view):
        made = _kept(handler.body[-1])
        if made is not None and last_name(made.func) not in own and covers_outages(handler, syntax):
            yield _record_of(handler.body[-1], made, view, swallows=True)
    for loop, after in itertools.pairwise(view.body):
        made = _kept(after)
        if made is not None and isinstance(loop, ast.For | ast.AsyncFor | ast.While) and _tries(loop, syntax):
            yield _record_of(after, made, view, swallows=True)


def _left_good(view: FunctionView, syntax: PythonSyntax) -> Iterator[GoodRecord]:
    """A result that is made first, and that a handler gives an error, while nothing ever says that it is none of success."""
    if not view.body:
        return
    last = view.body[-1]
    name = last.value.id if isinstance(last, ast.Return) and isinstance(last.value, ast.Name) else ""
    values = Bindings.of(view).assigned.get(name, ()) if name else ()
    made = _made(values[0], view) if len(values) == 1 else None
    stored = {
        one.attr
        for one in view.of(ast.Attribute)
        if isinstance(one.ctx, ast.Store) and isinstance(one.value, ast.Name) and one.value.id == name
    }
    if made is None or not stored & _ERRORS or any(_OUTCOME.search(one) for one in stored):
        return
    for _, handler in handlers(view):
        for one in handler.body if covers_outages(handler, syntax) and not _leaves(handler.body) else ():
            target = one.targets[0] if isinstance(one, ast.Assign) else None
            if isinstance(target, ast.Attribute) and last_name(target.value) == name and target.attr in _ERRORS:
                yield _record_of(one, made, view, swallows=True)


def _kept(statement: ast.stmt) -> ast.Call | None:
    """The object that a statement returns, or adds to a list."""
    match statement:
        case ast.Return(value=ast.Call() as made):
            pass
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[ast.Call() as made])):
            pass
        case _:
            return None
    return made if last_name(made.func)[:1].isupper() else None


def _tries(loop: ast.For | ast.AsyncFor | ast.While, syntax: PythonSyntax) -> bool:
    """Whether a loop tries again what fails, and gives what it got at once."""
    attempts = [one for one in loop.body if isinstance(one, ast.Try)]
    return bool(attempts) and all(
        any(isinstance(one, ast.Return) for one in own_nodes(attempt.body))
        and all(covers_outages(one, syntax) and not _leaves(one.body) for one in attempt.handlers)
        for attempt in attempts
    )


def _leaves(body: list[ast.stmt]) -> bool:
    return any(isinstance(one, ast.Return | ast.Raise) for one in own_nodes(body))


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
    fields = tuple(one.arg for one in call.keywords if one.arg and says_good(one.value))
    return fields, tuple(at for at, one in enumerate(call.args) if says_good(one))


def _filled(call: ast.Call) -> tuple[tuple[str, ...], int]:
    """Which fields of a result are given, so that the others stay at their defaults; all of them where that cannot be told."""
    whole = not any(isinstance(one, ast.Starred) for one in call.args) and all(one.arg for one in call.keywords)
    if not whole or not last_name(call.func).endswith(RESULTS):
        return (), NOWHERE
    return tuple(sorted(one.arg for one in call.keywords if one.arg)), len(call.args)


def says_good(value: ast.expr) -> bool:
    """Whether a literal says True, or is a word for the good state."""
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
    rest = [one for one in tops if not _passes_over(one, syntax)]
    return (
        len(rest) < len(tops)
        and last in view.body
        and all(is_quiet([one], syntax) or _only_reads_clock(one) for one in rest)
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
