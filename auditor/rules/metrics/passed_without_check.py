"""AUD203: a check that could not be made passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_claims import Claim, claims_of
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, own_nodes, strings_in, syntax_of
from auditor.facts.python_values import Verdict, verdict_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOT_DONE = pattern(
    r"(?i)\b(?:skipp(?:ed|ing)|not (?:available|configured|found|installed|checked|implemented|reachable|running)|unavailable|unable to|could not|no data|missing|non-?blocking|assum(?:ed|ing))\b"
)
_PRESENCE = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir"})
_ABSENCE = pattern(r"(?i)absen|remov|delet|clean|not_|no_|free|missing|unused|conflict|duplicate|empty")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if Claim.CHECK not in claims_of(view.name) or view.is_test or _ABSENCE.search(view.name):
            continue
        bindings = Bindings.of(view)
        verdicts = {one: verdict_of(one.value, bindings) for one in view.returns}
        if Verdict.SUCCESS not in verdicts.values():
            continue
        lines = {one.lineno: one for one in _undecided(view, verdicts)}
        for line in sorted(lines):
            message = f"{view.name} passes though what it checks was not found or not looked at."
            yield Hit(source.path, line, lines[line].end_lineno or line, message, view.qualified)


def _undecided(view: FunctionView, verdicts: dict[ast.Return, Verdict]) -> Iterator[ast.Return]:
    """The returns of success that rest on nothing."""
    for one, verdict in verdicts.items():
        if verdict is Verdict.SUCCESS and one.value is not None and _NOT_DONE.search(strings_in(one.value)):
            yield one
    decided = Verdict.FAILURE in verdicts.values()
    for node in view.nodes:
        if isinstance(node, ast.If) and decided and _asks_for_missing(node.test):
            last = node.body[-1]
            if isinstance(last, ast.Return) and verdicts.get(last) is Verdict.SUCCESS:
                yield last
        elif isinstance(node, ast.If | ast.ExceptHandler):
            last = node.body[-1]
            if isinstance(last, ast.Return) and verdicts.get(last) is Verdict.SUCCESS and _says_so(node.body):
                yield last
    yield from _fallen_through(view, verdicts)


def _says_so(body: list[ast.stmt]) -> bool:
    """Whether a log line before the success says that nothing was checked."""
    talk = [one.value for one in body[:-1] if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    return any(_NOT_DONE.search(strings_in(one)) for one in talk if is_log_call(ast.unparse(one.func)))


def _asks_for_missing(test: ast.expr) -> bool:
    """Whether a condition is `not X.exists()`."""
    if not isinstance(test, ast.UnaryOp) or not isinstance(test.op, ast.Not) or not isinstance(test.operand, ast.Call):
        return False
    function = test.operand.func
    return isinstance(function, ast.Attribute) and function.attr in _PRESENCE


def _fallen_through(view: FunctionView, verdicts: dict[ast.Return, Verdict]) -> Iterator[ast.Return]:
    """A success with a message after a branch that, where it was taken, has already decided both ways."""
    blocks = [view.node.body, *(node.body for node in view.nodes if isinstance(node, ast.Try))]
    for block in blocks:
        last = block[-1]
        if len(block) < 2 or not isinstance(last, ast.Return) or verdicts.get(last) is not Verdict.SUCCESS:  # noqa: PLR2004 - a branch before it
            continue
        branch = block[-2]
        if not isinstance(branch, ast.If) or not isinstance(last.value, ast.Tuple | ast.Dict | ast.Call):
            continue
        inside = {verdicts.get(one) for one in own_nodes([branch]) if isinstance(one, ast.Return)}
        if {Verdict.SUCCESS, Verdict.FAILURE} <= inside:
            yield last


RULE = Rule(
    id="AUD203",
    name="passed-without-check",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check fail when it finds nothing to check?",
    why="A missing coverage file, an unparsable status or an unreachable service says nothing, and is counted as a pass.",
    limits="Judges functions whose names claim a check: successes that say 'skipped' or the like, successes on a missing file, and successes after a branch that decided both ways.",
    fix="Return failure (or a third state that gates treat as failure) where the evidence is missing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="no report, no problem",
            files={
                "gate.py": 'from pathlib import Path\n\n\ndef check_coverage(root: Path):\n    report = root / "coverage.json"\n    if not report.exists():\n        return True, "Coverage check skipped"\n    total = read_total(report)\n    if total < 80:\n        return False, "too low"\n    return True, "fine"\n'
            },
            found=("gate.py:7",),
        ),
        Example(
            title="nothing found in the status",
            files={
                "gate.py": 'def check_pass_rate(text):\n    match = find_rate(text)\n    if match:\n        if match.rate >= 95:\n            return True, "ok"\n        return False, "too low"\n    return True, "validated"\n'
            },
            found=("gate.py:7",),
        ),
        Example(
            title="a missing file fails",
            files={
                "gate.py": 'from pathlib import Path\n\n\ndef check_coverage(root: Path):\n    report = root / "coverage.json"\n    if not report.exists():\n        return False, "coverage.json not found"\n    return True, "found"\n'
            },
            found=(),
        ),
        Example(
            title="a guard before the success",
            files={
                "gate.py": 'def check_name(name):\n    if not name:\n        return False, "empty"\n    return True, "fine"\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
