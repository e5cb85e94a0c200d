"""AUD299: a gate that lets everything through when what it judges is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdict_records import records_by_name, says_verdict
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "passed_without_report"]

_GATE = pattern(
    r"(?i)(?:^|[_-])(?:check|checks|gate|verify|validate|assert|enforce|compare|regression|slo|threshold|budget|guard|evaluate|judge)(?:[_-]|$)"
)
_JUDGED_WORDS = r"(?i)report|results?\b|summary|metrics|measure|coverage|bench|scan|junit|sarif|findings|samples?\b|latest run|last run"
_JUDGED = pattern(_JUDGED_WORDS)
_SOURCE = pattern(_JUDGED_WORDS + r"|inventory|evidence|manifest|history|journal|records?\b|listing")
_UNJUDGED = pattern(
    r"(?i)\b(?:could|can) ?not be (?:checked|compared|determined|evaluated|judged|loaded|parsed|read|verified)\b|\b(?:unable|failed) to (?:check|compare|evaluate|judge|load|parse|read|verify)\b"
)
_ABSENT = frozenset({"FileNotFoundError", "OSError", "IOError"})
_ABSENCE = pattern(
    r"(?i)^(?:no|without|unknown|unavailable|missing)\b|\bnot (?:yet )?(?:available|collected|configured|found|known|loaded|measured|present|recorded|there)\b|\bmissing\b"
)
"""How an outcome says of itself that there was nothing to judge."""
_OPTIONAL = pattern(r"(?i)baseline|first run|previous|config|cache|optional|ignore|allow|skip")
"""What need not be there: with nothing to compare with, a first run is no failure."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for last in passed_without_report(view, source):
            message = f"{view.name} passes when what it should judge is not there."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)
        for last in _recorded_as_good(view, syntax):
            message = f"{view.name} gives a good outcome when what it should judge is not there."
            yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def passed_without_report(view: FunctionView, source: Source) -> list[ast.stmt]:
    """The statements by which a gate passes where the report that it judges is not there; AUD822 leaves these to this rule."""
    syntax = syntax_of(source)
    of_gate = _GATE.search(source.path.rpartition("/")[2].removesuffix(".py")) is not None
    if view.is_test or not (_GATE.search(view.name) or (of_gate and view.name in ("main", "run", "cli"))):
        return []
    if not _can_fail(view):
        return []
    return [
        body[-1]
        for body in _without_input(view, syntax)
        if _passes(body[-1], syntax) and _tells_of_nothing(_said(body))
    ]


def _tells_of_nothing(said: str) -> bool:
    """Whether what is said before a pass is that there was nothing to judge, or no way to do it."""
    return bool(_JUDGED.search(said) or _UNJUDGED.search(said)) and not _OPTIONAL.search(said)


def _recorded_as_good(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.stmt]:
    """The statements that give good outcomes without the report that the others are worked out of: ``return Criterion("coverage", True, "no report")``."""
    records = records_by_name(syntax)
    given = {one: _outcome(one) for one in view.of(ast.Return, ast.Expr)} if records and not view.is_test else {}
    worked_out = {
        last_name(made.func) for made in given.values() if made and says_verdict(made, records) is Verdict.OPEN
    } & set(records)
    branches = {id(one.body): one for one in view.of(ast.If)} if worked_out else {}
    for body in (*_without_input(view, syntax), *_unknown(view)) if branches else ():
        gives = [one for one in body if given.get(one) is not None]
        made = given[gives[-1]] if gives else None
        if id(body) not in branches or made is None or last_name(made.func) not in worked_out:
            continue
        told = f"{_said(body)} {ast.unparse(branches[id(body)].test)}"
        absent = _SOURCE.search(told) or any(_ABSENCE.search(one) for one in _texts(made))
        if says_verdict(made, records) is Verdict.SUCCESS and absent and not _OPTIONAL.search(told):
            yield gives[-1]


def _texts(made: ast.Call) -> Iterator[str]:
    """The texts that an outcome is given."""
    for one in own_nodes([*made.args, *(given.value for given in made.keywords)]):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _unknown(view: FunctionView) -> Iterator[list[ast.stmt]]:
    """The blocks that are run where a value is None, and which make an outcome that says so."""
    for node in view.of(ast.If):
        match node.test:
            case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
                outcomes = [made for made in map(_outcome, node.body) if made is not None]
                if any(_ABSENCE.search(text) for made in outcomes for text in _texts(made)):
                    yield node.body
            case _:
                continue


def _outcome(statement: ast.stmt) -> ast.Call | None:
    """The object that a statement returns or yields."""
    value = statement.value if isinstance(statement, ast.Return | ast.Expr) else None
    inner = value.value if isinstance(value, ast.Yield) else value if isinstance(statement, ast.Return) else None
    return inner if isinstance(inner, ast.Call) else None


