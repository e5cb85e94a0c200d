"""AUD223: a guard asks for a flag that nothing ever sets to anything but good."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.flag_fields import FlagFields
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(FlagFields))
    told = {name for _, fact in files for name in fact.told}
    made = {name for _, fact in files for name in fact.made}
    opened = {name for _, fact in files for name in fact.opened}
    owners: dict[str, set[str]] = {}
    for _, fact in files:
        for field in fact.fields:
            owners.setdefault(field.name, set()).add(field.owner)
    for file, fact in files:
        for guard in fact.guards:
            classes = owners.get(guard.name, set())
            if guard.name in told or not classes & made or classes & opened:
                continue
            message = (
                f"Nothing ever sets {guard.name} of {', '.join(sorted(classes))} to False: this never refuses anybody."
            )
            yield Hit(file.path, guard.line, guard.line, message, guard.function)


RULE = Rule(
    id="AUD223",
    name="guard-that-never-trips",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every guard refuse?",
    why="`if not user.is_active: raise` lets everybody in where is_active is True by default and nothing reads it from anywhere.",
    limits="Judged are flags of dataclasses and models that are True by default, made by name in the code; a flag whose name is set, given or written as a text anywhere is left alone.",
    fix="Fill the flag from where it is kept, and give it no default.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"flag-fields"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a flag that nobody sets",
            files={
                "app/models.py": (
                    "from pydantic import BaseModel\n"
                    "\n"
                    "\n"
                    "class Account(BaseModel):\n"
                    "    name: str\n"
                    "    is_active: bool = True\n"
                ),
                "app/auth.py": (
                    "from app.models import Account\n"
                    "\n"
                    "\n"
                    "def current(claims):\n"
                    '    return Account(name=claims["name"])\n'
                    "\n"
                    "\n"
                    "def active(account):\n"
                    "    if not account.is_active:\n"
                    "        raise PermissionError\n"
                    "    return account\n"
                ),
            },
            found=("app/auth.py:9",),
        ),
        Example(
            title="a flag that is read from a table, and one that is set",
            files={
                "app/models.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class Account:\n"
                    "    name: str\n"
                    "    is_active: bool = True\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class Probe:\n"
                    "    healthy: bool = True\n"
                ),
                "app/auth.py": (
                    "from app.models import Account, Probe\n"
                    "\n"
                    "\n"
                    "def current(row):\n"
                    "    return Account(**row)\n"
                    "\n"
                    "\n"
                    "def active(account):\n"
                    "    if not account.is_active:\n"
                    "        raise PermissionError\n"
                    "    return account\n"
                    "\n"
                    "\n"
                    "def judge(ping):\n"
                    "    probe = Probe()\n"
                    "    probe.healthy = ping()\n"
                    "    if not probe.healthy:\n"
                    "        raise RuntimeError\n"
                ),
            },
        ),
    ),
    check_repository=_check,
)
