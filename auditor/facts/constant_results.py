"""What functions give that is written in the code, and which tests assert nothing but what a function gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.claims import claims_of, gives_metric, is_metric_name
from auditor.facts.doubled_calls import doubled_calls
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.facts.verdicts import is_verdict_key
from auditor.model.source import Language, Role

__all__ = ["ORDERED", "PARSER", "Asserted", "ConstantResults", "Given"]

WHOLE = ""
ORDERED = "<"
"""Stands before a field that is a number of which a test asks only how great it is, whatever it is called."""
_MOST_FIELDS = 20
_TRUTHS = frozenset({"True", "False"})
_NUMBER = pattern(r"^-?\d")
_SETTINGS = pattern(r"(?i)config|settings?|defaults?|options?|preset|profile")
_HARMLESS = pattern(
    r"(?:^|\.)(?:sleep|append|add|update|setdefault|pop|get|items|values|len|str|now|utcnow|time|monotonic|isoformat)$"
)
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ASSERTED_ALONE = frozenset({"assertTrue", "assertFalse", "assertEqual", "assertEquals", "assertLess", "assertGreater"})


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """A function, by its last name, with the fields of its result that are literals on every path.

    A field is a key or attribute, ``0`` and so on for the places of a tuple, and empty for the result itself. A number is
    there with ORDERED before it, and without where it says how something went or measures it.
    """

    function: str
    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Asserted:
    """A test that asserts only results of calls: which functions, by their last names, and which fields of each.

    ORDERED stands before a field of which only its greatness is asked.
    """

    test: str
    line: int
    end_line: int
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConstantResults(Fact):
    """Of a shipped module its functions, of a file of tests its tests: `doubled` are those that have put the answer there."""

    kind: ClassVar[str] = "constant-results"
    given: tuple[Given, ...]
    asserted: tuple[Asserted, ...]
    doubled: tuple[Asserted, ...] = ()


def _parse(source: Source) -> ConstantResults | None:
    syntax = syntax_of(source)
    if source.file.role is Role.SHIPPED:
        fields = {node.name: _class_fields(node) for node, _ in syntax.classes}
        given = tuple(
            Given(view.name, view.node.lineno, _constant_fields(view, fields, syntax)) for view in syntax.functions
        )
        return ConstantResults(given, ()) if given else None
    tests = [(view, one) for view in syntax.functions if view.is_test for one in _asserted(view, _own(view, syntax))]
    asserted = tuple(one for view, one in tests if not _replaces(view, {name for name, _ in one.results}))
    doubled = tuple(one for view, one in tests if {name for name, _ in one.results} <= doubled_calls(view))
    return ConstantResults((), asserted, doubled) if tests else None


def _class_fields(node: ast.ClassDef) -> tuple[str, ...]:
    return tuple(last_name(one.target) for one in node.body if isinstance(one, ast.AnnAssign))


def _constant_fields(view: FunctionView, fields: dict[str, tuple[str, ...]], syntax: PythonSyntax) -> tuple[str, ...]:
    """The fields that every return gives as a literal, where they say how something went or measure it."""
    if not view.returns or view.of(ast.Yield, ast.YieldFrom) or view.name.startswith("__") or _may_refuse(view):
        return ()
    bindings = Bindings.of(view)
    found: set[tuple[str, str]] | None = None
    for one in view.returns:
        literal = set(_literal_fields(one.value, fields, bindings)) if one.value is not None else set()
        found = literal if found is None else found & literal
    judged = acts_as_check(view) or bool(claims_of(view.name)) or is_metric_name(view.name) or gives_metric(view.name)
    if not judged and any(name == WHOLE and written in _TRUTHS for name, written in found or ()):
        judged = _cannot_fail(view, syntax)
    telling = {name for name, _ in found or () if _tells(name, judged=judged)}
    if not _SETTINGS.search(view.name):
        telling.update(ORDERED + name for name, written in found or () if _NUMBER.match(written))
    return tuple(sorted(telling)[:_MOST_FIELDS])


def _tells(name: str, *, judged: bool) -> bool:
    return judged if name == WHOLE or name.isdigit() else is_verdict_key(name) or is_metric_name(name)


def _may_refuse(view: FunctionView) -> bool:
    """Whether a function raises, but for arguments that it looks at first: that it does not raise may be what is tested."""
    guards = [one for one in view.body if isinstance(one, ast.If) and isinstance(one.body[-1], ast.Raise)]
    looked = [{node.id for node in subtree(one.test) if isinstance(node, ast.Name)} for one in guards]
    given = set(view.parameters)
    refused = sum(
        bool(names & given) and all(name in given or name == "self" or name.isupper() for name in names)
        for names in looked
    )
    return refused < len(view.of(ast.Raise))


def _cannot_fail(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function does more than answer (a flag of a class is asserted for what it is), and nothing that may raise."""
    tried = [node for one in view.of(ast.Try) if one.handlers for part in one.body for node in subtree(part)]
    caught = {id(node) for node in tried}
    open_calls = [one for one in view.calls if id(one) not in caught]
    harmless = all(
        is_log_call(name) or _HARMLESS.search(name) for name in map(syntax.name_of, (one.func for one in open_calls))
    )
    return len(view.body) > 1 and bool(view.calls) and harmless


