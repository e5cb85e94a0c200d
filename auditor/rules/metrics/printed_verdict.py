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


_EACH_WELL = pattern(
    r"(?i)\x{2713}|\x{2714}|\x{2705}|\b(?:ok|okay|healthy|passed|up|reachable|connected|running|ready|verified|valid|operational|online)\W{0,4}$"
)
_SEVERAL = 2


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
    for view in syntax.functions:
        for loop in view.of(ast.For) if not view.is_test else ():
            if _tells_each_good(loop, syntax):
                message = f"{view.name} prints of each of a list of names that it is well, and looks at none."
                yield Hit(source.path, loop.lineno, loop.end_lineno or loop.lineno, message, view.qualified)


def _tells_each_good(loop: ast.For, syntax: PythonSyntax) -> bool:
    """``for one in ("database", "queue"): print(f"{one} ok")``."""
    names = loop.iter.elts if isinstance(loop.iter, ast.Tuple | ast.List | ast.Set) else []
    if len(names) < _SEVERAL or not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in names):
        return False
    if not isinstance(loop.target, ast.Name) or not is_quiet(loop.body, syntax):
        return False
    calls = [one.value for one in loop.body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    read = {one.id for call in calls for part in call.args for one in subtree(part) if isinstance(one, ast.Name)}
    told = [call for call in calls if is_log_call(syntax.name_of(call.func))]
    asked = any(isinstance(one, ast.Call) for call in told for part in call.args for one in subtree(part))
    well = any(_EACH_WELL.search(strings_in(call)) for call in told)
    return well and not asked and read == {loop.target.id}


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
    limits="Judges functions that do nothing but print fixed texts, and loops over names written in the code that print of each that it is well.",
    fix="Print what was measured, or nothing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a doctor who looks at nobody",
            files={
                "app/cli.py": "def doctor():\n    settings = load()\n    for part in ('database', 'redis'):\n        click.echo(f'{part:24} ok')\n    click.echo(settings.name)\n\n\ndef status(parts):\n    for part in ('database', 'redis'):\n        print(f'{part} {parts[part]} ok')\n    for part in ('database', 'redis'):\n        print(f'looking at {part}')\n",
            },
            found=("app/cli.py:3",),
        ),
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
