"""AUD293: what is told as delivered is only worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "is_told_as_delivered"]

_DELIVERED = pattern(
    r"(?i)\b(?:sent|shipped|uploaded|delivered|mailed|e-?mailed|posted|published|transmitted|notified|pushed|forwarded|exported|transferred|replicated|dispatched)\b"
)
_NOT = pattern(
    r"(?i)\b(?:not|never|cannot|would|should|will|if|when|to be|skipp\w+|fail\w*|error|disabled|dry|simulat\w*|mock\w*|already|was|has been|were|since|last)\b"
)
_ACTS = pattern(
    r"(?i)send|ship|upload|deliver|mail|post|publish|transmit|notify|push|forward|export|transfer|replicat|dispatch|put|write|save|copy|sync|run|exec|call|request|emit|enqueue|submit|add|append|insert|commit|perform|process|create|trigger|invoke|apply|handle|broadcast|produce|store|flush|fire|report|delay|schedule|async|gather|start"
)
_NAMED = pattern(
    r"(?i)^_*(?:send|ship|upload|deliver|e?mail|post|publish|transmit|notify|push|forward|export|transfer|replicate|dispatch|report|distribute)(?:_|$)"
)
_HONEST = pattern(
    r"(?i)log|print|record|on_|handle|callback|hook|receiv|dry|mock|fake|stub|simulat|console|demo|null|noop|state|status|count"
)


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if is_told_as_delivered(view, syntax):
            message = f"{view.name} logs that something was delivered, and hands it to nobody."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def is_told_as_delivered(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether this rule reports a function; others that would say less of it leave it alone."""
    if view.is_test or view.node.decorator_list or not _NAMED.search(view.name) or _HONEST.search(view.qualified):
        return False
    told = any(is_log_call(syntax.name_of(call.func)) and _tells(call) for call in view.calls)
    return told and _only_works_out(view, syntax)


def _tells(call: ast.Call) -> bool:
    text = strings_in(call.args[0]) if call.args else ""
    return _DELIVERED.search(text) is not None and not _NOT.search(text)


def _only_works_out(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function keeps what a few calls gave, and does nothing else; one more call than the log is made at least."""
    if view.of(ast.With, ast.AsyncWith, ast.Yield, ast.Raise, ast.Delete, ast.AugAssign):
        return False
    kept = [call for call in view.calls if not is_log_call(syntax.name_of(call.func))]
    if not kept or any(_ACTS.search(last_name(call.func) or "call") for call in kept):
        return False
    bare = [one for one in view.of(ast.Expr) if isinstance(one.value, ast.Call | ast.Await)]
    plain = all(isinstance(one.value, ast.Call) and is_log_call(syntax.name_of(one.value.func)) for one in bare)
    return plain and not any(
        isinstance(target, ast.Attribute | ast.Subscript) for one in view.of(ast.Assign) for target in one.targets
    )


RULE = Rule(
    id="AUD293",
    name="told-as-delivered",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is everything handed over that is told as delivered?",
    why="'report sent to the auditor' after a report has been worked out and nothing been sent is found out a year later.",
    limits="Judged are functions named for a delivery whose log tells it as done and whose other calls are kept and named for no act of any kind.",
    fix="Deliver it, and log what came of that.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a report that is worked out and sent nowhere",
            files={
                "closing.py": (
                    "def export_balances(book, target):\n"
                    '    """Ship the balances to the auditors."""\n'
                    "    balances = book.balances()\n"
                    '    log.info("%d balances shipped to %s", len(balances), target)\n'
                ),
            },
            found=("closing.py:1",),
        ),
        Example(
            title="a report that is sent, and one that is not",
            files={
                "closing.py": (
                    "def export_balances(book, target):\n"
                    "    balances = book.balances()\n"
                    "    target.put(balances)\n"
                    '    log.info("%d balances shipped to %s", len(balances), target)\n'
                    "\n"
                    "\n"
                    "def send_report(book):\n"
                    "    if not book.balances():\n"
                    '        log.info("nothing to be sent")\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
