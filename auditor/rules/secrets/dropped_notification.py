"""AUD308: without its secret a notification is dropped, and nobody learns of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.names_known import identifies_destination, is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.python_names import READS_OF_VARIABLES
from auditor.facts.python_syntax import FunctionView, PythonSyntax, dotted, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOTIFIES = pattern(
    r"(?i)(?:^|_)(?:notif\w*|alert\w*|page|pager\w*|slack|pagerduty|opsgenie|discord|teams|telegram|webhooks?|escalat\w*|email|sms)(?:_|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not _NOTIFIES.search(view.name) or view.is_test:
            continue
        names = _settings(view, syntax)
        for node in view.nodes:
            if isinstance(node, ast.If) and _returns_silently(node):
                name = next((found for one in own_nodes([node.test]) if (found := names.get(dotted(one, {})))), None)
                if name and _asks_for_absence(node.test):
                    message = f"Without `{name}` this returns without a word: what it was to report is lost, and nothing fails."
                    yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _settings(view: FunctionView, syntax: PythonSyntax) -> dict[str, str]:
    """The local names that hold a secret of the environment, or where a notification goes."""
    found: dict[str, str] = {}
    for node in view.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call) or not node.value.args:
            continue
        first = node.value.args[0]
        name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if syntax.name_of(node.value.func) in READS_OF_VARIABLES and (
            is_secret_name(name) or identifies_destination(name)
        ):
            found.update({dotted(target, {}): name for target in node.targets})
    return found


def _asks_for_absence(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return any(_asks_for_absence(value) for value in test.values)
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is | ast.Eq)


def _returns_silently(node: ast.If) -> bool:
    """Whether nothing is said before it returns nothing, or that all went well."""
    only = node.body[0]
    if len(node.body) != 1 or node.orelse or not isinstance(only, ast.Return):
        return False
    return only.value is None or (isinstance(only.value, ast.Constant) and only.value.value in (None, True))


RULE = Rule(
    id="AUD308",
    name="dropped-notification",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does anybody learn that a notification could not be sent for want of its secret?",
    why="An alert that is dropped because a variable was never set looks like a quiet night, until the outage is found by customers.",
    limits="Functions that are named for notifying and read the variable themselves. A return of False, a message or an exception counts as saying so.",
    fix="Raise at the start where the variable is missing, or log an error and count it.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python"}),
    triggers=("getenv", "environ"),
    check_file=_check,
    examples=(
        Example(
            title="an alert that is lost",
            files={
                "monitor.py": (
                    "import os\n\nimport requests\n\n\ndef send_slack_alert(text):\n    url = os.getenv('SLACK_WEBHOOK_URL')\n    if not url:\n        return\n"
                    "    requests.post(url, json={'text': text}, timeout=5)\n"
                ),
            },
            found=("monitor.py:8",),
        ),
        Example(
            title="a message, a verdict, and something that is no notification",
            files={
                "monitor.py": (
                    "import logging\nimport os\n\n\ndef send_slack_alert(text):\n    url = os.getenv('SLACK_WEBHOOK_URL')\n    if not url:\n        logging.error('no webhook')\n        return\n\n\n"
                    "def send_pager_alert(text):\n    key = os.getenv('PAGER_KEY')\n    if not key:\n        return False\n    return True\n\n\n"
                    "def read_cache(key):\n    token = os.getenv('CACHE_TOKEN')\n    if not token:\n        return\n"
                ),
            },
        ),
    ),
)
