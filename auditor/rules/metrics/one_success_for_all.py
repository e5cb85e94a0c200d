"""AUD220: one check that passes makes up for all that fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.code_source import code_of
from auditor.facts.code_tree import Kind, Node, own
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WHOLE = pattern(
    r"(?i)verdict|overall|healthy|passed|passing|ready|readiness|(?:^|_)(?:all|gate|succeeded|success|ok|verified|valid|go)(?:_|$)"
)
_ANY = pattern(
    r"(?i)(?:^|_)(?:any|some|one|first|partial\w*|at_least\w*|delivered|sent|reached|matches|found|has)(?:_|$)"
)
"""Names that say themselves that one is enough."""
_GOOD = frozenset(
    {
        "ok",
        "passed",
        "success",
        "succeeded",
        "successful",
        "healthy",
        "is_healthy",
        "ready",
        "is_ready",
        "valid",
        "is_valid",
        "verified",
        "up",
        "alive",
        "good",
    }
)
_MANY = pattern(
    r"(?i)(?:results?|checks?|probes?|outcomes?|reports?|statuses|verdicts|findings|gates?|components?|stages?|steps?|tests?)$"
)


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for name, value in _named(view):
            if _WHOLE.search(name) and not _ANY.search(name) and _is_any_good(value):
                message = f"{name} is told as good where one of its parts is, whatever became of the others."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _in_code(source: Source) -> Iterator[Hit]:
    """``results.some((one) => one.ok)`` as the verdict on all, in JavaScript and TypeScript."""
    for function in code_of(source).functions:
        for node in own(function.body):
            name, value = function.name, node.children[0] if node.children else None
            if node.kind in (Kind.VARIABLE, Kind.PAIR):
                name = node.name
            elif node.kind is not Kind.RETURN:
                continue
            words = "_".join(words_of(name))
            if value is not None and _WHOLE.search(words) and not _ANY.search(words) and _is_some_good(value):
                message = f"{name} is told as good where one of its parts is, whatever became of the others."
                yield Hit(source.path, value.line, value.end_line, message, function.qualified)


def _is_some_good(value: Node) -> bool:
    called, _, method = value.name.rpartition(".")
    asks = value.children[1].function if value.kind is Kind.CALL and len(value.children) > 1 else None
    if method != "some" or not _MANY.search(called) or asks is None or asks.body is None:
        return False
    told = [one for one in own(asks.body) if one.kind not in (Kind.BLOCK, Kind.RETURN)]
    return bool(told) and told[0].kind is Kind.MEMBER and told[0].name.lower() in _GOOD


def _named(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """What a function gives as its own result, or puts under a name."""
    for node in view.of(ast.Return, ast.Assign, ast.Dict, ast.keyword):
        match node:
            case ast.Return(value=ast.expr() as value):
                yield view.name, value
            case ast.Assign(targets=[target], value=value):
                key = target.slice if isinstance(target, ast.Subscript) else None
                yield str(key.value) if isinstance(key, ast.Constant) else last_name(target), value
            case ast.Dict(keys=keys, values=values):
                named = zip(keys, values, strict=True)
                yield from ((str(key.value), value) for key, value in named if isinstance(key, ast.Constant))
            case ast.keyword(arg=str(name), value=value):
                yield name, value
            case _:
                continue


def _is_any_good(value: ast.expr) -> bool:
    """``any(one.ok for one in results)``, with or without a test of what it iterates."""
    match value:
        case ast.Call(
            func=ast.Name(id="any"),
            args=[ast.GeneratorExp(elt=told, generators=[ast.comprehension(iter=many, ifs=[])])],
        ):
            return _names_good(told) and _names_many(many)
        case _:
            return False


def _names_good(told: ast.expr) -> bool:
    match told:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name.lower() in _GOOD
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name.lower() in _GOOD
        case ast.Compare(ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant(value=str(word))]):
            return word.lower() in _GOOD
        case ast.Compare(ops=[ast.Eq() | ast.Is()], comparators=[ast.Attribute(attr=word)]):
            return word.lower() in _GOOD
        case _:
            return False


def _names_many(many: ast.expr) -> bool:
    inner = many.func.value if isinstance(many, ast.Call) and isinstance(many.func, ast.Attribute) else many
    return _MANY.search(last_name(inner)) is not None


RULE = Rule(
    id="AUD220",
    name="one-success-for-all",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check of many parts ask for all of them?",
    why="With `any` in the place of `all`, nine failing checks of ten are told as healthy, and the gate opens.",
    limits="Judged are results named for a verdict on the whole that are `any(...)` over the good verdicts of results, checks or components.",
    fix="Ask with `all`, and say what an empty list means.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python", "javascript", "typescript", "tsx"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("any(", ".some("),
    examples=(
        Example(
            title="one part that is well",
            files={
                "checks.py": (
                    "def overall(results):\n"
                    "    return any(one.ok for one in results)\n"
                    "\n"
                    "\n"
                    "def report(checks):\n"
                    '    return {"healthy": any(one["status"] == "healthy" for one in checks.values())}\n'
                ),
            },
            found=("checks.py:2", "checks.py:6"),
        ),
        Example(
            title="all parts, and what says that one is enough",
            files={
                "checks.py": (
                    "def overall(results):\n"
                    "    return all(one.ok for one in results)\n"
                    "\n"
                    "\n"
                    "def any_passed(results):\n"
                    "    return any(one.passed for one in results)\n"
                    "\n"
                    "\n"
                    "def failed(results):\n"
                    "    return any(not one.ok for one in results)\n"
                ),
            },
        ),
        Example(
            title="the same in TypeScript, and all of them",
            files={
                "src/checks.ts": (
                    "export function overall(results: Result[]): boolean {\n"
                    "  return results.some((one) => one.ok);\n"
                    "}\n"
                    "\n"
                    "export function passed(results: Result[]): boolean {\n"
                    "  return results.every((one) => one.ok);\n"
                    "}\n"
                    "\n"
                    "export function anyPassed(results: Result[]): boolean {\n"
                    "  return results.some((one) => one.passed);\n"
                    "}\n"
                ),
            },
            found=("src/checks.ts:2",),
        ),
    ),
    check_file=_check,
)
