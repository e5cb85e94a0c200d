"""AUD296: one of several limits is only complained about when it is broken."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_target_name
from auditor.facts.python_handlers import is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEAR = 12
_ORDERS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        branches = [one for one in view.body if isinstance(one, ast.If) and not one.orelse]
        if not any(_refuses(one, syntax) for one in branches):
            continue
        for one in branches:
            limit = _limit(one.test)
            if limit and is_quiet(one.body, syntax) and one is not view.body[-1] and _goes_on_well(view):
                message = (
                    f"{view.name} only says that {limit} is not kept, and ends as if it were; other conditions stop it."
                )
                yield Hit(source.path, one.lineno, _shown(one, view.body[-1]), message, view.qualified)


def _shown(branch: ast.If, end: ast.stmt) -> int:
    """The last line: that of the success that is reported, where it is not far away."""
    near = end.lineno - branch.lineno <= _NEAR
    return end.lineno if near else branch.end_lineno or branch.lineno


def _refuses(branch: ast.If, syntax: PythonSyntax) -> bool:
    """Whether a branch ends in a status that is none of success."""
    last = branch.body[-1]
    if isinstance(last, ast.Return):
        status = last.value.value if isinstance(last.value, ast.Constant) else None
        return isinstance(status, int) and not isinstance(status, bool) and status != 0
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or syntax.name_of(call.func) not in ("sys.exit", "exit"):
        return False
    return bool(call.args) and not (isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)


def _limit(test: ast.expr) -> str:
    """The name of a limit that a figure is compared with."""
    match test:
        case ast.Compare(ops=[operator], comparators=[right]) if isinstance(operator, _ORDERS):
            name = last_name(right)
            return name if name and (name.isupper() or is_target_name(name)) else ""
        case _:
            return ""


def _goes_on_well(view: FunctionView) -> bool:
    """Whether the function ends in a status of success that is written down."""
    last = view.body[-1]
    return isinstance(last, ast.Return) and isinstance(last.value, ast.Constant) and last.value.value == 0


RULE = Rule(
    id="AUD296",
    name="limit-only-printed",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every limit that a gate prints also close it?",
    why="'too slow' on the error stream and status 0: the pipeline goes on with a release that broke the limit.",
    limits="Judged are functions that end in `return 0`, refuse with another status elsewhere, and compare a figure with a named limit to print only.",
    fix="Return another status there, too.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("return 0",),
    examples=(
        Example(
            title="a limit that only prints",
            files={
                "gate.py": (
                    "import sys\n"
                    "\n"
                    "LATENCY_LIMIT = 300\n"
                    "\n"
                    "\n"
                    "def main():\n"
                    "    p95 = latency()\n"
                    "    if p95 > LATENCY_LIMIT:\n"
                    '        print("too slow", file=sys.stderr)\n'
                    "    if errors() > 0.01:\n"
                    '        print("too many errors", file=sys.stderr)\n'
                    "        return 1\n"
                    "    return 0\n"
                ),
            },
            found=("gate.py:8",),
        ),
        Example(
            title="limits that close the gate, and a remark",
            files={
                "gate.py": (
                    "import sys\n"
                    "\n"
                    "LATENCY_LIMIT = 300\n"
                    "\n"
                    "\n"
                    "def main():\n"
                    "    p95 = latency()\n"
                    "    if p95 > LATENCY_LIMIT:\n"
                    '        print("too slow", file=sys.stderr)\n'
                    "        return 1\n"
                    "    if p95 > 100:\n"
                    '        print("not as fast as it was")\n'
                    "    return 0\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
