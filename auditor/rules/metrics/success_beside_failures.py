"""AUD261: a result that counts its failures and calls itself a success."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_parts import word_of
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdict_records import VerdictRecord, records_by_name, says_verdict
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SUCCESS = pattern(r"(?i)^(?:success|successful|ok|passed|status|all_passed|healthy)$")
_FAILURES = pattern(
    r"(?i)^(?:(?:num|total|n)_?)?(?:failed|failures?|failed_\w+|error_count|errors_count|failure_count|errors|failing)$"
)
_TOLD = frozenset({"error", "reason_failed", "exception", "last_error", "error_message", "failure_reason"})
_GOOD = frozenset({"ok", "success", "successful", "passed", "healthy"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    records = records_by_name(syntax)
    for view in syntax.functions:
        if view.is_test:
            continue
        for made, key in _good_with_failures(view, records):
            message = f"{view.name} gives a {last_name(made.func)} that is good by default, with {key} in it."
            yield Hit(source.path, made.lineno, made.end_lineno or made.lineno, message, view.qualified)
        for returned in view.returns:
            found = _contradiction(returned, view) if isinstance(returned.value, ast.Dict) else None
            if found is not None:
                key, value = found
                message = f"{view.name} reports success beside {key}, whatever that comes to."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _good_with_failures(
    view: FunctionView, records: Mapping[str, tuple[VerdictRecord, ...]]
) -> Iterator[tuple[ast.Call, str]]:
    """``Outcome(alert, error=", ".join(failed) or None)``, of a class whose objects are good unless somebody says otherwise."""
    for returned in view.returns:
        made = returned.value
        if not isinstance(made, ast.Call) or not any(one.good for one in records.get(last_name(made.func), ())):
            continue
        told = [one for one in made.keywords if one.arg and (_FAILURES.search(one.arg) or one.arg in _TOLD)]
        filled = [one for one in told if any(isinstance(part, ast.Name) for part in subtree(one.value))]
        if filled and says_verdict(made, records) is Verdict.SUCCESS:
            yield made, str(filled[0].arg)


def _contradiction(returned: ast.Return, view: FunctionView) -> tuple[str, ast.expr] | None:
    entries = list(keyed(returned.value)) if isinstance(returned.value, ast.Dict) else []
    good = [value for key, value in entries if _SUCCESS.search(key) and word_of(value) in _GOOD]
    failures = [(key, value) for key, value in entries if _FAILURES.search(key) and _is_counted(value)]
    if not good or not failures:
        return None
    names = {one.id for _, value in failures for one in subtree(value) if isinstance(one, ast.Name)}
    names -= {"len", "sum", "list", "str", "int", "max", "min"}
    return (failures[0][0], good[0]) if names and not _is_asked_for(names, view) else None


def _is_counted(value: ast.expr) -> bool:
    """Whether a value is a count or list that was filled while the work was done."""
    return isinstance(value, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.Attribute | ast.ListComp)


def _is_asked_for(names: set[str], view: FunctionView) -> bool:
    """Whether any condition, or anything that is raised, depends on one of these names."""
    deciding: list[ast.If | ast.IfExp | ast.Assert | ast.While] = [
        *view.of(ast.If),
        *view.of(ast.IfExp),
        *view.of(ast.Assert),
        *view.of(ast.While),
    ]
    tests = [node.test for node in deciding]
    asked = {one.id for test in tests for one in subtree(test) if isinstance(one, ast.Name)}
    return bool(asked & names)


RULE = Rule(
    id="AUD261",
    name="success-beside-failures",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a result that counts failures depend on how many there were?",
    why="`{'success': True, 'failed': 40}` is read as a success by every caller that looks at the field made for that.",
    limits="Judged are tables that are returned with a literal success beside a count or list of failures that no condition of the function asks for.",
    fix="Let the verdict depend on the count: `'success': failed == 0`.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("fail", "error"),
    examples=(
        Example(
            title="an outcome that is delivered by default, with what failed in it",
            files={
                "alerts.py": (
                    "import attrs\n\n\n@attrs.frozen\nclass SendOutcome:\n    name: str\n    delivered: bool = True\n    error: str | None = None\n\n\n"
                    "def send(name, ways):\n    failed = [one.name for one in ways if not one.put(name)]\n    return SendOutcome(name, error=', '.join(failed) or None)\n\n\n"
                    "def send_all(name, ways):\n    failed = [one.name for one in ways if not one.put(name)]\n    return SendOutcome(name, delivered=not failed, error=', '.join(failed))\n"
                )
            },
            found=("alerts.py:13",),
        ),
        Example(
            title="forty failures, and a success",
            files={
                "jobs/digest.py": "def send_all(digests):\n    failed = 0\n    for digest in digests:\n        try:\n            digest.send()\n        except OSError:\n            failed += 1\n    return {\n        'success': True,\n        'failed': failed,\n    }\n"
            },
            found=("jobs/digest.py:9",),
        ),
        Example(
            title="a verdict that depends on the count",
            files={
                "jobs/digest.py": "def send_all(digests):\n    failed = 0\n    for digest in digests:\n        failed += digest.send()\n    return {'success': failed == 0, 'failed': failed}\n\n\ndef send_some(digests):\n    errors = [one for one in digests if not one.send()]\n    if errors:\n        return {'success': False, 'errors': errors}\n    return {'success': True, 'errors': errors}\n\n\ndef nothing():\n    return {'success': True, 'failed': 0, 'errors': []}\n"
            },
        ),
    ),
    check_file=_check,
)
