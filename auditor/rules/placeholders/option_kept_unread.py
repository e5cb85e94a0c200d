"""AUD908: a class takes an option, keeps it, and nothing ever reads it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.kept_options import KeptOptions
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(KeptOptions))
    read = {name for _, fact in files for name in fact.read.split()}
    for file, fact in files:
        for one in fact.kept:
            if one.name not in read:
                message = f"{one.owner} takes {one.name.lstrip('_')} and keeps it, and nothing ever reads it."
                yield Hit(file.path, one.line, one.line, message, one.owner)


RULE = Rule(
    id="AUD908",
    name="option-kept-unread",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every option that a class takes change what it does?",
    why="`allowed_hosts` and `use_redis` in the constructor of a middleware are read by reviewers as protections, and by no line of the code.",
    limits=(
        "Judged are attributes named for limits, switches and lists of what is allowed, in which the constructor of a class without foreign bases keeps a parameter. "
        "A name that any file of the repository reads as an attribute or spells out counts as read, and files that read objects as a whole are left alone."
    ),
    fix="Do what the option says, or take it away.",
    since="0.9.0",
    effort=45,
    reads=frozenset({"kept-options"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="hosts and a store that nobody asks about",
            files={
                "shop/guard.py": (
                    "class Guard:\n    def __init__(self, app, allowed_hosts=None, use_redis=False, max_body=1000):\n        self.app = app\n        self.allowed_hosts = allowed_hosts or ['*']\n        self.use_redis = use_redis\n"
                    "        self._max_body = max_body\n\n    def check(self, request):\n        return len(request.body) <= self._max_body\n"
                )
            },
            found=("shop/guard.py:4", "shop/guard.py:5"),
        ),
        Example(
            title="read in another file, spelt out, or a record",
            files={
                "shop/guard.py": (
                    "class Guard:\n    def __init__(self, allowed_hosts=None, use_redis=False):\n        self.allowed_hosts = allowed_hosts\n        self.use_redis = use_redis\n\n    def check(self, request):\n        return True\n\n\n"
                    "class Limits:\n    def __init__(self, max_rows):\n        self.max_rows = max_rows\n"
                ),
                "shop/main.py": "def show(guard):\n    return guard.allowed_hosts, 'use_redis'\n",
            },
        ),
    ),
)
