"""AUD213: the code accepts less than its own documentation promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PROMISE = pattern(
    r"(?i)([a-z][a-z _-]{2,60}?)\s*(?:must (?:be|stay)|is|stays)?\s*(>=|<=|>|<|at least|below|under|above)\s*([0-9]+(?:\.[0-9]+)?)\s*%"
)
_SUBJECTS = frozenset(
    {"coverage", "rate", "availability", "uptime", "accuracy", "precision", "recall", "usage", "utilization"}
)
_CHECKS = pattern(r"(?i)^_*(?:test|check|verify|validate|smoke|preflight)_|_(?:check|test|validation|verification)$")
_SOME_DO = pattern(
    r"(?i)password|passphrase|quorum|sign|vot(?:e|ing)|strength|majority|consensus|threshold|heuristic|looks_like"
)
"""Of these, it is meant that some of all are enough."""
_AT_LEAST = frozenset({">=", ">", "at least", "above"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    module = _promises(ast.get_docstring(source.python) or "")
    for view in syntax.functions:
        for given, least, parts in _some(view) if _goes_over(view) else ():
            message = f"{view.name} goes over {parts} parts that are all written in it, and passes on {least}."
            yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)
        comparisons = tuple(_comparisons(view))
        if not comparisons:
            continue
        own = _promises(view.docstring)
        promises = own or [one for one in module if set(words_of(view.name)) & one[0]]
        for left, operator, right in comparisons:
            for words, at_least, promised in promises:
                if _same(words, left) and _is_looser(operator, right.value, at_least=at_least, promised=promised):
                    relation = "at least" if at_least else "below"
                    message = f"{view.name} accepts {ast.unparse(left)} at {right.value!r}, though its documentation promises {relation} {promised:g}%."
                    yield Hit(source.path, right.lineno, right.end_lineno or right.lineno, message, view.qualified)
                    break


def _goes_over(view: FunctionView) -> bool:
    """Whether a function is named for a check of parts that are all needed."""
    return _CHECKS.search(view.name) is not None and _SOME_DO.search(view.qualified) is None


def _some(view: FunctionView) -> Iterator[tuple[ast.Return, int, int]]:
    """``return found >= 4`` behind a loop over five parts of which it counts those that are good: with how many it passes, and of how many."""
    bindings = Bindings.of(view)
    counted: dict[str, int] = {}
    for loop in view.of(ast.For):
        table = bindings.only(loop.iter.id) if isinstance(loop.iter, ast.Name) else loop.iter
        parts = len(table.elts) if isinstance(table, ast.List | ast.Tuple) else 0
        for one in own_nodes(loop.body) if parts else ():
            match one:
                case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=1)):
                    counted[name] = parts if name not in counted else 0
                case _:
                    continue
    for given in view.returns:
        match given.value:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.GtE()], comparators=[ast.Constant(value=int() as least)]):
                if 1 < least < counted.get(name, 0):
                    yield given, least, counted[name]
            case _:
                continue


def _promises(text: str) -> list[tuple[frozenset[str], bool, float]]:
    found = []
    for line in text.split("\n"):
        if "%" not in line:
            continue
        for match in _PROMISE.finditer(line):
            words = frozenset(words_of(match.group(1)))
            if words & _SUBJECTS:
                found.append((words, match.group(2).lower() in _AT_LEAST, float(match.group(3))))
    return found


def _comparisons(view: FunctionView) -> Iterator[tuple[ast.expr, ast.cmpop, ast.Constant]]:
    for node in view.of(ast.If, ast.Assert):
        if (
            not isinstance(node, ast.If | ast.Assert)
            or not isinstance(node.test, ast.Compare)
            or len(node.test.ops) != 1
        ):
            continue
        right = node.test.comparators[0]
        if (
            isinstance(right, ast.Constant)
            and isinstance(right.value, int | float)
            and not isinstance(right.value, bool)
        ):
            yield node.test.left, node.test.ops[0], right


def _same(promised: frozenset[str], left: ast.expr) -> bool:
    name = last_name(left)
    words = set(words_of(name))
    shared = promised & words & _SUBJECTS
    if shared == {"rate"}:
        return bool(promised & words - {"rate"})
    return bool(shared)


def _is_looser(operator: ast.cmpop, value: object, *, at_least: bool, promised: float) -> bool:
    """Whether a bound is looser than promised, however its scale is read (0.5 may be a share or a percentage)."""
    assert isinstance(value, int | float)
    readings = [float(value)] if abs(value) > 1 else [float(value), float(value) * 100]
    if not all(readings):
        return False
    if at_least and isinstance(operator, ast.GtE | ast.Gt):
        return all(reading < promised for reading in readings)
    if not at_least and isinstance(operator, ast.LtE | ast.Lt):
        return all(reading > promised for reading in readings)
    return False


RULE = Rule(
    id="AUD213",
    name="lowered-threshold",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do checks apply the thresholds that their documentation states?",
    why="A gate that documents 85% and accepts 65% reports compliance that is not there.",
    limits="Compares percentages in docstrings with literals that the same function compares a value of the same name with.",
    fix="Apply the documented threshold, or change what is promised, openly.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="65 for 85",
            files={
                "health.py": '"""Health checks.\n\n- Coverage >= 85%\n"""\n\ndef check_coverage(report):\n    coverage = report.total\n    if coverage >= 65:\n        return True\n    return False\n'
            },
            found=("health.py:8",),
        ),
        Example(
            title="four of five, and all of them",
            files={
                "parts.py": (
                    "def check_parts(root):\n    parts = ['start.sh', 'app.py', 'web.py', 'conf', 'needs.txt']\n    found = 0\n    for part in parts:\n        if (root / part).exists():\n            found += 1\n    return found >= 4\n\n\n"
                    "def check_both(root):\n    found = 0\n    for part in ('start.sh', 'app.py'):\n        if (root / part).exists():\n            found += 1\n    return found >= 2\n\n\n"
                    "def validate_password(text):\n    met = 0\n    for one in (text.islower(), text.isupper(), text.isdigit(), len(text) > 9):\n        if one:\n            met += 1\n    return met >= 3\n"
                )
            },
            found=("parts.py:7",),
        ),
        Example(
            title="as documented",
            files={
                "health.py": 'def check_coverage(report):\n    """Coverage >= 85%."""\n    coverage = report.total\n    if coverage >= 85:\n        return True\n    return False\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
