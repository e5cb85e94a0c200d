"""AUD792: code reads an attribute of a class that the class does not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.call_targets import call_targets
from auditor.facts.class_table import Held
from auditor.facts.made_classes import table_members
from auditor.facts.python_calls import PythonCalls
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OF_TABLES = frozenset({"metadata", "registry", "query", "c", "columns"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    targets = facts.derive(call_targets)
    for file, fact in facts.of(PythonCalls, lambda file: not is_test_data(file.path)):
        module = targets.table.module(file.path)
        missing: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for line, dotted in fact.attributes if module is not None else ():
            owner, _, name = dotted.rpartition(".")
            held = targets.table.find(module, owner) if module is not None else None
            if held is None or name.startswith("__") or name in targets.table.asked:
                continue
            if not _may_have(facts, held, name):
                missing[held[1].name, held[0].path, name].append(line)
        for (owner, place, name), (line, *others) in missing.items():
            more = f", and {len(others)} more do so" if others else ""
            message = f"{owner} ({place}) has no {name}, which this line reads{more}."
            severity = Severity.LOW if file.role is Role.TEST else None
            yield Hit(file.path, line, line, message, f"{owner}.{name}", severity)


def _may_have(facts: RepositoryFacts, held: Held, name: str) -> bool:
    targets = facts.derive(call_targets)
    if not targets.table.may_have(held, name):
        return False
    members = table_members(targets, held)
    return members is None or name in members or name in _OF_TABLES


RULE = Rule(
    id="AUD792",
    name="missing-attribute",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the repository's classes have the members, states and columns that code reads of them?",
    why="The line raises AttributeError when it runs, often inside a handler that hides it: a query is never made, a state never reached.",
    limits=(
        "Judged are attributes that are read of the class itself: enumerations, constants, tables of SQLAlchemy. Classes with bases, decorators or "
        "metaclasses from elsewhere, or with attributes set from outside, are taken to have everything."
    ),
    fix="Read the member that exists, or add the one that is missing.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"python-calls"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a state and a column that nobody wrote",
            files={
                "shop/models.py": (
                    "import enum\n\nfrom sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n\n"
                    "class State(enum.Enum):\n    NEW = 'new'\n    PAID = 'paid'\n\n\nclass Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer)\n    state = Column(Integer)\n"
                ),
                "shop/work.py": (
                    "from sqlalchemy import select\n\nfrom shop.models import Order, State\n\n\ndef work(session):\n    query = select(Order).where(Order.state == State.SHIPPED)\n"
                    "    return session.execute(query.order_by(Order.shipped_at, Order.metadata))\n"
                ),
            },
            found=("shop/work.py:7", "shop/work.py:8"),
        ),
        Example(
            title="members whose absence is expected, and one whose is not",
            files={
                "shop/models.py": "import enum\n\n\nclass State(enum.Enum):\n    NEW = 'new'\n",
                "shop/work.py": (
                    "from shop.models import State\n\ntry:\n    LAST = State.LAST\nexcept AttributeError:\n    LAST = State.NEW\n\n\ndef work():\n    try:\n        return State.DONE\n    except Exception:\n        return None\n"
                ),
                "tests/test_models.py": (
                    "import pytest\n\nfrom shop.models import State\n\n\ndef test_none():\n    with pytest.raises(AttributeError):\n        State.MISSING\n\n\ndef test_paid():\n    assert State.PAID\n"
                ),
            },
            found=("shop/work.py:11", "tests/test_models.py:12"),
        ),
        Example(
            title="members that are there, or may be, and code that a tool of the tests works on",
            files={
                "tests/fixtures/two.py": "class Two:\n    def one(self):\n        return Two.three()\n",
                "shop/models.py": (
                    "import enum\n\nimport library\nfrom sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base, relationship\n\nBase = declarative_base()\n\n\n"
                    "class State(enum.Enum):\n    NEW = 'new'\n\n\nclass Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer)\n\n\n"
                    "class Item(Base):\n    __tablename__ = 'items'\n    order = relationship(Order, backref='items')\n\n\nclass Remote(library.Model):\n    pass\n"
                ),
                "shop/work.py": (
                    "from shop.models import Order, Remote, State\n\n\ndef work():\n    print(State.__members__, State.NEW.value)\n    return Order.items, Order.id, Remote.objects, Order.metadata\n"
                ),
            },
        ),
    ),
)
