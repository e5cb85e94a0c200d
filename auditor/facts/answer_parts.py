"""What an answer is made of: its records, its figures, its states, and how much of that is written in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.facts.claims import words_of
from auditor.facts.literal_verdicts import keyed
from auditor.facts.metric_literals import number_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes

__all__ = ["AnswerParts", "answer_parts", "resolved_answer"]

_SETTINGS = pattern(
    r"(?:^|_)(?:max|min|maximum|minimum|limits?|thresholds?|target|timeout|interval|port|version|codes?|status|ids?|page|"
    r"size|per|width|height|lat|lon|lng|latitude|longitude|year|month|day|order|position|priority|rank|index|"
    r"step|window|ttl|retries|level|default|weight|zoom|x|y|color|tier|quota|budget|expires?|ms|expiration|"
    r"created|context|length|duration|age|line|column|row|quantity|qty|retry|after|http)(?:_|$)"
)
_STATES = frozenset({"status", "state", "health", "healthy", "is_healthy", "is_active"})
_GOOD = pattern(r"(?i)^(?:active|healthy|ok|operational|online|running|up|connected|passing|compliant|armed|green)$")
_TIMES = frozenset({"now", "utcnow", "time", "isoformat", "today", "uuid4", "str", "strftime", "timedelta", "hex"})
_PLAIN = frozenset({0, 1, -1, 100})
_LEAST = 3
_ROWS = 2
_MOST_NODES = 20_000


@dataclass(slots=True)
class AnswerParts:
    """What an answer is made of: the records in it, its figures by their keys, how many are worked out, and the good states."""

    records: list[ast.expr] = field(default_factory=list)
    figures: list[tuple[str, float]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    open_states: int = 0
    worked: int = 0

    @property
    def is_written(self) -> bool:
        """Whether it gives figures of the code, and fewer that are worked out."""
        telling = [(key, number) for key, number in self.figures if number not in _PLAIN]
        if len(telling) < _LEAST or len({number for _, number in telling}) == 1:
            return False
        return self.worked * 2 < len(telling) and any(_is_fine(number) for _, number in telling)

    @property
    def is_well(self) -> bool:
        """Whether each of several records says of a part that it is well."""
        return len(self.states) >= _ROWS and not self.open_states and not self.worked


def resolved_answer(value: ast.expr, view: FunctionView, syntax: PythonSyntax) -> ast.expr:
    """What stands behind the name of an answer: of the function, or a table of the module."""
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not _is_record(value):
        value = value.args[0]  # ``jsonify(rows)``, ``JSONResponse(rows)``
    if isinstance(value, ast.Tuple) and value.elts:
        value = value.elts[0]  # ``rows, 200``
    if isinstance(value, ast.Name):
        return Bindings.of(view).only(value.id) or _tables(syntax).get(value.id, value)
    return value


def _is_record(call: ast.Call) -> bool:
    name = last_name(call.func)
    return bool(call.keywords) and name[:1].isupper() and not name.endswith("Response")


@lru_cache(maxsize=2)
def _tables(syntax: PythonSyntax) -> dict[str, ast.expr]:
    """The lists and tables of the module that are bound once, and that nothing in it changes."""
    bound: dict[str, list[ast.expr]] = {}
    for one in syntax.at_top(ast.Assign, ast.AnnAssign):
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        if one.value is not None:
            bound.setdefault(last_name(target), []).append(one.value)
    changed = {
        last_name(one.func.value)
        for view in syntax.functions
        for one in view.calls
        if isinstance(one.func, ast.Attribute)
    }
    changed |= {
        last_name(one.value)
        for view in syntax.functions
        for one in view.of(ast.Subscript)
        if not isinstance(one.ctx, ast.Load)
    }
    return {
        name: values[0]
        for name, values in bound.items()
        if len(values) == 1 and name not in changed and isinstance(values[0], ast.List | ast.Dict)
    }


def answer_parts(table: ast.expr, view: FunctionView, syntax: PythonSyntax) -> AnswerParts:
    """All records of an answer with what they hold."""
    found = AnswerParts()
    pending: list[tuple[str, ast.expr]] = [("", table)]
    for _ in range(_MOST_NODES):
        if not pending:
            break
        key, value = pending.pop()
        if isinstance(value, ast.Name):
            value = resolved_answer(value, view, syntax)
        if isinstance(value, ast.Dict):
            found.records.append(value)
            pending += [(name or key, one) for name, one in _entries(value)]
        elif isinstance(value, ast.Call) and _is_record(value):
            found.records.append(value)
            pending += [(word.arg or "", word.value) for word in value.keywords]
        elif isinstance(value, ast.List | ast.Tuple):
            pending += [(key, one) for one in value.elts]
        elif isinstance(value, ast.Call) and last_name(value.func)[:1].isupper() and not value.args:
            pending += [(word.arg or "", word.value) for word in value.keywords]
        else:
            _note(found, key, value)
    return found


def _entries(table: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    named = dict(keyed(table))
    yield from named.items()
    known = {id(one) for one in named.values()}
    yield from (("", one) for one in table.values if id(one) not in known)


def _note(found: AnswerParts, key: str, value: ast.expr) -> None:
    """Take account of a value that is neither a record nor a list."""
    number = number_of(value)
    if isinstance(number, int | float) and not isinstance(number, bool):
        if not _SETTINGS.search("_".join(words_of(key))):
            found.figures.append((key, float(number)))
    elif key.lower() in _STATES:
        _note_state(found, value)
    elif not isinstance(value, ast.Constant | ast.JoinedStr) and not _is_time(value):
        found.worked += 1


def _note_state(found: AnswerParts, value: ast.expr) -> None:
    word = value.value if isinstance(value, ast.Constant) else value.attr if isinstance(value, ast.Attribute) else None
    if word is True or (isinstance(word, str) and _GOOD.match(word)):
        found.states.append(str(word))
    else:
        found.open_states += 1


def _is_time(value: ast.expr) -> bool:
    calls = [one for one in own_nodes([value]) if isinstance(one, ast.Call)]
    return bool(calls) and all(last_name(one.func) in _TIMES for one in calls)


def _is_fine(number: float) -> bool:
    """Whether a number is none that people choose for a setting: it has a fraction, or several digits that are not all noughts."""
    return not number.is_integer() or len(str(int(abs(number))).rstrip("0")) > 1
