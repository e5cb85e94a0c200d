"""AUD804: a test that holds a constant of the code against the same literal once more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEASURED = pattern(
    r"(?i)(?:^|_)(?:baselines?|measured|benchmarks?|results?|availability|latency|throughput|rto|rpo|uptime|coverage|accuracy|recovery)(?:_|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        found = list(view.of(ast.Assert)) if view.is_test else []
        names = [_constant(one.test, syntax) for one in found]
        if found and all(names) and not _does_more(view, found):
            message = f"{view.name} asserts that {names[0]} is what is written in the code: nothing is measured or worked out."
            yield Hit(source.path, found[0].lineno, found[-1].end_lineno or found[0].lineno, message, view.qualified)


def _constant(test: ast.expr, syntax: PythonSyntax) -> str:
    """The imported constant, named for something measured, that a condition compares with a literal; empty for others."""
    if not isinstance(test, ast.Compare) or not all(_is_literal(one) for one in test.comparators):
        return ""
    subject = test.left.value if isinstance(test.left, ast.Attribute) else test.left
    if not isinstance(subject, ast.Name) or not subject.id.isupper() or subject.id not in syntax.aliases:
        return ""
    field = test.left.attr if isinstance(test.left, ast.Attribute) else ""
    return ast.unparse(test.left) if _MEASURED.search(subject.id) or is_metric_name(field) else ""


def _is_literal(value: ast.expr) -> bool:
    """Whether an expression is a number, or an object that is made of literals only."""
    if isinstance(value, ast.Call):
        given = [*value.args, *(one.value for one in value.keywords)]
        return last_name(value.func)[:1].isupper() and bool(given) and all(_is_literal(one) for one in given)
    return all(isinstance(one, ast.Constant | ast.UnaryOp | ast.USub | ast.Load) for one in subtree(value))


def _does_more(view: FunctionView, found: list[ast.Assert]) -> bool:
    """Whether a test calls anything outside its assertions."""
    inside = {id(one) for node in found for one in subtree(node)}
    return any(id(call) not in inside for call in view.calls) or bool(view.of(ast.With, ast.AsyncWith))


RULE = Rule(
    id="AUD804",
    name="constant-against-literal",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests of figures measure or work out something?",
    why="A test that says the baseline is 180 ms because the code says that the baseline is 180 ms holds both in place, and knows of neither.",
    limits="Judged are tests whose assertions all compare an imported constant, named for something measured, with literals.",
    fix="Assert what the figure is used for, or measure it.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="a baseline, and a recovery time",
            files={
                "tests/test_figures.py": (
                    "from shop.figures import BASELINE, RECOVERY_SECONDS, Figures\n"
                    "\n"
                    "\n"
                    "def test_baseline():\n"
                    "    assert BASELINE == Figures(p95_ms=180.0, errors=0.01)\n"
                    "\n"
                    "\n"
                    "def test_recovery_meets_objective():\n"
                    "    assert RECOVERY_SECONDS <= 300\n"
                ),
            },
            found=("tests/test_figures.py:5", "tests/test_figures.py:9"),
        ),
        Example(
            title="a figure that is worked out, and a setting",
            files={
                "tests/test_figures.py": (
                    "from shop.figures import BASELINE, PAGE_SIZE, slower\n"
                    "\n"
                    "\n"
                    "def test_baseline():\n"
                    "    assert slower(BASELINE, 2.0) == 360.0\n"
                    "\n"
                    "\n"
                    "def test_page():\n"
                    "    assert PAGE_SIZE == 50\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
