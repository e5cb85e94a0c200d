"""What functions give that is written in the code, and which tests assert nothing but what a function gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.claims import claims_of, is_metric_name
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.facts.verdicts import is_verdict_key
from auditor.model.source import Language, Role

__all__ = ["PARSER", "Asserted", "ConstantResults", "Given"]

WHOLE = ""
_MOST_FIELDS = 20
_ASSERTED_ALONE = frozenset({"assertTrue", "assertFalse", "assertEqual", "assertEquals", "assertLess", "assertGreater"})


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """A function, by its last name, with the fields of its result that are literals on every path.

    A field is a key or attribute, ``0`` and so on for the places of a tuple, and empty for the result itself.
    """

    function: str
    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Asserted:
    """A test that asserts only results of calls: which functions, by their last names, and which fields of each."""

    test: str
    line: int
    end_line: int
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConstantResults(Fact):
    """Of a shipped module its functions, of a file of tests its tests."""

    kind: ClassVar[str] = "constant-results"
    given: tuple[Given, ...]
    asserted: tuple[Asserted, ...]


def _parse(source: Source) -> ConstantResults | None:
    syntax = syntax_of(source)
    if source.file.role is Role.SHIPPED:
        fields = {node.name: _class_fields(node) for node, _ in syntax.classes}
        given = tuple(Given(view.name, view.node.lineno, _constant_fields(view, fields)) for view in syntax.functions)
        return ConstantResults(given, ()) if given else None
    asserted = tuple(one for view in syntax.functions if view.is_test for one in _asserted(view, _own(view, syntax)))
    return ConstantResults((), asserted) if asserted else None


def _class_fields(node: ast.ClassDef) -> tuple[str, ...]:
    return tuple(last_name(one.target) for one in node.body if isinstance(one, ast.AnnAssign))


def _constant_fields(view: FunctionView, fields: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The fields that every return gives as a literal, where they say how something went or measure it."""
    if not view.returns or view.of(ast.Yield, ast.YieldFrom, ast.Raise) or view.name.startswith("__"):
        return ()  # that it does not raise may be what is tested
    bindings = Bindings.of(view)
    judged = acts_as_check(view) or bool(claims_of(view.name))
    found: set[tuple[str, str]] | None = None
    for one in view.returns:
        literal = set(_literal_fields(one.value, fields, bindings)) if one.value is not None else set()
        found = literal if found is None else found & literal
    telling = {name for name, _ in found or () if _tells(name, judged=judged)}
    return tuple(sorted(telling)[:_MOST_FIELDS])


def _tells(name: str, *, judged: bool) -> bool:
    return judged if name == WHOLE or name.isdigit() else is_verdict_key(name) or is_metric_name(name)


def _literal_fields(
    value: ast.expr, fields: dict[str, tuple[str, ...]], bindings: Bindings
) -> Iterator[tuple[str, str]]:
    """The fields of one result that are literals, with those."""
    if _is_literal(value, bindings):
        yield WHOLE, _written(value, bindings)
        return
    pairs: list[tuple[str, ast.expr]] = []
    match value:
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
    """The test as a whole, where each of its assertions is on a field of what a call gave, and it replaces nothing."""
    tests: list[tuple[ast.Assert | ast.Call, ast.expr]] = [(node, node.test) for node in view.of(ast.Assert)]
    calls = [call for call in view.calls if last_name(call.func) in _ASSERTED_ALONE and call.args]
    if len(calls) < sum(last_name(call.func).startswith("assert") for call in view.calls):
        return  # it asserts more than that, of doubles for example
    found = [*tests, *((call, call.args[0]) for call in calls)]
    results: set[tuple[str, str]] = set()
    for _, test in found:
        result = _result(test, Bindings.of(view), _unpacked(view))
        if result is None or result[0] in own or not result[0]:
            return
        results.add(result)
    if found and not _replaces(view, {name for name, _ in results}):
        last = found[-1][0]
        yield Asserted(view.qualified, view.node.lineno, last.end_lineno or last.lineno, tuple(sorted(results)))


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
    if isinstance(subject, ast.Compare):
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
    return (last_name(inner_call.func), field) if isinstance(inner_call, ast.Call) else None


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
