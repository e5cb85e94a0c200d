"""AUD853: a gate writes the report that it judges where there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GATE = pattern(
    r"(?i)(?:^|_)(?:check|gate|verify|validate|assert|compare|evaluate|assess|judge|regression|readiness|compliance|slo|budget|preflight|audit)(?:_|$)"
)
_REPORT = pattern(
    r"(?i)report|result|metric|measure|coverage|scan|load|bench|latency|evidence|summary|stats|health|audit|sign|approv"
)
_MEANT = pattern(r"(?i)update|record|save|write|baseline|init|create|snapshot|cache|config|approve_|golden|lock|seed")
_WRITES = frozenset({"write_text", "write_bytes", "dump", "write"})
_READS = frozenset({"read_text", "read_bytes", "open"})


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _GATE.search(view.name) or _MEANT.search(view.name):
            continue
        asked = [(branch, path) for branch in view.of(ast.If) if (path := _asked_for(branch.test))]
        read = _read(view) if asked else {}
        for branch, path in asked:
            written = _written(branch, path)
            after = read.get(path, 0) > (branch.end_lineno or branch.lineno)
            if written is not None and after and _REPORT.search(f"{view.name} {_text_of(view, path)}"):
                message = f"{view.name} writes {path} itself where it is not there, and then judges by it."
                yield Hit(source.path, written.lineno, written.end_lineno or written.lineno, message, view.qualified)


def _asked_for(test: ast.expr) -> str:
    """The path of ``not path.exists()`` and ``not os.path.exists(path)``."""
    match test:
        case ast.UnaryOp(
            op=ast.Not(), operand=ast.Call(func=ast.Attribute(attr="exists" | "is_file", value=held), args=[])
        ):
            return ast.unparse(held)[:80]
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(attr="exists" | "isfile"), args=[held])):
            return ast.unparse(held)[:80]
        case _:
            return ""


def _written(branch: ast.If, path: str) -> ast.Call | None:
    """The call that writes to a path in a branch which goes on; None where it ends there."""
    if isinstance(branch.body[-1], ast.Return | ast.Raise | ast.Continue):
        return None
    calls = [one for one in own_nodes(branch.body) if isinstance(one, ast.Call)]
    opened = any(last_name(one.func) == "open" and one.args and ast.unparse(one.args[0])[:80] == path for one in calls)
    for one in calls:
        held = one.func.value if isinstance(one.func, ast.Attribute) else None
        if last_name(one.func) in _WRITES and (opened or (held is not None and ast.unparse(held)[:80] == path)):
            return one
    return None


def _read(view: FunctionView) -> dict[str, int]:
    """The paths that a function reads, each with the last line on which it does."""
    found: dict[str, int] = {}
    for call in view.calls:
        if last_name(call.func) in _READS:
            held = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0] if call.args else None
            path = ast.unparse(held)[:80] if held is not None else ""
            found[path] = max(call.lineno, found.get(path, 0))
    return found


def _text_of(view: FunctionView, path: str) -> str:
    """What a name of a path is bound to, beside the name itself."""
    values = [one.value for one in view.of(ast.Assign) if last_name(one.targets[0]) == path]
    return " ".join([path, *(ast.unparse(one)[:120] for one in values[:1])])


RULE = Rule(
    id="AUD853",
    name="own-report-judged",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every gate judge by a report that somebody else wrote?",
    why="A gate that writes good figures into the file of the load test when nobody ran one passes for ever after, with a file to show.",
    limits="Judged are functions named for gates and checks that write a report in the branch in which it is missing, go on, and read it; baselines and snapshots that are recorded at first are left alone.",
    fix="Fail where the report is missing.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("exists", "is_file", "isfile"),
    examples=(
        Example(
            title="a scan that the gate makes up",
            files={
                "gate.py": (
                    "def scan_gate(folder):\n    path = folder / 'scan.json'\n    if not path.exists():\n        path.write_text('{\"high\": 0}')\n    return load(path.read_text())['high'] == 0\n"
                )
            },
            found=("gate.py:4",),
        ),
        Example(
            title="a scan that must be there, and a baseline that is recorded",
            files={
                "gate.py": (
                    "def scan_gate(folder):\n    path = folder / 'scan.json'\n    if not path.exists():\n        return False\n    return load(path.read_text())['high'] == 0\n\n\n"
                    "def check_config(folder):\n    path = folder / 'settings.json'\n    if not path.exists():\n        path.write_text('{}')\n    return load(path.read_text())\n"
                )
            },
        ),
    ),
    check_file=_check,
)
