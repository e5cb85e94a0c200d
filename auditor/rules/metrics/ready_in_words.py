"""AUD274: the status code follows the checks, the words of the answer do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GOOD = pattern(r"(?i)^(?:ready|healthy|ok|up|pass(?:ed|ing)?|operational|available|success|green|alive)$")
_KEYS = frozenset({"status", "state", "health", "ready", "healthy", "overall"})
_SERVER = range(500, 600)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        found = [value for value in map(_said_good, view.returns) if value is not None]
        if view.is_test or len(found) != 1 or len(view.returns) != 1 or not _fails_by_code(view):
            continue
        last = found[0]
        message = (
            f"{view.name} answers 5xx when a check fails, and says `{ast.unparse(last)}` in the body all the same."
        )
        yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _said_good(one: ast.Return) -> ast.expr | None:
    """The literal with which an answer says that all is well."""
    if not isinstance(one.value, ast.Dict):
        return None
    for key, value in zip(one.value.keys, one.value.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in _KEYS and isinstance(value, ast.Constant):
            good = value.value is True or (isinstance(value.value, str) and _GOOD.search(value.value))
            return value if good else None
    return None


def _fails_by_code(view: FunctionView) -> bool:
    """Whether a condition sets the code of the answer to that of a failing server, and goes on."""
    bindings = Bindings.of(view)
    for node in view.of(ast.If):
        for one in own_nodes(node.body):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Attribute):
                code = one.value
                named = isinstance(code, ast.Attribute) and code.attr.startswith("HTTP_5")
                if one.targets[0].attr == "status_code" and (named or fold(code, bindings) in _SERVER):
                    return True
    return False


RULE = Rule(
    id="AUD274",
    name="ready-in-words",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the body of a health answer say what its status code says?",
    why='503 with `"status": "ready"`: whatever reads the body - a dashboard, a script, a colleague - is told that all is well.',
    limits="Judged are functions that set a code of 5xx under a condition and have one return, a table whose status is a literal that says that all is well.",
    fix="Work the word out from the same checks as the code.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("status_code",),
    examples=(
        Example(
            title="a failing code with a good word",
            files={
                "api/health.py": (
                    "@app.get('/readyz')\ndef readyz(response: Response):\n    parts = {'db': ask_db(), 'queue': ask_queue()}\n    if not all(parts.values()):\n        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE\n    return {'parts': parts, 'status': 'ok'}\n"
                )
            },
            found=("api/health.py:6",),
        ),
        Example(
            title="a word that follows the checks, and an answer of its own for failure",
            files={
                "api/health.py": (
                    "def readyz(response):\n    good = ask_db()\n    if not good:\n        response.status_code = 503\n    return {'status': 'ok' if good else 'down'}\n\n\n"
                    "def healthz(response):\n    if not ask_db():\n        response.status_code = 503\n        return {'status': 'down'}\n    return {'status': 'ok'}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
