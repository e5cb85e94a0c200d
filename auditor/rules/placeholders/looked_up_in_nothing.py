"""AUD173: a part of the program is given an empty table to look everything up in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.wired_classes import LookedUp, MadeObject, WiredClasses
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHOSEN = pattern(
    r"(?i)test|mock|fake|fixture|example|demo|sandbox|dry|default|empty|null|noop|exclude|ignore|skip|extra|optional|option|param|header|kwargs|arg|meta|annotation|label|tag|child|error|warning|cache|seen|context|env"
)
"""Where nothing may well be what is wanted, and names of parameters that often have nothing to say."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = list(facts.of(WiredClasses))
    wanted = {
        one.name: one.looked_up
        for _, fact in found
        for one in fact.classes
        if one.looked_up and not _CHOSEN.search(one.name)
    }
    made = [(file.path, one) for file, fact in found for one in fact.made if one.name in wanted]
    for name, looked in wanted.items():
        calls = [(path, one) for path, one in made if one.name == name]
        for parameter in looked if calls else ():
            if not _CHOSEN.search(parameter.name) and all(_is_empty(one, parameter) for _, one in calls):
                for path, one in calls:
                    message = f"{name} looks everything up in `{parameter.name}`, and is given an empty one: it never finds anything."
                    yield Hit(path, one.line, one.end_line, message, one.function)


def _is_empty(made: MadeObject, parameter: LookedUp) -> bool:
    return not made.open and (parameter.name in made.empty or str(parameter.position) in made.empty)


_MAILER = (
    "class Webhooks:\n    def __init__(self, session, endpoints):\n        self.session = session\n        self.endpoints = endpoints\n\n"
    "    async def tell(self, customer, event):\n        endpoint = self.endpoints.get(customer)\n        if endpoint is None:\n            return False\n        await self.session.post(endpoint, json=event)\n        return True\n"
)


RULE = Rule(
    id="AUD173",
    name="looked-up-in-nothing",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every table that a part of the program looks things up in filled by somebody?",
    why="`Webhooks(session, {})` is put together without an error, and no customer is ever told anything: each look-up ends at 'no endpoint'.",
    limits="Judged are classes of the repository whose constructor keeps a parameter that they only look into, and that all shipped code makes with an empty literal in its place.",
    fix="Load the table from the configuration or the database, and hand it over.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"wired-classes"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="endpoints of customers that nobody hands over",
            files={
                "shop/webhooks.py": _MAILER,
                "shop/build.py": "from shop.webhooks import Webhooks\n\n\ndef build(session):\n    return Webhooks(session, {})\n",
            },
            found=("shop/build.py:5",),
        ),
        Example(
            title="endpoints that are handed over, and a table that is filled later",
            files={
                "shop/webhooks.py": _MAILER,
                "shop/build.py": "from shop.webhooks import Webhooks\n\n\ndef build(session, settings):\n    return Webhooks(session, settings.endpoints)\n",
                "shop/store.py": "class Store:\n    def __init__(self, rows):\n        self.rows = rows\n\n    def put(self, key, row):\n        self.rows[key] = row\n\n    def get(self, key):\n        return self.rows.get(key)\n\n\nSTORE = Store({})\n",
            },
        ),
    ),
)
