"""AUD859: whether there is trouble could not be found out, and the answer is that there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.absent_data import absent, answer_in, fields_of
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, handlers
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import is_false
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TROUBLE = pattern(
    r"(?i)^(?:is_|has_)?(?:\w+_)?(?:anomal(?:y|ies|ous)(?:_(?:detected|predicted|found|present))?|"
    r"(?:fraud|threat|drift|attack|intrusion|leak|breach|regression|outage|incident|emergency|violation|conflict|collision|malware|virus|abuse|spike|failure|degradation|tamper(?:ing)?|corruption|injection|fire|smoke|flood|overload|"
    r"problem|issue|risk|alarm|alert|hazard|fault)s?_(?:detected|predicted|found|present|triggered|suspected|likely|imminent|raised)|"
    r"(?:regulated|flagged|suspicious|compromised|vulnerable|infected|sanctioned|blacklisted|revoked|fraudulent|malicious|tampered|recalled|grounded|quarantined))$"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for _, handler in handlers(view):
            last = handler.body[-1]
            name = _denied(last, syntax) if covers_outages(handler, syntax) else ""
            if name:
                message = f"{view.name} answers that there is no {name} where it could not find out."
                yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)
        for node, name in _without_data(view, syntax):
            message = f"{view.name} answers that there is no {name} where it has nothing to judge by."
            yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _without_data(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[ast.If, str]]:
    """``if len(points) < 50: return {"anomaly_predicted": False}``."""
    for node in view.of(ast.If):
        found = absent(node.test)
        answer = answer_in(node.body) if found is not None and found[1] else None
        name = _denied(answer, syntax) if answer is not None and len(view.returns) > 1 else ""
        if name:
            yield node, name


def _denied(statement: ast.stmt, syntax: PythonSyntax) -> str:
    """The trouble that an answer denies by the literal False in a field."""
    value = statement.value if isinstance(statement, ast.Return) else None
    for name, given in fields_of(value, syntax):
        if is_false(given) and _TROUBLE.search(name):
            return name
    return ""


RULE = Rule(
    id="AUD859",
    name="no-trouble-where-unknown",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can 'there is none' be told from 'nobody could look'?",
    why="A detector whose model does not load answers `{'fraud_detected': False}` to every payment.",
    limits="Judged are tables and records that deny a trouble (an anomaly, a threat, a regulation, a leak) by the literal False, in a handler of outages or where there is too little data.",
    fix="Answer None, or let the failure through.",
    since="0.8.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="no fraud where the model is out of reach, no regulation where nobody answers, no anomaly in too little",
            files={
                "watch.py": (
                    "async def screen(self, payment):\n    try:\n        return await self.model.screen(payment)\n    except Exception as error:\n        log.error(error)\n        return {'fraud_detected': False, 'error': str(error)}\n\n\n"
                    "async def slot(self, flight):\n    try:\n        answer = await self.ask(flight)\n    except FlowError:\n        return SlotView(flight=flight, regulated=False)\n    return SlotView.parse(answer)\n\n\n"
                    "def judge(points):\n    if len(points) < 50:\n        return {'anomaly_predicted': False}\n    return {'anomaly_predicted': worst(points) > 3}\n"
                )
            },
            found=("watch.py:13", "watch.py:18", "watch.py:6"),
        ),
        Example(
            title="unknown, and a payment that is no payment",
            files={
                "watch.py": (
                    "async def screen(self, payment):\n    try:\n        return await self.model.screen(payment)\n    except Exception:\n        return {'fraud_detected': None}\n\n\n"
                    "def read(row):\n    try:\n        return row.parse()\n    except ValueError:\n        return {'fraud_detected': False}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
