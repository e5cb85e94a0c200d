"""AUD214: a summary that is printed whatever happened."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_syntax import PythonSyntax, strings_in, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICT = pattern(
    r"(?i)\x{2713}|\x{2714}|\x{2705}|\b(?:verified|passed|healthy|operational|all (?:checks|tests|systems)\b.*\b(?:pass|ok|go)|ready for (?:production|deployment|validation|release)|production[- ]ready|succeeded|successful(?:ly)?)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        talk = [one for one in view.body if not (isinstance(one, ast.Assert) and isinstance(one.test, ast.Constant))]
        if not talk or not is_quiet(talk, syntax):
            continue
        verdicts = [one for one in talk if _is_constant_verdict(one, syntax)]
        if verdicts and (view.is_test or len(verdicts) > 1):
            message = f"{view.name} prints that all is well without having looked."
            last = verdicts[-1].end_lineno or verdicts[-1].lineno
            yield Hit(source.path, verdicts[0].lineno, last, message, view.qualified)


def _is_constant_verdict(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not is_log_call(syntax.name_of(call.func)):
        return False
    fixed = not any(isinstance(node, ast.FormattedValue | ast.Name) for one in call.args for node in subtree(one))
    return fixed and bool(_VERDICT.search(strings_in(call)))


RULE = Rule(
    id="AUD214",
    name="printed-verdict",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every printed verdict follow from something that was checked?",
    why="A summary that says 'verified' unconditionally is copied into reports as a result.",
    limits="Judges functions that do nothing but print fixed texts.",
    fix="Print what was measured, or nothing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a summary",
            files={
                "tests/test_summary.py": 'def test_summary():\n    print("Security: \\u2713 Verified")\n    print("STAGING: READY FOR VALIDATION")\n    assert True\n'
            },
            found=("tests/test_summary.py:2",),
        ),
        Example(
            title="a summary of results",
            files={
                "tests/test_summary.py": 'def report(results):\n    for name, passed in results:\n        print(name, "passed" if passed else "failed")\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
