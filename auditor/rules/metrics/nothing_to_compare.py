"""AUD822: a comparison that has nothing to compare says so, and counts as one that found nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, subtree, syntax_of
from auditor.facts.python_values import is_false
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.missing_report_passes import passed_without_report

__all__ = ["RULE"]

_FAULTS = pattern(
    r"(?i)(?:^|_)(?:regressions?|violations?|failures?|failed|errors?|problems?|issues?|breaches|alarms?|faults?|findings?|deviations?|anomal\w+|drifts?|mismatches|discrepanc\w+|blockers?)(?:_|$)"
)
_COMPARES = pattern(
    r"(?i)(?:^|_)(?:check|compare|detect|find|verify|validate|evaluate|assess|gate|regress\w*|drift|slo|sla|threshold|budget|quality)(?:_|$)"
)
_GATE = pattern(r"(?i)check|gate|regress|compar|slo|sla|threshold|verify|validate|compliance|quality|drift|budget")
_SAYS = pattern(
    r"(?i)\bno (?:[\w/-]+ ){0,4}(?:data|baselines?|history|results?|metrics|reports?|measurements?|samples|records|reference)\b|\bskipp(?:ed|ing)\b|\bmissing\b|"
    r"\bnot (?:available|found|measured|recorded|enough)\b|\bunavailable\b|\binsufficient\b|\bnothing to (?:compare|check|judge|validate)\b|"
    r"\b(?:is|are) absent\b|\baccept(?:ing|ed)? (?:the|this)\b"
)
_COMPARED = pattern(
    r"(?i)base|previous|reference|history|current|result|metric|measure|latenc|throughput|sample|report|data|stats|benchmark|figures|observed|last"
)
_BUT = pattern(
    r"(?i)config|option|filter|enabled|disabled|changed|changes|file_list|targets?$|exclude|ignore|update|save|write|create|learn|train"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _BUT.search(view.name):
            continue
        of_gate = view.name in ("main", "run", "cli") and _GATE.search(source.path.rpartition("/")[2]) is not None
        if not of_gate and not _COMPARES.search(view.name) and Claim.CHECK not in claims_of(view.name):
            continue
        told_there = set(passed_without_report(view, source))
        for node in view.of(ast.If):
            last = node.body[-1]
            if _asks_for_nothing(node.test) and _is_over(last, view, syntax, of_gate=of_gate):
                said = " ".join(strings_in(one) for one in node.body if _is_talk(one, syntax))
                noted = any(_notes_fault(one) for one in own_nodes(node.body))
                if _SAYS.search(said) and not noted and last not in told_there:
                    message = f"{view.name} has nothing to compare, says so, and counts as having found nothing."
                    yield Hit(source.path, node.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _asks_for_nothing(test: ast.expr) -> bool:
    """``not current or not baseline``, ``len(samples) < 2``, ``not path.exists()``, of what is compared."""
    if isinstance(test, ast.BoolOp):
        return any(_asks_for_nothing(one) for one in test.values)
    named = any(
        _COMPARED.search(last_name(one)) and not _BUT.search(last_name(one))
        for one in subtree(test)
        if isinstance(one, ast.Name | ast.Attribute)
    )
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return named
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return named
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), ops=[ast.Lt() | ast.LtE() | ast.Eq()]):
            return named
        case ast.Compare(ops=[ast.NotIn()]):
            return named
        case _:
            return False


def _is_over(last: ast.stmt, view: FunctionView, syntax: PythonSyntax, *, of_gate: bool) -> bool:
    """Whether a branch ends as a comparison does that found nothing: with no word, an empty list or a status of 0."""
    match last:
        case ast.Return(value=None | ast.Constant(value=None)):
            return not _gives_data(view) and _notes_faults(view)
        case ast.Return(value=ast.List(elts=[]) | ast.Dict(keys=[])):
            return bool(_FAULTS.search(view.name)) or _returns_faults(view)
        case ast.Return(value=ast.Constant(value=True)):
            return _may_refuse(view)
        case ast.Return(value=ast.Constant(value=0 as code)):
            return code is not False and of_gate and _can_fail(view, syntax)
        case ast.Expr(value=ast.Call(func=func, args=[ast.Constant(value=0)])):
            return syntax.name_of(func) in ("sys.exit", "exit") and _can_fail(view, syntax)
        case _:
            return False


@lru_cache(maxsize=2)
def _notes_faults(view: FunctionView) -> bool:
    """Whether it adds to a list of faults that is not its own: ``self.regressions.append(...)``."""
    return any(_notes_fault(call) for call in view.calls)


def _notes_fault(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("append", "extend", "add")
        and _FAULTS.search(last_name(node.func.value)) is not None
    )


@lru_cache(maxsize=2)
def _may_refuse(view: FunctionView) -> bool:
    """Whether it gives False anywhere."""
    return any(is_false(one.value) for one in view.returns)


@lru_cache(maxsize=2)
def _gives_data(view: FunctionView) -> bool:
    return any(
        one.value is not None and not (isinstance(one.value, ast.Constant) and one.value.value is None)
        for one in view.returns
    )


@lru_cache(maxsize=2)
def _returns_faults(view: FunctionView) -> bool:
    return any(isinstance(one.value, ast.Name) and _FAULTS.search(one.value.id) for one in view.returns)


@lru_cache(maxsize=2)
def _can_fail(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the function exits or returns with another status elsewhere, so that it is a gate."""
    exits = [call.args[0] for call in view.calls if call.args and syntax.name_of(call.func) in ("sys.exit", "exit")]
    given = [*exits, *(one.value for one in view.returns if one.value is not None)]
    return any(
        isinstance(one, ast.Constant) and one.value == 1 and one.value is not True
        for value in given
        for one in own_nodes([value])
    )


