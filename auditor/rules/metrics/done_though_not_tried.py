"""AUD889: work that is done only where something is given is reported as done in every case."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from auditor.facts.claims import WORK, claims_of
from auditor.facts.good_names import is_good_flag, is_state_name
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import PURE_METHODS, is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, blocks_of, own_nodes, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPTIONAL = pattern(
    r"(?i)verbose|debug|dry|callback|hook|cache|progress|log|metric|trace|clean|lock|tmp|temp|optional|notify|listener|observer|session|wait|delay|sleep|retry|force|create|config"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for block in blocks_of(view) if not view.is_test else ():
            for branch, told in _untried(block, syntax):
                message = f"{view.name} reports its work as done, also where there was nothing to do it with."
                yield Hit(source.path, branch.lineno, told.end_lineno or told.lineno, message, view.qualified)


def _untried(block: list[ast.stmt], syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """The branches that do the work of a block, each with the report behind it, as long as nothing else could have done it."""
    for branch, told in itertools.pairwise(block):
        if _says_done(told) and _works_perhaps(branch, syntax):
            yield branch, told
        if _may_have_worked(branch, syntax):
            return


def _works_perhaps(branch: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a branch without an alternative does the work, where something is there."""
    if not isinstance(branch, ast.If) or branch.orelse or not _is_presence(branch.test):
        return False
    if _OPTIONAL.search(ast.unparse(branch.test)):
        return False
    if any(isinstance(one, ast.Return | ast.Raise | ast.Continue | ast.Break) for one in own_nodes(branch.body)):
        return False
    return any(_works(call, syntax) for call in _calls(branch.body))


def _is_presence(test: ast.expr) -> bool:
    match test:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return True
        case ast.Compare(left=ast.Constant(), ops=[ast.In()]):
            return True
        case ast.Call(func=ast.Attribute(attr="get")) | ast.Call(func=ast.Name(id="hasattr")):
            return True
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def _calls(body: list[ast.stmt]) -> list[ast.Call]:
    return [one for one in own_nodes(body) if isinstance(one, ast.Call)]


def _works(call: ast.Call, syntax: PythonSyntax) -> bool:
    """Whether a call is named for an operation, a check or a message."""
    name = last_name(call.func)
    return not is_log_call(syntax.name_of(call.func)) and bool(
        claims_of(name.lstrip("_")) & WORK or name.lstrip("_").startswith(("execute", "run", "perform", "apply"))
    )


def _says_done(statement: ast.stmt) -> bool:
    """``step["status"] = "completed"``, ``self.restored = True``."""
    match statement:
        case ast.Assign(
            targets=[ast.Subscript(slice=ast.Constant(value=str(name))) | ast.Attribute(attr=name)], value=value
        ):
            if is_true(value):
                return is_good_flag(name)
            word = value.value if isinstance(value, ast.Constant) else _member(value)
            return is_state_name(name) and isinstance(word, str) and verdict_of_word(word) is Verdict.SUCCESS
        case _:
            return False


def _member(value: ast.expr) -> str:
    if isinstance(value, ast.Attribute) and value.attr == "value":
        value = value.value
    return value.attr if isinstance(value, ast.Attribute) else ""


def _may_have_worked(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement could have done the work, or failed."""
    return any(
        not is_log_call(syntax.name_of(call.func))
        and last_name(call.func) not in PURE_METHODS
        and not last_name(call.func)[:1].isupper()
        and last_name(call.func) not in ("time", "now", "utcnow", "monotonic", "perf_counter", "len", "str")
        for call in _calls([statement])
    )


RULE = Rule(
    id="AUD889",
    name="done-though-not-tried",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is only that reported as done which was done?",
    why="A step of the recovery plan that names no component is 'completed' a moment after it began: the report has seven green steps, of which three did something.",
    limits="Judged is a literal state of success, or a flag that something was done, right after a branch without an alternative that holds the only work of its block and asks whether something is there; what is optional by its name is left alone.",
    fix="Put the report into the branch, and say 'skipped' or fail where there is nothing to work with.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a step of a plan that names nothing to restore",
            files={
                "plan.py": (
                    "async def run(steps):\n    for step in steps:\n        if 'parts' in step:\n            await restore_parts(step['parts'])\n        step['status'] = 'completed'\n\n\n"
                    "async def back_up(self, target):\n    if target:\n        await self.upload(target)\n    self.uploaded = True\n"
                )
            },
            found=("plan.py:3", "plan.py:9"),
        ),
        Example(
            title="a report within the branch, another way, and what is optional",
            files={
                "plan.py": (
                    "async def run(steps, callback):\n    for step in steps:\n        if 'parts' in step:\n            await restore_parts(step['parts'])\n            step['status'] = 'completed'\n        if callback:\n            notify(callback)\n        step['seen'] = True\n\n\n"
                    "async def back_up(self, target):\n    await self.dump()\n    if target:\n        await self.upload(target)\n    self.uploaded = True\n\n\n"
                    "def send(self, mail):\n    if mail:\n        self.deliver(mail)\n    else:\n        raise ValueError\n    self.sent = True\n"
                )
            },
        ),
    ),
    check_file=_check,
)
