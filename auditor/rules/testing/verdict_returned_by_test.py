"""AUD447: a test returns its verdict, which no test runner looks at."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.example_folders import is_in_examples
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COLLECTED = pattern(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_ASSERTS = pattern(r"(?i)assert|^self\.fail$|pytest\.(?:raises|fail|skip|xfail|warns)|raises$|expect")


def _check(source: Source) -> Iterator[Hit]:
    if not _COLLECTED.search(source.path):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        collected = view.name.startswith("test") and not view.nested and _in_test_class(view)
        if collected and _returns_verdict(view) and not _asserts(view, syntax):
            message = (
                f"{view.name} returns True or False, which the test runner ignores: it asserts nothing and cannot fail."
            )
            milder = Severity.MEDIUM if _is_run_by_hand(view, source, syntax) else None
            last = view.node.end_lineno or view.node.lineno
            yield Hit(source.path, view.node.lineno, last, message, view.qualified, milder)


def _is_run_by_hand(view: FunctionView, source: Source, syntax: PythonSyntax) -> bool:
    """Whether the file is an example, or calls the test itself: whoever starts it so sees what it returns."""
    calls = [call for one in syntax.functions if one is not view for call in one.calls]
    calls += [one for one in syntax.module_nodes if isinstance(one, ast.Call)]
    called = any(isinstance(call.func, ast.Name) and call.func.id == view.name for call in calls)
    return is_in_examples(source.path) or called


def _in_test_class(view: FunctionView) -> bool:
    return view.owner is None or view.owner.name.startswith("Test")


def _returns_verdict(view: FunctionView) -> bool:
    """Whether there is a return of a literal False, and one of True or of something worked out."""
    values = [one.value for one in view.returns if one.value is not None]
    literal = [one.value for one in values if isinstance(one, ast.Constant)]
    return any(one is False for one in literal) and len(values) > 1


def _asserts(view: FunctionView, syntax: PythonSyntax) -> bool:
    if any(isinstance(node, ast.Assert | ast.Raise) for node in view.nodes):
        return True
    return any(_ASSERTS.search(syntax.name_of(call.func) or ast.unparse(call.func)) for call in view.calls)


RULE = Rule(
    id="AUD447",
    name="verdict-returned-by-test",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a test raise when it fails?",
    why="pytest collects `def test_x(): ... return False` and reports it as passed: the test was written for a script of its own, and is green in every run.",
    limits="Judged are functions that pytest collects by file and name, return a literal False somewhere and assert nothing.",
    fix="Assert the condition in place of returning it, or rename the function and the file.",
    since="0.2.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST, Role.SHIPPED}),
    triggers=("return false",),
    examples=(
        Example(
            title="a script that looks like a test",
            files={
                "tests/test_web.py": "def test_import():\n    try:\n        import web\n        print('ok')\n        return True\n    except Exception as error:\n        print(error)\n        return False\n"
            },
            found=("tests/test_web.py:1",),
        ),
        Example(
            title="assertions, and a helper",
            files={
                "tests/test_web.py": "def is_up(port):\n    if not port:\n        return False\n    return True\n\n\ndef test_up():\n    assert is_up(80)\n\n\ndef test_down():\n    if is_up(0):\n        raise AssertionError\n    return False\n",
                "scripts/check.py": "def test_import():\n    if not run():\n        return False\n    return True\n",
            },
        ),
    ),
    check_file=_check,
)
