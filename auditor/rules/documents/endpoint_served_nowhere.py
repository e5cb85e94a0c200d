"""AUD777: an endpoint that no code serves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.endpoints import endpoint_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return endpoint_statements(case)


RULE = Rule(
    id="AUD777",
    name="endpoint-served-nowhere",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the code serve the endpoints that the document lists?",
    why="An endpoint that no code serves was planned, renamed or imagined.",
    limits="Contradicted only where two other endpoints of the document are served and the last word of the path stands in no file of the code. Servers in languages that are not read may serve anything.",
    fix="Strike the endpoint, or build it.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="two endpoints that are served, and one that is not",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `GET /items` lists\n- `POST /items/{item}` stores\n- `GET /invoices` shows what is owed\n",
                "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items')\ndef items():\n    return []\n\n\n@app.post('/items/{item}')\ndef add(item):\n    return item\n",
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="endpoints that are served, are to come, or of which the code knows the word",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `GET /items` lists\n- `POST /items/{item}` stores\n- `GET /invoices` is planned\n- `GET /fastapi` shows the version\n",
                "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items')\ndef items():\n    return []\n\n\n@app.post('/items/{item}')\ndef add(item):\n    return item\n",
            },
        ),
    ),
    check_document=_check,
)
