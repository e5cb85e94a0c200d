"""AUD206: a gate whose outcome was written down beforehand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check, compared_names, constant_source, decisions
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        bindings: Bindings | None = None
        lines: set[int] = set()
        for test, statement, asserted in (*decisions(view, syntax), *_given(view)):
            bindings = bindings or Bindings.of(view)
            value = constant_source(test, bindings) or _flag(test, bindings)
            if value is None or value.lineno in lines:
                continue
            names = compared_names(test)
            judged = view.is_test or acts_as_check(view)
            if not judged and not any(is_metric_name(name) for name in names):
                continue
            lines.add(value.lineno)
            what = "asserts" if asserted else "decides"
            message = f"{view.name} {what} on a value of {names[0]} that is written in the code (line {statement.lineno} always comes out the same)."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _given(view: FunctionView) -> Iterator[tuple[ast.expr, ast.stmt, bool]]:
    """The comparisons that a check returns, alone or before a message."""
    for one in view.returns if not view.is_test and acts_as_check(view) else ():
        value = one.value.elts[0] if isinstance(one.value, ast.Tuple) and one.value.elts else one.value
        if isinstance(value, ast.Compare):
            yield value, one, False


def _flag(test: ast.expr, bindings: Bindings) -> ast.expr | None:
    """Where a flag that is asked for (``if not healthy``) is set to a constant, and nowhere else."""
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    value = bindings.only(inner.id) if isinstance(inner, ast.Name) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, bool) else None


RULE = Rule(
    id="AUD206",
    name="constant-gate",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every gate compare something that was measured?",
    why="A threshold checked against a literal always comes out the same: the rollback trigger never fires, the gate never closes.",
    limits="Follows local names that are bound once to numbers, and arithmetic on them; in shipped code only checks and names of metrics are judged.",
    fix="Read the value from where it is measured, and fail where it cannot be read.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a flag that is set and then asked",
            files={
                "fallback.py": 'async def verify_fallback(log):\n    fallback_healthy = True\n    if not fallback_healthy:\n        log.error("not active")\n        return False\n    return True\n'
            },
            found=("fallback.py:2",),
        ),
        Example(
            title="a rollback trigger on a literal",
            files={
                "tests/test_trigger.py": 'import pytest\n\ndef test_error_rate():\n    error_count = 0\n    total = 100\n    error_rate = error_count / total\n    if error_rate > 0.01:\n        pytest.fail("rollback required")\n'
            },
            found=("tests/test_trigger.py:4",),
        ),
        Example(
            title="a gate in a script",
            files={
                "gate.py": "import sys\n\ndef gate():\n    coverage = 92.5\n    if coverage < 80:\n        sys.exit(1)\n"
            },
            found=("gate.py:4",),
        ),
        Example(
            title="a measured value against a written threshold",
            files={
                "gate.py": "import sys\n\ndef gate(report):\n    threshold = 80\n    coverage = report.read()\n    if coverage < threshold:\n        sys.exit(1)\n"
            },
            found=(),
        ),
        Example(
            title="a counter",
            files={
                "tests/test_loop.py": "def test_loop(queue):\n    errors = 0\n    for job in queue:\n        errors += job.failed\n    assert errors == 0\n"
            },
            found=(),
        ),
        Example(
            title="a check that returns how a literal compares",
            files={
                "checks.py": (
                    '@check("licence")\ndef licence():\n    days = 90\n    return days > 14, f"{days} days left"\n'
                ),
            },
            found=("checks.py:3",),
        ),
        Example(
            title="a check that returns how what it read compares",
            files={
                "checks.py": (
                    '@check("licence")\n'
                    "def licence():\n"
                    "    least = 14\n"
                    "    days = read_days()\n"
                    '    return days > least, f"{days} days left"\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