def _literal_fields(
    value: ast.expr, fields: dict[str, tuple[str, ...]], bindings: Bindings
) -> Iterator[tuple[str, str]]:
    """The fields of one result that are literals, with those."""
    if _is_literal(value, bindings):
        yield WHOLE, _written(value, bindings)
        return
    pairs: list[tuple[str, ast.expr]] = []
    match _made(value, bindings):
        case ast.Tuple(elts=elts):
            pairs = [(str(at), one) for at, one in enumerate(elts)]
        case ast.Dict(keys=keys, values=values):
            named = zip(keys, values, strict=True)
            pairs = [(str(key.value), one) for key, one in named if isinstance(key, ast.Constant)]
        case ast.Call(func=maker, args=arguments, keywords=keywords) if last_name(maker)[:1].isupper():
            pairs = [*zip(fields.get(last_name(maker), ()), arguments, strict=False)]
            pairs += [(one.arg, one.value) for one in keywords if one.arg]
        case _:
            return
    yield from ((name, _written(one, bindings)) for name, one in pairs if _is_literal(one, bindings))


def _made(value: ast.expr, bindings: Bindings) -> ast.expr:
    """What a name was made as, where nothing changes it afterwards."""
    made = bindings.only(value.id) if isinstance(value, ast.Name) and value.id not in bindings.touched else None
    return made if isinstance(made, ast.Call) else value


def _written(value: ast.expr, bindings: Bindings) -> str:
    folded = fold(value, bindings)
    return ast.unparse(value) if folded is UNKNOWN else repr(folded)


def _is_literal(value: ast.expr, bindings: Bindings) -> bool:
    """Whether an expression is a number, a text, True or False, a member of an enumeration, or a name for one of those."""
    match value:
        case ast.Constant(value=told):
            return told is not None and told is not ...
        case ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Attribute(value=ast.Name(id=owner), attr=member):
            return owner[:1].isupper() and member.isupper()
        case ast.Name(id=name):
            return isinstance(bindings.only(name), ast.Constant)
        case ast.Compare():
            return fold(value, bindings) is not UNKNOWN
        case _:
            return False


def _own(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    """The functions of a file of tests that a test may mean: those at the top, and methods of classes that it names."""
    named = {node.id for node in view.of(ast.Name)} | set(view.parameters)
    return {one.name for one in syntax.functions if one.owner is None or one.owner.name in named or one.nested}


def _asserted(view: FunctionView, own: set[str]) -> Iterator[Asserted]:
    """The test as a whole, where each of its assertions is on a field of what a call gave."""
    tests: list[tuple[ast.Assert | ast.Call, ast.expr]] = [(node, node.test) for node in view.of(ast.Assert)]
    calls = [call for call in view.calls if last_name(call.func) in _ASSERTED_ALONE and call.args]
    if len(calls) < sum(last_name(call.func).startswith("assert") for call in view.calls):
        return  # it asserts more than that, of doubles for example
    found = [(node, part) for node, test in tests for part in _parts(test)]
    found += [(call, call.args[0]) for call in calls]
    results: set[tuple[str, str]] = set()
    bindings, unpacked = Bindings.of(view), _unpacked(view)
    for _, test in found:
        result = _result(test, bindings, unpacked)
        if result is None or result[0] in own or not result[0]:
            return
        results.add(result)
    if found:
        last = max((node for node, _ in found), key=lambda node: node.lineno)
        yield Asserted(view.qualified, view.node.lineno, last.end_lineno or last.lineno, tuple(sorted(results)))


def _parts(test: ast.expr) -> list[ast.expr]:
    """The conditions that must all hold."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _unpacked(view: FunctionView) -> dict[str, tuple[ast.expr, int]]:
    """The names that a tuple is taken apart into: ``ok, detail = check()``."""
    found: dict[str, tuple[ast.expr, int]] = {}
    for node in view.of(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple):
                found.update((last_name(one), (node.value, at)) for at, one in enumerate(target.elts))
    return found


def _result(test: ast.expr, bindings: Bindings, unpacked: dict[str, tuple[ast.expr, int]]) -> tuple[str, str] | None:
    """The function and the field that a condition is about; None where it is about anything else."""
    subject = test.operand if isinstance(test, ast.UnaryOp) else test
    prefix = ""
    if isinstance(subject, ast.Compare):
        prefix = ORDERED if isinstance(subject.ops[0], _ORDERS) else ""
        if len(subject.ops) != 1 or any(isinstance(one, ast.Call) for one in subtree(subject.comparators[0])):
            return None
        subject = subject.left
    field = WHOLE
    match subject:
        case ast.Attribute(value=inner, attr=field) | ast.Subscript(value=inner, slice=ast.Constant(value=str(field))):
            subject = inner
        case ast.Subscript(value=inner, slice=ast.Constant(value=int(at))):
            subject, field = inner, str(at)
        case ast.Name(id=name) if name in unpacked:
            subject, field = unpacked[name][0], str(unpacked[name][1])
        case _:
            pass
    value = bindings.only(subject.id) if isinstance(subject, ast.Name) else subject
    inner_call = value.value if isinstance(value, ast.Await) else value
    return (last_name(inner_call.func), prefix + field) if isinstance(inner_call, ast.Call) else None


def _replaces(view: FunctionView, names: set[str]) -> bool:
    """Whether a test puts something in the place of a function, whose name it then gives as a text or sets."""
    texts = [node.value for node in view.of(ast.Constant) if isinstance(node.value, str)]
    stored = [node.attr for node in view.of(ast.Attribute) if isinstance(node.ctx, ast.Store)]
    return any(one.rpartition(".")[2] in names for one in (*texts, *stored))


PARSER = Parser(
    fact=ConstantResults,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.TEST),
    parse=_parse,
)
