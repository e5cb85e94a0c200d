"""Branches of Python that are taken where there is nothing to judge by, and the best answers that are given there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from auditor.facts.good_names import is_good_flag, is_good_value, is_high_good
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax
from auditor.facts.python_values import fold, verdict_of
from auditor.facts.verdicts import Verdict

__all__ = ["absent", "answer_in", "fields_of", "is_perfect", "is_zero", "shares", "tells_success"]

_TROUBLE = pattern(
    r"(?i)violat|error|fail|issue|problem|incident|defect|alert|finding|warning|missing|downtime|conflict|penalt|outage|bug|wrong|bad|reject|invalid|mismatch|differ|diff|drift|stale|orphan|vuln|threat|block|remaining|pending|todo|unmet|unknown|uncovered|changed|dropped|lost|skipped|deleted|removed|duplicates|"
    r"filter|rule|polic|limit|pattern|option|config|setting|requir|constraint|criteri|expected|wanted|allow|scope|args|param|spec|token|secret|key|password|default|kwargs"
)
"""What there is none of when all is well, and what need not be given."""
_ANSWERS = pattern(r"(?i)response$|^jsonify$|^json_response$|^make_response$|^ok$")
_FIRST_ERROR = 400
_CONTENT = frozenset({"content", "body", "data", "json", "payload", "detail"})


def absent(test: ast.expr) -> tuple[ast.expr, bool] | None:
    """What a condition finds empty, zero, too few or None, and whether the condition holds where it is so; None for other questions."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            found = absent(operand)
            return (found[0], not found[1]) if found is not None else None
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=limit)]):
            return _compared(left, operator, limit)
        case ast.Name() | ast.Attribute() | ast.BinOp(op=ast.Add()):
            return (test, False) if _is_data(test) else None
        case ast.Call(func=ast.Name(id="len" | "any" | "sum" | "bool"), args=[inner]) if _is_data(inner):
            return inner, False
        case _:
            return None


def _compared(left: ast.expr, operator: ast.cmpop, limit: object) -> tuple[ast.expr, bool] | None:
    counted = left.args[0] if isinstance(left, ast.Call) and last_name(left.func) == "len" and left.args else None
    asked = counted if counted is not None else left
    if not _is_data(asked):
        return None
    if limit is None and isinstance(operator, ast.Is | ast.IsNot):
        return asked, isinstance(operator, ast.Is)
    if not isinstance(limit, int | float) or isinstance(limit, bool):
        return None
    if limit == 0 and isinstance(operator, ast.Eq | ast.LtE):
        return asked, True
    if limit == 0 and isinstance(operator, ast.Gt | ast.NotEq):
        return asked, False
    few = counted is not None and isinstance(operator, ast.Lt | ast.LtE)
    return (asked, True) if few else None


def _is_data(asked: ast.expr) -> bool:
    """Whether something may be data to judge by, rather than troubles, a choice or a setting."""
    waiting = [asked]  # a sum may be of any length
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp):
            waiting += (one.left, one.right)
            continue
        name = last_name(one)
        if not name or _TROUBLE.search(name) or not isinstance(one, ast.Name | ast.Attribute):
            return False
    return True


def is_perfect(node: ast.expr | None, bindings: Bindings | None = None) -> bool:
    """Whether an expression comes to 1 or 100, or to a figure that meets about every objective."""
    value = fold(node, bindings)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value in (1, 100) or 0.949 < value < 1 or 94.9 < value < 100  # noqa: PLR2004 - 95 per cent and more


def is_zero(node: ast.expr | None) -> bool:
    """Whether an expression comes to the number 0, which False is not."""
    value = fold(node)
    return value == 0 and not isinstance(value, bool)


def shares(view: FunctionView) -> Iterator[tuple[ast.expr, str, ast.expr, ast.expr]]:
    """Values with what they are given to, what they are where nothing was counted, and what was not counted: ``good / total if total else 1.0``."""
    for name, value in _named(view):
        match value:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                found = absent(test)
                if found is not None:
                    yield value, name, body if found[1] else orelse, found[0]
            case ast.BoolOp(op=ast.Or(), values=[ast.BoolOp(op=ast.And(), values=[asked, *_]), last]):
                found = absent(asked)
                if found is not None and not found[1]:
                    yield value, name, last, found[0]
            case _:
                continue


