"""AUD893: a verdict is worked out, and success is recorded before anything looks at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, blocks_of, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICT = pattern(
    r"(?i)^(?:\w+_)?(?:success|succeeded|successful|passed|all_passed|all_ok|healthy|is_valid|verified|compliant)$|^ok$"
)
_RECORDED = pattern(
    r"(?i)^(?:status|state|outcome|result)$|^last_(?:successful_|full_)?(?:backup|deploy(?:ment)?|test|check|success|restore|sync)$"
)
_BRANCHES = ast.If | ast.While | ast.Assert | ast.Return | ast.Raise | ast.Match


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test:
            continue
        for name, recorded in _in_spite(view):
            message = f"{view.name} works out {name}, and records success before it looks at it."
            last = recorded.end_lineno or recorded.lineno
            yield Hit(source.path, recorded.lineno, last, message, view.qualified)


def _in_spite(view: FunctionView) -> Iterator[tuple[str, ast.Assign]]:
    """``success = failed == 0`` and, behind it in the same block, ``status = "completed"``; the verdict is asked later, if at all."""
    for block in blocks_of(view):
        waiting: dict[str, None] = {}
        for one in block:
            if waiting and isinstance(one, _BRANCHES):
                for name in _names_in(one):
                    waiting.pop(name, None)
            elif waiting and isinstance(one, ast.Assign) and _says_success(one, view):
                kept = _names_in(one.value)
                yield from ((name, one) for name in waiting if name not in kept)
                waiting = {name: None for name in waiting if name in kept}
            name = _worked_out(one)
            if name:
                waiting[name] = None


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in subtree(node) if isinstance(one, ast.Name)}


def _worked_out(statement: ast.stmt) -> str:
    """The name of a verdict that a statement works out."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return ""
    value = statement.value
    judged = isinstance(value, ast.Compare) or (
        isinstance(value, ast.Call) and last_name(value.func) == "all" and bool(value.args)
    )
    name = statement.targets[0].id
    return name if judged and _VERDICT.search(name) else ""


def _says_success(statement: ast.Assign, view: FunctionView) -> bool:
    """Whether a statement is a record of success."""
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return False
    stored = stored_name(target)
    if not _RECORDED.search(stored):
        return False
    if stored.lower().startswith("last_"):
        return isinstance(value, ast.Name | ast.Call)
    plain = value.value if isinstance(value, ast.Attribute) and value.attr == "value" else value
    return verdict_of(plain, Bindings.of(view)) is Verdict.SUCCESS


RULE = Rule(
    id="AUD893",
    name="recorded-in-spite",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the record of an operation depend on the verdict that was worked out for it?",
    why="`success = failed == 0`, and in the next line `status = 'completed'`: the message says that parts failed, the record that all is well.",
    limits="Verdicts of a comparison or of `all` behind which, in the same block and before any condition on them, a status is set to a word of success or the time of the last one is set.",
    fix="Choose the status by the verdict.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a backup that is complete, whatever failed",
            files={
                "shop/backups.py": (
                    "class Backups:\n    async def run(self, operation):\n        results = await self.copy_all()\n        success = results.failed == 0\n        await self.monitor.note(operation, success)\n        self.operations[operation]['status'] = 'completed'\n"
                    "        if success:\n            await self.tell('done')\n        return results\n"
                ),
            },
            found=("shop/backups.py:6",),
        ),
        Example(
            title="a status that is chosen by the verdict, and one behind a condition on it",
            files={
                "shop/backups.py": (
                    "class Backups:\n    async def run(self, operation):\n        results = await self.copy_all()\n        success = results.failed == 0\n        self.operations[operation]['status'] = 'completed' if success else 'failed'\n        return results\n\n"
                    "    async def again(self, operation):\n        success = await self.copy_all() == 0\n        if not success:\n            raise BackupError(operation)\n        self.state = 'completed'\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
