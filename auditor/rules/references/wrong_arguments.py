"""AUD791: a call gives arguments that the repository's own function or class does not take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.argument_faults import fault_of
from auditor.facts.call_targets import reached_calls
from auditor.facts.made_classes import made_faults
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for path, call, reached in facts.derive(reached_calls):
        fault = fault_of(call, reached.signature)
        if fault is not None:
            found[path, f"{reached.name} ({reached.path}:{reached.signature.line})", fault.text].append(fault.line)
    for path, (module, made), fault in made_faults(facts):
        found[path, f"{made.name} ({module.path})", fault.text].append(fault.line)
    for (path, target, text), (line, *others) in sorted(found.items()):
        if is_test_data(path):
            continue
        more = f" So {len(others)} more lines of this file." if others else ""
        severity = Severity.LOW if facts.by_path[path].role is Role.TEST else None
        yield Hit(path, line, line, f"{target} {text}.{more}", target.partition(" ")[0], severity)


RULE = Rule(
    id="AUD791",
    name="wrong-arguments",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Do calls of the repository's own functions and classes give what those take?",
    why="The call raises TypeError when its line runs, often inside a handler that hides it, or the value is silently dropped: the work is then never done.",
    limits=(
        "Judged are functions that are bound once and whose decorators leave their arguments alone, methods of objects whose class is certain, data classes, "
        "pydantic models without aliases and tables of SQLAlchemy. Calls within a handler of TypeError are passed over."
    ),
    fix="Give what the function takes, or let it take what is given.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"python-calls"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="names, numbers and fields that are not taken",
            files={
                "shop/mail.py": (
                    "class Mailer:\n    def __init__(self, host, port=25):\n        self.host = host\n\n    async def send(self, request):\n        return request\n\n\n"
                    "def render(name, *, style):\n    return name\n"
                ),
                "shop/models.py": (
                    "from dataclasses import dataclass\n\nfrom pydantic import BaseModel\nfrom sqlalchemy import Column, Integer, JSON\nfrom sqlalchemy.orm import declarative_base\n\n"
                    "Base = declarative_base()\n\n\nclass Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer)\n    order_metadata = Column(JSON)\n\n\n"
                    "@dataclass\nclass Line:\n    item: str\n    count: int = 1\n\n\nclass Answer(BaseModel):\n    status: str\n    note: str = ''\n"
                ),
                "shop/work.py": (
                    "from shop.mail import Mailer, render\nfrom shop.models import Answer, Line, Order\n\n\nasync def work():\n    mailer = Mailer('localhost')\n"
                    "    await mailer.send(name='x', data={})\n    render('x')\n    Order(id=1, metadata={})\n    Line(item='x', amount=2)\n    Answer(note='x')\n"
                    "    Mailer()\n    return Mailer('a', 25, True)\n"
                ),
            },
            found=(
                "shop/work.py:7",
                "shop/work.py:8",
                "shop/work.py:9",
                "shop/work.py:10",
                "shop/work.py:11",
                "shop/work.py:12",
                "shop/work.py:13",
            ),
        ),
        Example(
            title="a name that the function around has for itself",
            files={
                "shop/text.py": (
                    "def sep(values):\n    return values\n\n\ndef part(values):\n    sep = lambda: globals()['sep'](values)\n\n    def told():\n        return sep()\n\n    return told()\n\n\n"
                    "def other():\n    def told():\n        return sep()\n\n    return told()\n"
                ),
            },
            found=("shop/text.py:16",),
        ),
        Example(
            title="a function that a double is handed to",
            files={
                "shop/fill.py": "from unittest.mock import patch\n\n\n@patch('shop.mail.notify')\ndef pay(notify, order):\n    return order\n\n\ndef fill(order):\n    pay(order=order)\n",
            },
        ),
        Example(
            title="a test that gives too little, and one that says so",
            files={
                "shop/cart.py": "class Cart:\n    def add(self, item, count):\n        return item, count\n",
                "tests/test_cart.py": (
                    "import pytest\n\nfrom shop.cart import Cart\n\n\n@pytest.fixture\ndef cart():\n    yield Cart()\n\n\ndef test_add(cart):\n    assert cart.add('a')\n\n\n"
                    "def test_too_little(cart):\n    with pytest.raises(TypeError):\n        cart.add('a')\n"
                ),
            },
            found=("tests/test_cart.py:12",),
        ),
        Example(
            title="what is taken, or may be",
            files={
                "shop/mail.py": (
                    "import functools\n\nimport library\n\n\nclass Mailer(library.Base):\n    def __init__(self, host):\n        self.host = host\n\n\nclass Sender:\n    def send(self, *parts, **options):\n        return parts\n\n\n"
                    "class Loud(Sender):\n    def send(self, text):\n        return text\n\n\ndef wrapped(function):\n    return functools.partial(function, 1)\n\n\n@wrapped\ndef render(first, second):\n    return second\n\n\n"
                    "def twice(one):\n    return one\n\n\ntwice = functools.partial(twice, 1)\n"
                ),
                "shop/models.py": "from pydantic import BaseModel, Field\n\n\nclass Answer(BaseModel):\n    status: str = Field(alias='state')\n",
                "shop/work.py": (
                    "from shop.mail import Mailer, Sender, render, twice\nfrom shop.models import Answer\n\n\ndef work(sender: Sender, options):\n    render(2)\n    twice()\n    Mailer('a', 'b')\n    Answer(state='x')\n"
                    "    sender.send(1, 2, style=3)\n    try:\n        other(1)\n    except TypeError:\n        other()\n\n\ndef other():\n    return 1\n"
                ),
            },
        ),
    ),
)