def _is_talk(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and (is_log_call(syntax.name_of(statement.value.func)) or last_name(statement.value.func) == "append")
    )


RULE = Rule(
    id="AUD822",
    name="nothing-to-compare",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is a comparison that had nothing to compare told from one that found nothing?",
    why="The benchmark wrote no latencies; the gate prints 'no latency data', leaves its list of regressions empty, and reports that there are none.",
    limits=(
        "Judged are functions named for checking and comparing that end early where data is missing, say so, and leave a list of faults empty, return an empty one, or exit with 0; "
        "they must also be able to note a fault, or to exit with 1."
    ),
    fix="Note what could not be compared as a fault, or give a third outcome that the caller has to accept.",
    since="0.5.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("return", "exit"),
    examples=(
        Example(
            title="a gate for regressions that was given nothing",
            files={
                "bench/regression_gate.py": (
                    "import sys\n"
                    "\n"
                    "\n"
                    "class Gate:\n"
                    "    def compare_memory(self, now, previous):\n"
                    "        if not now or not previous:\n"
                    "            print('memory: no data')\n"
                    "            return\n"
                    "        if now['peak'] > previous['peak'] * 1.1:\n"
                    "            self.regressions.append('memory')\n"
                    "\n"
                    "\n"
                    "def find_drifts(samples):\n"
                    "    drifts = []\n"
                    "    if len(samples) < 30:\n"
                    "        log.warning('not enough samples')\n"
                    "        return []\n"
                    "    drifts.append(samples[0])\n"
                    "    return drifts\n"
                    "\n"
                    "\n"
                    "def compare_sizes(sizes, reference):\n"
                    "    if not reference.exists():\n"
                    "        log.warning('%s is absent, accepting the run', reference)\n"
                    "        return True\n"
                    "    if sizes != load(reference):\n"
                    "        return False\n"
                    "    return True\n"
                    "\n"
                    "\n"
                    "def main(results, baseline):\n"
                    "    if not baseline.exists():\n"
                    "        print('skipping: no baseline results')\n"
                    "        sys.exit(0)\n"
                    "    sys.exit(1 if worse(results, baseline) else 0)\n"
                ),
            },
            found=(
                "bench/regression_gate.py:15",
                "bench/regression_gate.py:23",
                "bench/regression_gate.py:32",
                "bench/regression_gate.py:6",
            ),
        ),
        Example(
            title="what is missing is a fault, and a function that only collects",
            files={
                "bench/regression_gate.py": (
                    "class Gate:\n"
                    "    def compare_memory(self, now, previous):\n"
                    "        if not now or not previous:\n"
                    "            self.regressions.append('memory: no data')\n"
                    "            return\n"
                    "        if now['peak'] > previous['peak'] * 1.1:\n"
                    "            self.regressions.append('memory')\n"
                    "\n"
                    "\n"
                    "def check_samples(samples):\n"
                    "    if not samples:\n"
                    "        print('no samples')\n"
                    "        return None\n"
                    "    return sum(samples)\n"
                ),
            },
        ),
        Example(
            title="a report that is not there, which another rule tells",
            files={
                "bench/check_scan.py": (
                    "import sys\n"
                    "\n"
                    "\n"
                    "def gate_scan(results):\n"
                    "    if not results.exists():\n"
                    "        print('scan results are missing')\n"
                    "        sys.exit(0)\n"
                    "    if 'HIGH' in results.read_text():\n"
                    "        sys.exit(1)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
