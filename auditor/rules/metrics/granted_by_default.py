"""AUD807: a decision or a result counts as given where nobody has set it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DECISION = pattern(
    r"(?i)(?:^|_)(?:approved|approval|signed_off|verified|passed|reviewed|confirmed|authorized|healthy)$"
)
_GRANTS = frozenset({"true", "yes", "1", "approved", "passed", "ok", "granted", "healthy", "verified"})
_PAIR = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for call, key in _granted(view, syntax):
            message = f"{view.name} takes {key} for given where nobody has set it."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _granted(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.Call, str]]:
    """``os.environ.get("DEPLOY_APPROVED", "true")``: there before anybody has decided."""
    for node in view.calls:
        if syntax.name_of(node.func) not in ("os.environ.get", "os.getenv") or len(node.args) != _PAIR:
            continue
        key, default = node.args
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or not isinstance(default, ast.Constant):
            continue
        if str(default.value).lower() in _GRANTS and _DECISION.search(key.value):
            yield node, key.value


RULE = Rule(
    id="AUD807",
    name="granted-by-default",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is an approval or a result asked for, and missing where nobody gave it?",
    why="A release gate that reads its approval from a variable, and takes 'true' where the variable is not set, has approved every release.",
    limits="Judged are variables of the environment that are named for an approval or a result and whose default is a yes.",
    fix="Take a missing variable for a refusal.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("environ", "getenv"),
    examples=(
        Example(
            title="approved unless somebody objects",
            files={
                "gate.py": 'import os\n\n\ndef may_ship():\n    return os.environ.get("SHIP_APPROVED", "true") == "true"\n'
            },
            found=("gate.py:5",),
        ),
        Example(
            title="refused unless somebody approves, and a switch",
            files={
                "gate.py": 'import os\n\n\ndef may_ship():\n    return os.getenv("SHIP_APPROVED", "false") == "true" and os.getenv("SHIP_ENABLED", "true")\n'
            },
        ),
    ),
    check_file=_check,
)
