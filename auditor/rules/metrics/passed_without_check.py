"""AUD203: a check that could not be made passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_handlers import covers_outages, handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_values import is_false, is_true, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOT_DONE = pattern(
    r"(?i)\b(?:skipp(?:ed|ing)|not (?:available|configured|found|installed|checked|implemented|reachable|running)|unavailable|unable to|could not|no (?:[\w/-]+ ){0,4}(?:data|baselines?|history|results?|metrics|reports?|measurements?|samples|records)|cannot (?:read|check|determine|parse|measure|verify)|missing|non-?blocking|assum(?:ed|ing))\b"
)
_GATE = pattern(
    r"(?i)(?:^|[_/-])(?:gates?|checks?|verify|verifier|validate|validator|readiness|preflight|go_?no_?go|promote|promotion|acceptance|smoke)(?:[_.-][^/]*)?\.py$"
)
_OF_NEWS = pattern(r"(?i)latest|newest|up_?to_?date|outdated|new_?version|updates?(?:_|$)")
"""Checks that only ask whether there is something newer: whoever is offline need not know."""
_PRESENCE = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir"})
_ABSENCE = pattern(r"(?i)absen|remov|delet|clean|not_|no_|free|missing|unused|conflict|duplicate|empty")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    of_gate = _GATE.search(source.path) is not None
    for view in syntax.functions:
        judges = acts_as_check(view) or (of_gate and _is_question(view))
        if not judges or view.is_test or _ABSENCE.search(view.name):
            continue
        bindings = Bindings.of(view)
        over = [node for node in view.nodes if _passes_over(node, view)]
        if over:
            inside = [one for one in own_nodes(over) if isinstance(one, ast.Return)]
            within = {id(one) for one in inside}
            failing = any(is_false(one.value) for one in inside)
            guard = next(_guards(over), None)
            for one in view.returns:
                left = failing and id(one) not in within and _is_left_over(one)
                at = guard if left and guard is not None else one
                if left or _is_empty(one.value):
                    message = f"{view.name} passes over what is not there, and passes when nothing is."
                    yield Hit(source.path, at.lineno, at.end_lineno or at.lineno, message, view.qualified)
        verdicts = {one: verdict_of(one.value, bindings) for one in view.returns}
        if Verdict.SUCCESS not in verdicts.values():
            continue
        lines = {one.lineno: one for one in _undecided(view, verdicts, syntax)}
        for line in sorted(lines):
            message = f"{view.name} passes though what it checks was not found or not looked at."
            milder = Severity.MEDIUM if _OF_NEWS.search(view.name) else None
            yield Hit(source.path, line, lines[line].end_lineno or line, message, view.qualified, milder)


def _is_question(view: FunctionView) -> bool:
    """Whether a function says of itself that it gives True or False."""
    given = view.node.returns
    return isinstance(given, ast.Name) and given.id == "bool"


def _undecided(view: FunctionView, verdicts: dict[ast.Return, Verdict], syntax: PythonSyntax) -> Iterator[ast.Return]:
    """The returns of success that rest on nothing."""
    answered = {
        id(node)
        for _, handler in handlers(view)
        if covers_outages(handler, syntax)
        for node in (handler, *own_nodes(handler.body))
    }
    for one, verdict in verdicts.items():
        if id(one) in answered:
            continue  # an error that is answered with success is AUD202's matter
        if verdict is Verdict.SUCCESS and one.value is not None and _NOT_DONE.search(strings_in(one.value)):
            yield one
    decided = Verdict.FAILURE in verdicts.values() or any(_depends(one.value) for one in verdicts)
    for node in view.nodes:
        if isinstance(node, ast.If) and decided and _asks_for_missing(node.test):
            last = node.body[-1]
            if isinstance(last, ast.Return) and verdicts.get(last) is Verdict.SUCCESS:
                yield last
        elif isinstance(node, ast.If | ast.ExceptHandler) and id(node) not in answered:
            for block in (node.body, node.orelse if isinstance(node, ast.If) else []):
                end = block[-1] if block else None
                if isinstance(end, ast.Return) and verdicts.get(end) is Verdict.SUCCESS and _says_so(block):
                    yield end
    yield from _fallen_through(view, verdicts)


def _depends(value: ast.expr | None) -> bool:
    """Whether a comparison is given back, or put into a result object as its verdict."""
    if isinstance(value, ast.Compare):
        return True
    given = [*value.args, *(one.value for one in value.keywords)] if isinstance(value, ast.Call) else []
    return any(isinstance(one, ast.Compare) for one in given)


def _passes_over(node: ast.AST, view: FunctionView) -> bool:
    """Whether a node is a loop over a literal list of paths that skips the missing ones."""
    if not isinstance(node, ast.For) or not _literal_paths(node.iter, view):
        return False
    guard = next((one for one in node.body[:2] if isinstance(one, ast.If)), None)
    return guard is not None and isinstance(guard.body[0], ast.Continue) and _asks_for_missing(guard.test)


def _guards(loops: list[ast.AST]) -> Iterator[ast.stmt]:
    """The questions by which loops pass over what is missing."""
    for one in own_nodes(loops):
        if isinstance(one, ast.If) and _asks_for_missing(one.test):
            yield one


def _is_left_over(given: ast.Return) -> bool:
    """Whether success is what is left behind loops that return their failures themselves."""
    first = given.value.elts[0] if isinstance(given.value, ast.Tuple) and given.value.elts else given.value
    return is_true(first)


def _is_empty(value: ast.expr | None) -> bool:
    """Whether a verdict is that a list of problems is empty: ``not errors``, ``len(errors) == 0``."""
    first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    match first:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name()):
            return True
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), ops=[ast.Eq()], comparators=[ast.Constant(value=0)]):
            return True
        case _:
            return False


def _literal_paths(iterated: ast.expr, view: FunctionView) -> bool:
    value = Bindings.of(view).only(iterated.id) if isinstance(iterated, ast.Name) else iterated
    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else []
    return bool(parts) and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts)


def _says_so(body: list[ast.stmt]) -> bool:
    """Whether a log line before the success says that nothing was checked."""
    talk = [one.value for one in body[:-1] if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    return any(_NOT_DONE.search(strings_in(one)) for one in talk if is_log_call(ast.unparse(one.func)) or _warns(one))


def _warns(call: ast.Call) -> bool:
    """``self.warnings.append("...")``."""
    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == "append" and "warning" in last_name(call.func.value)
    )


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
        if isinstance(branch, ast.If) and _asks_for_method(branch):
            yield last
            continue
        if not isinstance(branch, ast.If) or not isinstance(last.value, ast.Tuple | ast.Dict | ast.Call):
            continue
        inside = {verdicts.get(one) for one in own_nodes([branch]) if isinstance(one, ast.Return)}
        if {Verdict.SUCCESS, Verdict.FAILURE} <= inside:
            yield last


def _asks_for_method(branch: ast.If) -> bool:
    """``if hasattr(adapter, "ping"): return await adapter.ping()``: what cannot be asked has not answered."""
    asked = isinstance(branch.test, ast.Call) and last_name(branch.test.func) in ("hasattr", "callable")
    given = branch.body[-1].value if isinstance(branch.body[-1], ast.Return) else None
    return asked and not branch.orelse and isinstance(given, ast.Await | ast.Call)


RULE = Rule(
    id="AUD203",
    name="passed-without-check",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a check fail when it finds nothing to check?",
    why="A missing coverage file, an unparsable status or an unreachable service says nothing, and is counted as a pass.",
    limits="Judges functions whose names claim a check, that are registered as one, or that return verdict and message: successes that say 'skipped' or the like, successes on a missing file, successes after a branch that decided both ways, and lists of paths of which the missing are passed over.",
    fix="Return failure (or a third state that gates treat as failure) where the evidence is missing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a gate without a baseline, and a probe without a source",
            files={
                "gate.py": 'class Gate:\n    def check(self, current):\n        if not self.baseline:\n            return GateResult(passed=True, message="No baseline found - accepting current metrics")\n        return GateResult(passed=current < self.baseline, message="compared")\n\n\n@probe("load")\ndef load_average(path):\n    if path is None:\n        return True, "cannot read the load"\n    return read(path) < 4.0, "read"\n'
            },
            found=("gate.py:4", "gate.py:11"),
        ),
        Example(
            title="a question of a gate, an adapter that cannot be asked, and files that are passed over one by one",
            files={
                "tools/release_gate.py": "def mentions(path, version) -> bool:\n    if not path.exists():\n        return True\n    return version in path.read_text()\n\n\ndef shown(path) -> bool:\n    return path.exists()\n",
                "push.py": 'async def check_push(adapter):\n    try:\n        if hasattr(adapter, "ping"):\n            return await adapter.ping()\n        return True\n    except OSError:\n        return False\n',
                "syntax.py": 'def check_syntax(root):\n    names = ["src/one.py", "src/two.py"]\n    for name in names:\n        path = root / name\n        if not path.exists():\n            continue\n        if broken(path):\n            return False\n    return True\n',
            },
            found=("push.py:5", "syntax.py:5", "tools/release_gate.py:3"),
        ),
        Example(
            title="paths that are passed over",
            files={
                "gate.py": 'from pathlib import Path\n\n\ndef check_permissions():\n    errors = []\n    for name in ["/etc/service/keys", "/var/lib/service"]:\n        path = Path(name)\n        if not path.exists():\n            continue\n        errors.extend(open_to_others(path))\n    return len(errors) == 0, errors or "all closed"\n'
            },
            found=("gate.py:11",),
        ),
        Example(
            title="nothing that was measured",
            files={
                "gate.py": (
                    "class Gate:\n    def check_load(self, found):\n        if not found:\n            self.warnings.append('no recorded load data')\n            return True\n"
                    "        if found['samples'] > 0:\n            return found['load'] < 80\n        else:\n            print('no samples')\n            return True\n"
                )
            },
            found=("gate.py:10", "gate.py:5"),
        ),
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
