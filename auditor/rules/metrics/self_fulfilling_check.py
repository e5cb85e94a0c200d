"""AUD207: a check of what the check itself has just set."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_handlers import handlers, is_broad
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_JUDGES = pattern(r"Health|Check|Probe|Readiness|Gate|Verif|Validat")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for returned in _just_set(view):
            message = f"{view.name} returns what the line before has set."
            yield Hit(source.path, returned.lineno, returned.lineno, message, view.qualified)
        for asserted in _just_assigned(view):
            message = f"{view.name} asserts what it has set itself: no code under test comes between."
            last = asserted.end_lineno or asserted.lineno
            yield Hit(source.path, asserted.lineno, last, message, view.qualified, Severity.MEDIUM)
        for attempt, handler in handlers(view):
            if not is_broad(handler, syntax):
                continue
            for name, line in _set_both_ways(attempt, handler):
                if _is_judged(view, name, syntax):
                    message = f"{view.name} counts {name} as reached whether the code under test works or raises."
                    yield Hit(source.path, line, line, message, view.qualified)


def _just_set(view: FunctionView) -> Iterator[ast.Return]:
    """The return of a check that gives back a field or an entry which the statement before has set to True."""
    judges = acts_as_check(view) or (view.owner is not None and _JUDGES.search(view.owner.name) is not None)
    if view.is_test or not judges or len(view.returns) != 1:
        return
    for first, second in itertools.pairwise(view.body):
        match first, second:
            case ast.Assign(targets=[target], value=ast.Constant(value=True)), ast.Return(value=ast.expr() as value):
                if isinstance(target, ast.Attribute | ast.Subscript) and ast.unparse(target) == ast.unparse(value):
                    yield second
            case _:
                continue


def _just_assigned(view: FunctionView) -> Iterator[ast.Assert]:
    """``breaker.open = True`` and ``assert breaker.open``, with nothing that calls between them.

    Texts and numbers are left alone: what takes them is often a property, which is under test.
    """
    kept: dict[str, ast.Constant] = {}
    for one in view.body if view.is_test else ():
        match one:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Attribute(value=ast.Name(id=root)))], value=ast.Constant(value=bool())
            ) if root != "self":
                continue  # a part that the code under test has made, and whose setter it may be
            case ast.Assign(targets=[ast.Attribute() as target], value=ast.Constant(value=bool()) as value):
                kept[ast.unparse(target)] = value
            case ast.Assert(test=test):
                if kept and not any(isinstance(node, ast.Call) for node in own_nodes([test])) and _repeats(test, kept):
                    yield one
            case _:
                kept.clear()


def _repeats(test: ast.expr, kept: dict[str, ast.Constant]) -> bool:
    """Whether an assertion asks for just what was put there."""
    match test:
        case ast.Attribute():
            return ast.unparse(test) in kept
        case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute() as asked):
            return ast.unparse(asked) in kept
        case ast.Compare(left=ast.Attribute() as asked, comparators=[ast.Constant(value=value)]):
            known = kept.get(ast.unparse(asked))
            return known is not None and known.value == value
        case _:
            return False


def _set_both_ways(attempt: ast.Try, handler: ast.ExceptHandler) -> Iterator[tuple[str, int]]:
    """The names that the block and its handler change in one and the same way, with the line in the handler."""
    wanted = {_change(node) for node in (*attempt.body, *attempt.orelse)} - {None}
    for node in handler.body:
        change = _change(node)
        if change is not None and change in wanted:
            yield change[0], node.lineno


def _change(node: ast.stmt) -> tuple[str, str] | None:
    """The name that a statement sets to a constant or counts up, and how."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if value:
            return name, f"= {value!r}"
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=value)):
            return name, f"+= {value!r}"
        case _:
            return None


def _is_judged(view: FunctionView, name: str, syntax: PythonSyntax) -> bool:
    """Whether the verdict rests on the name: it is asserted, or returned."""
    del syntax
    for node in view.nodes:
        judged = node.test if isinstance(node, ast.Assert) else node.value if isinstance(node, ast.Return) else None
        if judged is not None and any(isinstance(one, ast.Name) and one.id == name for one in own_nodes([judged])):
            return True
    return False


RULE = Rule(
    id="AUD207",
    name="self-fulfilling-check",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can each check come out badly?",
    why="A flag that is set when the call works and also when it raises says nothing of the call.",
    limits="Sees flags and counters that a broad handler sets just as the block does, where they are asserted or returned, and assertions on an attribute that the statements right before have set.",
    fix="Set the flag on one side only, or assert on the result of the call.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a setter of a part of what is under test",
            files={
                "tests/test_events.py": (
                    "from shop.events import SignUp\n\n\ndef test_setters():\n    event = SignUp({})\n    event.answer.confirmed = True\n    assert event.answer.confirmed is True\n\n\n"
                    "def test_breaker(breaker):\n    breaker.open = True\n    assert breaker.open is True\n"
                )
            },
            found=("tests/test_events.py:12",),
        ),
        Example(
            title="a test of what it has set itself",
            files={
                "tests/test_breaker.py": (
                    "def test_opens():\n    breaker = Breaker(limit=1)\n    breaker.failures = 1\n    breaker.open = True\n    assert breaker.open\n\n\n"
                    "def test_counts():\n    breaker = Breaker(limit=1)\n    breaker.failures = 1\n    breaker.fail()\n    assert breaker.failures == 2\n"
                )
            },
            found=("tests/test_breaker.py:5",),
        ),
        Example(
            title="a check of its own mark",
            files={
                "health.py": "class Health:\n    async def check_search(self):\n        self.marks['search'] = True\n        return self.marks['search']\n"
            },
            found=("health.py:4",),
        ),
        Example(
            title="handled either way",
            files={
                "tests/test_handler.py": 'def test_handler():\n    handled = False\n    try:\n        handle(ValueError("x"))\n        handled = True\n    except Exception:\n        handled = True\n    assert handled\n'
            },
            found=("tests/test_handler.py:7",),
        ),
        Example(
            title="counted on one side",
            files={
                "tests/test_handler.py": "def test_handler():\n    handled = 0\n    for error in ERRORS:\n        try:\n            handle(error)\n            handled += 1\n        except Exception:\n            continue\n    assert handled == len(ERRORS)\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
