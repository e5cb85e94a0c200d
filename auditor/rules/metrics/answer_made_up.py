"""AUD259: where nobody answers, an answer that is written in the code takes its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(
    r"(?i)^(?:ping|inspect|query|fetch|scrape|probe|poll|request|measure|collect|stats|active|registered|status|health\w*|check\w*|get_(?:status|health|metrics|stats|replies|workers|nodes|peers|members)|info|nodes|members|heartbeat|call|execute|read_metrics)$"
)
_JUDGES = pattern(r"(?i)health|ready|readiness|liveness|status|probe|monitor|metric|check")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _measures(view):
            continue
        for node in view.of(ast.BoolOp):
            made = _made_up(node)
            if made is not None:
                message = f"{view.name} takes {ast.unparse(made)[:60]} for the answer where there is none."
                yield Hit(source.path, made.lineno, made.end_lineno or made.lineno, message, view.qualified)


def _measures(view: FunctionView) -> bool:
    claims = claims_of(view.name)
    return (
        bool(claims & {Claim.CHECK, Claim.MEASURE})
        or gives_metric(view.name)
        or is_metric_name(view.name)
        or _JUDGES.search(view.name) is not None
    )


def _made_up(node: ast.BoolOp) -> ast.expr | None:
    """The filled table or list behind ``or``, where what stands before it asks something outside."""
    first, last = node.values[0], node.values[-1]
    if not isinstance(node.op, ast.Or):
        return None
    asked = first.value if isinstance(first, ast.Await) else first
    if (
        not isinstance(asked, ast.Call)
        or not isinstance(asked.func, ast.Attribute)
        or not _ASKS.search(last_name(asked.func))
    ):
        return None
    if isinstance(asked.func.value, ast.Name) and asked.func.value.id in ("self", "cls") and not asked.args:
        return None
    filled = (isinstance(last, ast.Dict) and last.keys and last.values) or (isinstance(last, ast.List) and last.elts)
    literal = not any(isinstance(one, ast.Name | ast.Call | ast.Attribute) for one in own_nodes([last]))
    return last if filled and literal and _says_something(last) else None


def _says_something(value: ast.expr) -> bool:
    """Whether a table holds more than zeros, blanks and words for what is not known."""
    keys = {id(one) for node in own_nodes([value]) if isinstance(node, ast.Dict) for one in node.keys}
    found = [one.value for one in own_nodes([value]) if isinstance(one, ast.Constant) and id(one) not in keys]
    return any(
        one
        and str(one).lower()
        not in ("unknown", "n/a", "none", "down", "error", "failed", "unavailable", "offline", "missing")
        and not str(one).lower().startswith(("no ", "not "))
        for one in found
    )


RULE = Rule(
    id="AUD259",
    name="answer-made-up",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the answer of a check that of what it asked?",
    why="`inspect().ping() or {'worker-1': 'pong'}`: the check counts one worker on the day on which there is none.",
    limits="Judged are functions that check, measure or report, in which a call that asks something outside is followed by `or` and a filled table or list of literals; empty ones, zeros and words for failure are left alone.",
    fix="Take the missing answer for what it is: report down, or no value.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a node of which nobody has heard",
            files={
                "ops/health.py": (
                    "def check_cluster(client):\n    nodes = client.inspect().ping() or {'node-a': {'ok': 'pong'}}\n    return {'status': 'up', 'nodes': len(nodes)}\n"
                )
            },
            found=("ops/health.py:2",),
        ),
        Example(
            title="nothing, and what is known to be wrong",
            files={
                "ops/health.py": (
                    "def check_cluster(client):\n    nodes = client.inspect().ping() or {}\n    return len(nodes) > 0\n\n\n"
                    "def check_node(client):\n    return client.ping() or {'status': 'down', 'nodes': 0}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