def _named(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The values of a function with the names that they get: of variables, fields, keys, or its own."""
    for node in view.of(ast.Assign):
        yield last_name(node.targets[0]), _plain(node.value)
    for bound in view.of(ast.AnnAssign):
        if bound.value is not None:
            yield last_name(bound.target), _plain(bound.value)
    for call in view.calls:
        yield from ((one.arg, _plain(one.value)) for one in call.keywords if one.arg)
    for table in view.of(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, _plain(value)
    for given in view.returns:
        if given.value is not None:
            yield view.name, _plain(given.value)


def _plain(value: ast.expr) -> ast.expr:
    """What is rounded or scaled, without that: ``round(100 * x, 2)``."""
    if isinstance(value, ast.Call) and last_name(value.func) in ("round", "float") and value.args:
        return _plain(value.args[0])
    return value


def answer_in(body: list[ast.stmt]) -> ast.Return | None:
    """The statement by which a short branch answers, beside log lines."""
    last = body[-1]
    talk = all(isinstance(one, ast.Expr) for one in body[:-1])
    return last if isinstance(last, ast.Return) and last.value is not None and talk else None


def fields_of(value: ast.expr | None, syntax: PythonSyntax) -> Iterator[tuple[str, ast.expr]]:
    """The fields of a dictionary, or of a record, by name; those by place are named by the class where it is in the file."""
    value = _content(value)
    if isinstance(value, ast.Dict):
        for key, one in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, one
    elif isinstance(value, ast.Call) and last_name(value.func)[:1].isupper():
        yield from ((one.arg, one.value) for one in value.keywords if one.arg)
        yield from zip(_places(syntax).get(last_name(value.func), ()), value.args, strict=False)


@lru_cache(maxsize=2)
def _places(syntax: PythonSyntax) -> Mapping[str, list[str]]:
    """The declared fields of each class of a file that derives from no other of its kind, in order; of classes of one name the first counts."""
    found: dict[str, list[str]] = {}
    for node, _ in syntax.classes:
        if node.name not in found and not any(
            last_name(base)[:1].isupper() and last_name(base) not in ("NamedTuple", "BaseModel") for base in node.bases
        ):
            found[node.name] = [last_name(one.target) for one in node.body if isinstance(one, ast.AnnAssign)]
    return found


def _content(value: ast.expr | None) -> ast.expr | None:
    """What an answer over HTTP holds, without its status: ``JSONResponse({...})``, ``{...}, 200``."""
    if isinstance(value, ast.Tuple) and value.elts and isinstance(value.elts[0], ast.Dict | ast.Call):
        return _content(value.elts[0])
    if isinstance(value, ast.Call) and _ANSWERS.search(last_name(value.func)):
        statuses = [fold(one.value) for one in value.keywords if one.arg in ("status", "status_code")]
        bad = any(isinstance(one, int) and one >= _FIRST_ERROR for one in statuses)
        named = [one.value for one in value.keywords if one.arg in _CONTENT]
        held = [*value.args[:1], *named]
        return held[0] if held and not bad and isinstance(held[0], ast.Dict) else value
    return value


def tells_success(value: ast.expr | None, syntax: PythonSyntax, bindings: Bindings) -> bool:
    """Whether an answer says by its literals that all is well."""
    inner = _content(value)
    if verdict_of(inner, bindings) is Verdict.SUCCESS:
        return True
    fields = [(name, one.value) for name, one in fields_of(inner, syntax) if isinstance(one, ast.Constant)]
    flags = [told for name, told in fields if isinstance(told, bool) and is_good_flag(name)]
    figures = [name for name, told in fields if is_high_good(name) and is_good_value(name, told)]
    return bool(flags or figures) and all(flags)