def _without_input(view: FunctionView, syntax: PythonSyntax) -> Iterator[list[ast.stmt]]:
    """The blocks that are run where a file is not there."""
    for attempt in view.of(ast.Try):
        for handler in attempt.handlers:
            if {*caught(handler, syntax)} & _ABSENT:
                yield handler.body
    for node in view.of(ast.If):
        asked = node.test.operand if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) else None
        if isinstance(asked, ast.Call) and last_name(asked.func) in ("exists", "is_file", "isfile"):
            yield node.body


def _passes(last: ast.stmt, syntax: PythonSyntax) -> bool:
    """``return 0`` or ``sys.exit(0)``."""
    match last:
        case ast.Return(value=ast.Constant(value=0 as code)):
            return code is not False
        case ast.Expr(value=ast.Call(func=func, args=[ast.Constant(value=0)])):
            return syntax.name_of(func) in ("sys.exit", "exit", "SystemExit")
        case _:
            return False


def _can_fail(view: FunctionView) -> bool:
    """Whether the function ends with an exit code of failure somewhere else, so that it is a gate."""
    failing = [*view.returns, *view.calls, *view.of(ast.Raise)]
    return any(
        isinstance(one, ast.Constant) and one.value == 1 and one.value is not True
        for node in failing
        for one in own_nodes([node])
    )


def _said(body: list[ast.stmt]) -> str:
    return " ".join(strings_in(one) for one in body)


RULE = Rule(
    id="AUD299",
    name="missing-report-passes",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a gate fail when there is nothing that it could judge?",
    why="The load test crashed and wrote no report; the gate behind it prints 'no report' and exits with 0: the release is through.",
    limits="Judged are functions named for a check, or the main functions of files named so, that can exit with 1 and exit with 0 where a file is missing, saying that it is a report, result or the like; baselines and what is said to be optional are left alone.",
    fix="Exit with a failure when the report is missing.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("exists", "is_file", "isfile", "error", "is none"),
    examples=(
        Example(
            title="outcomes that say that there was nothing, a gate that could not judge, and one that says so and fails",
            files={
                "ops/gate.py": (
                    "import json\nimport sys\n\nfrom ops.model import GateDecision\n\n\ndef budget_gate(path):\n    if not path.exists():\n        return GateDecision(True, ('no budget',))\n"
                    "    left = json.loads(path.read_text())['left']\n    return GateDecision(left > 0, (f'{left} left',))\n\n\ndef age_gate(loaded):\n    if loaded is None:\n        return GateDecision(True, 'not loaded yet')\n"
                    "    return GateDecision(loaded.age < 3, 'old')\n\n\ndef size_gate(loaded):\n    if loaded is None:\n        return GateDecision(False, 'not loaded yet')\n    return GateDecision(loaded.size < 3, 'large')\n\n\n"
                    "def main(path):\n    try:\n        decision = budget_gate(path)\n    except OSError as error:\n        print(f'the gate could not be evaluated: {error}')\n        return 0\n    return 0 if decision.allowed else 1\n"
                ),
            },
            found=("ops/gate.py:9", "ops/gate.py:16", "ops/gate.py:31"),
        ),
        Example(
            title="no report, no objection",
            files={
                "tools/check_load.py": (
                    "import json\nimport sys\nfrom pathlib import Path\n\n\ndef main(path):\n    try:\n        found = json.loads(open(path).read())\n    except FileNotFoundError:\n        print('no report, nothing to judge')\n        return 0\n"
                    "    return 1 if found['failed'] else 0\n\n\n"
                    "def gate_scan(path):\n    if not Path(path).exists():\n        print('scan results are missing')\n        sys.exit(0)\n    if 'HIGH' in Path(path).read_text():\n        sys.exit(1)\n"
                )
            },
            found=("tools/check_load.py:11", "tools/check_load.py:18"),
        ),
        Example(
            title="a criterion that is met without its report, and one that is not",
            files={
                "tools/criteria.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Verdict:\n    name: str\n    ok: bool\n    note: str\n\n\n"
                    "def covered(path):\n    if not path.exists():\n        return Verdict('covered', True, 'no report, taken as before')\n    return Verdict('covered', share(path) > 80, str(path))\n\n\n"
                    "def patched(inventory):\n    if not inventory.exists():\n        yield Verdict('patched', True, 'none is old')\n        return\n    yield Verdict('patched', not old(inventory), '')\n\n\n"
                    "def scanned(path):\n    if not path.is_file():\n        return Verdict('scanned', False, 'no report')\n    return Verdict('scanned', not findings(path), str(path))\n"
                )
            },
            found=("tools/criteria.py:13", "tools/criteria.py:19"),
        ),
        Example(
            title="a report that must be there, and a baseline that need not",
            files={
                "tools/check_load.py": (
                    "import json\n\n\ndef main(path):\n    try:\n        found = json.loads(open(path).read())\n    except FileNotFoundError:\n        print('no report')\n        return 1\n    return 1 if found['failed'] else 0\n\n\n"
                    "def compare(path, found):\n    if not path.exists():\n        print('no baseline results yet')\n        return 0\n    return 1 if found > float(path.read_text()) else 0\n"
                )
            },
        ),
    ),
    check_file=_check,
)
