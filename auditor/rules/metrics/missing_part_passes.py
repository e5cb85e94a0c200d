"""AUD885: a verdict that is true from the start stays so where what should be judged is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_flag
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import is_false, is_true
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_THERE = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir"})
_CHOSEN = pattern(
    r"(?i)config|setting|option|args|param|enabled|optional|feature|flag|debug|verbose|strict|cache|legacy|override|lock|ignore|exclude|baseline|previous|tmp|temp"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for node in _unlisted(view):
            message = f"{view.name} passes where one of the parts that it names is not there at all."
            yield Hit(source.path, node.lineno, node.lineno, message, view.qualified)
        for node, asked, flag in _left_true(view):
            message = f"{view.name} leaves {flag} true where {asked} is not there."
            yield Hit(source.path, node.lineno, node.lineno, message, view.qualified)


def _left_true(view: FunctionView) -> list[tuple[ast.If, str, str]]:
    """The questions for a file without another answer, with what they ask for and the verdict that is spoilt only there."""
    flags = set(_started(view))
    found = [
        (node, asked, flag)
        for node in (view.of(ast.If) if flags else ())
        if (asked := _presence(node)) and (flag := _spoilt_within(node, flags))
    ]
    if not found:
        return []
    made = _made_otherwise(view)
    tests = [ast.unparse(one.test) for one in view.of(ast.If)]
    return [one for one in found if one[2] not in made and not _is_asked_again(one[0], tests)]


def _unlisted(view: FunctionView) -> Iterator[ast.If]:
    """Loops that refuse what is bad among the parts that must be good, and never ask whether all of them are there."""
    last = view.body[-1] if view.body else None
    last = last.body[-1] if isinstance(last, ast.Try) else last
    if not isinstance(last, ast.Return) or not is_true(last.value):
        return
    for loop in view.of(ast.For):
        listed = _is_list_of_names(loop.iter, view)
        for node in own_nodes(loop.body):
            if isinstance(node, ast.If) and not node.orelse and _refuses_within(node):
                named = [
                    one
                    for one in own_nodes([node.test])
                    if isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.In)
                ]
                asked_for = any(_is_list_of_names(one.comparators[0], view) for one in named)
                there = listed and bool(named) and isinstance(node.test, ast.Compare)
                if there or (asked_for and not listed and isinstance(node.test, ast.BoolOp)):
                    yield node


def _is_list_of_names(value: ast.expr, view: FunctionView) -> bool:
    """Whether something is a list of names that the function has written down."""
    value = (Bindings.of(view).only(value.id) or value) if isinstance(value, ast.Name) else value
    return (
        isinstance(value, ast.List | ast.Tuple | ast.Set)
        and len(value.elts) > 1
        and all(isinstance(one, ast.Constant) for one in value.elts)
    )


def _refuses_within(node: ast.If) -> bool:
    return any(isinstance(one, ast.Return) and is_false(one.value) for one in own_nodes(node.body))


def _started(view: FunctionView) -> Iterator[str]:
    """Names and keys of verdicts that are true from the start."""
    for node in view.of(ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Name) and is_true(node.value) and is_good_flag(target.id):
            yield target.id
        if isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and isinstance(key.value, str)
                    and is_true(value)
                    and is_good_flag(key.value)
                ):
                    yield key.value


def _presence(node: ast.If) -> str:
    """The file that a question without another answer asks for; empty for other questions."""
    if node.orelse or not isinstance(node.test, ast.Call) or last_name(node.test.func) not in _THERE:
        return ""
    told = ast.unparse(node.test)[:80]
    return "" if _CHOSEN.search(told) else told


def _spoilt_within(node: ast.If, flags: set[str]) -> str:
    """The verdict that a further question within the branch makes false."""
    for inner in own_nodes(node.body):
        if isinstance(inner, ast.If | ast.Try | ast.For):
            for one in own_nodes([inner]):
                flag = _made_false(one)
                if flag in flags:
                    return flag
    return ""


def _made_false(node: ast.AST) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_false(value):
            return name
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))], value=value) if is_false(value):
            return name
        case _:
            return ""


def _made_otherwise(view: FunctionView) -> frozenset[str]:
    """The verdicts that are made of something else after all."""
    return frozenset(
        last_name(one.targets[0]) for one in view.of(ast.Assign) if not is_true(one.value) and not is_false(one.value)
    )


def _is_asked_again(node: ast.If, tests: list[str]) -> bool:
    """Whether another of the conditions asks for the same thing; its own is among them."""
    asked = ast.unparse(node.test)
    return sum(asked in one for one in tests) > 1


RULE = Rule(
    id="AUD885",
    name="missing-part-passes",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a verdict fail on a part that is not there?",
    why="`if dump.exists(): ...` judges the dump where there is one; the backup of which nothing was written is valid.",
    limits="Judged are verdicts that a function sets to True first and to False within a branch which asks whether a file is there and has no other, and loops that refuse the bad among parts which the function names, and end in True; what is optional by its name is left alone.",
    fix="Set the verdict to False where the file is missing.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a dump that is judged only where there is one",
            files={
                "backup.py": (
                    "async def validate(parts):\n    found = {'parts': {}, 'overall_success': True}\n    for part in parts:\n        if part.path.exists():\n            report = await inspect(part)\n"
                    "            if report.bad:\n                found['overall_success'] = False\n    return found\n"
                )
            },
            found=("backup.py:4",),
        ),
        Example(
            title="parts that have to be good, where they are there",
            files={
                "ready.py": (
                    "def overall_success(results):\n    critical = ['store', 'search']\n    for one in results:\n        if one.part in critical and not one.good:\n            return False\n    return True\n\n\n"
                    "def is_ready(parts):\n    for name in ('store', 'search'):\n        if name in parts:\n            if parts[name] != 'up':\n                return False\n    return True\n\n\n"
                    "def all_there(parts):\n    for name in ('store', 'search'):\n        if name not in parts or parts[name] != 'up':\n            return False\n    return True\n"
                )
            },
            found=("ready.py:11", "ready.py:4"),
        ),
        Example(
            title="a part that is missed, and one that need not be there",
            files={
                "backup.py": (
                    "async def validate(parts, options):\n    passed = True\n    for part in parts:\n        if part.path.exists():\n            if await inspect(part):\n                passed = False\n        else:\n            passed = False\n"
                    "    if options.exists():\n        if await inspect(options):\n            passed = False\n    return passed\n"
                )
            },
        ),
    ),
    check_file=_check,
)
