"""AUD304: a secret is read with an empty fallback and used without a check."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_fact import Default, Via
from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for record in repository.derive(inventory):
        if record.validated or not record.declared or not is_secret_name(record.name):
            continue  # what nothing declares is reported by AUD301
        for use in record.uses:
            if use.mention.via is Via.ENVIRONMENT and use.mention.default is Default.EMPTY:
                message = f"`{record.name}` may be unset or empty here, and nothing in the repository refuses to run without it."
                yield Hit(use.path, use.mention.line, use.mention.line, message, record.name)
                break


RULE = Rule(
    id="AUD304",
    name="unvalidated-secret",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    question="Does the program refuse to start without the secrets that it needs?",
    why="A secret that is silently empty turns up hours later, as a refused request in the middle of the work.",
    limits="A check in another form than `raise`, `exit`, `${NAME:?}` or an indexed read is not seen; optional features look the same.",
    fix="Read it with `os.environ[...]` or `${NAME:?}`, or check it at the start and say which name is missing.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"names"}),
    lifecycle=Lifecycle.PREVIEW,
    check_repository=_check,
    examples=(
        Example(
            title="a key that may be missing",
            files={
                ".env.example": "PAYMENT_API_KEY=\n",
                "pay.py": 'import os\n\nclient = Client(os.getenv("PAYMENT_API_KEY"))\n',
            },
            found=("pay.py:3",),
        ),
        Example(
            title="keys that are checked",
            files={
                ".env.example": "PAYMENT_API_KEY=\nSMTP_PASSWORD=\nDEPLOY_TOKEN=\n",
                "pay.py": 'import os\n\nkey = os.getenv("PAYMENT_API_KEY")\nif not key:\n    raise SystemExit("PAYMENT_API_KEY is not set")\n',
                "mail.py": 'import os\n\nPASSWORD = os.environ["SMTP_PASSWORD"]\n',
                "deploy.sh": 'echo "${DEPLOY_TOKEN:?is not set}"\n',
            },
        ),
    ),
)
