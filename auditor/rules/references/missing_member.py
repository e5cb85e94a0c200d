"""AUD788: a method is called on an object of a class that does not have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.class_table import ClassTable, Held, class_table
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module
from auditor.facts.python_members import ClassMembers
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MATERIAL = pattern(
    r"(?i)(?:^|/)(?:corpus|corpora|fixtures?|resources|testdata|test[-_]data|snippets?|samples?|templates?|goldens?|cookiecutter[^/]*)/"
)

_PART = pattern(r"(?i)mixin|base|abstract|interface|template|protocol")
"""Names of classes that others are to complete."""
_NEAR = 15
_MOST_GROUPS = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    table = facts.derive(class_table)
    for path in sorted(table.paths):
        module = table.module(path)
        if module is None or _MATERIAL.search(path):
            continue
        in_tests = facts.by_path[path].role is Role.TEST
        fact = table.members(path)
        asked = fact.asked if fact is not None else frozenset()
        missing: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for line, held, name in sorted(_called(table, module, in_tests=in_tests), key=lambda one: (one[0], one[2])):
            if name in asked or (table.is_interface(held) and table.is_named(name)):
                continue
            if not table.may_have(held, name, in_tests=in_tests):
                missing[held[1].name, held[0].path, name].append(line)
        for (owner, place, name), lines in missing.items():
            for line, *others in _apart(lines):
                more = f", and {len(others)} more do so" if others else ""
                message = f"{owner} ({place}) has no method {name}, which this line calls{more}."
                yield Hit(path, line, line, message, f"{owner}.{name}", Severity.LOW if in_tests else None)


def _apart(lines: list[int]) -> list[list[int]]:
    """The lines in groups that lie so far apart that they are no work of one place; the last group takes all that are left."""
    groups: list[list[int]] = []
    for line in lines:
        if groups and (line - groups[-1][-1] <= _NEAR or len(groups) == _MOST_GROUPS):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _called(table: ClassTable, module: Module, *, in_tests: bool) -> set[tuple[int, Held, str]]:
    found: set[tuple[int, Held, str]] = set()
    patched = table.patched_for(in_tests=in_tests)
    fact = table.members(module.path)
    for call in fact.calls if fact else ():
        held = table.find(module, call.type) or table.result(module, call.type)
        if held is not None and call.through:
            kind = dict(held[1].fields).get(call.through, "")
            held = table.find(held[0], kind) if kind and call.through not in patched else None
        if held is None or (call.own and not _is_made(table, held[1], call.type)) or call.attribute in patched:
            continue
        found.add((call.line, held, call.name))
    for line, dotted in fact.outer if fact else ():
        held = _of_object(table, module, dotted.rpartition(".")[0])
        if held is not None:
            found.add((line, held, dotted.rpartition(".")[2]))
    return found


def _is_made(table: ClassTable, one: ClassMembers, name: str) -> bool:
    """Whether objects of the class itself are made: somewhere here, or by whoever uses it, as it can be begun and nothing derives from it."""
    return name in table.made or (
        "__init__" in one.members and not table.is_derived_from(one) and not _PART.search(one.name)
    )


def _of_object(table: ClassTable, module: Module, dotted: str) -> Held | None:
    """The class of an object that a module holds, this one or one that the name is imported from."""
    owner, _, name = table.graph.absolute(module, dotted).rpartition(".")
    other = table.graph.find(owner) if owner else module
    kind = table.object_class(other, name) if other is not None else ""
    if other is None or not kind:
        return None
    return table.find(other, kind) or table.result(other, kind)


RULE = Rule(
    id="AUD788",
    name="missing-member",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every class have the methods that are called on its objects?",
    why="The call raises AttributeError when its line runs, often inside a handler that hides it: the work is then never done.",
    limits=(
        "Judged are `self.method()` in classes that are instantiated, and calls on names and attributes that are bound once, to an instance of "
        "a class of the repository; of each class, the first line of a file that calls what is missing is given. Classes with bases, decorators or metaclasses from elsewhere, or with attributes set from outside, are taken to have everything."
    ),
    fix="Call the method that exists, or write the one that is missing.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python-members"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a method of what a field of an attribute holds",
            files={
                "shop/parts.py": (
                    "from dataclasses import dataclass\n\nfrom shop.mail import Mailer\n\n\n@dataclass\nclass Parts:\n    mailer: Mailer\n    clock: Clock\n"
                ),
                "shop/mail.py": "class Mailer:\n    def send(self):\n        return True\n",
                "shop/work.py": (
                    "from shop.parts import Parts\n\n\nclass Worker:\n    def __init__(self, parts: Parts):\n        self._parts = parts\n\n    def run(self):\n        self._parts.mailer.send()\n"
                    "        self._parts.clock.tick()\n        self._parts.mailer.flush()\n"
                ),
            },
            found=("shop/work.py:11",),
        ),
        Example(
            title="an attribute whose narrower class is asked for, and one whose is not",
            files={
                "shop/places.py": "class Place:\n    @property\n    def name(self) -> str:\n        return 'a'\n",
                "shop/shelf.py": (
                    "import pathlib\n\nfrom shop.places import Place\n\n\nclass Shelf:\n    def __init__(self) -> None:\n        self.place = Place()\n\n"
                    "    def parts(self):\n        if not isinstance(self.place, pathlib.Path):\n            return []\n        return self.place.joinpath('parts')\n\n"
                    "    def all(self):\n        return self.place.joinpath('all')\n\n\nSHELF = Shelf()\n"
                ),
            },
            found=("shop/shelf.py:16",),
        ),
        Example(
            title="tests of what the class does not have, on objects of fixtures and of their own",
            files={
                "shop/cart.py": "class Cart:\n    def __init__(self, name):\n        self.name = name\n\n    def total(self):\n        return 1\n",
                "tests/test_cart.py": (
                    "import pytest\n\nfrom shop.cart import Cart\n\n\n@pytest.fixture\ndef cart():\n    made = Cart('a')\n    return made\n\n\n"
                    "def test_clear(cart):\n    cart.clear()\n    assert cart.total() == 0\n\n\ndef test_own():\n    cart = Cart('b')\n    assert cart.count() == 1\n\n\n"
                    "def test_refused(cart):\n    with pytest.raises(AttributeError):\n        cart.burn()\n"
                ),
            },
            found=("tests/test_cart.py:13", "tests/test_cart.py:19"),
        ),
        Example(
            title="fixtures of one name in several classes, a parameter that marks fill, and tests that expect the refusal",
            files={
                "shop/cart.py": "class Cart:\n    def total(self):\n        return 1\n\n\nclass Order:\n    def ship(self):\n        return 1\n",
                "tests/test_shop.py": (
                    "import pytest\n\nfrom shop.cart import Cart, Order\n\n\n@pytest.fixture\ndef made():\n    return Cart()\n\n\n"
                    "class TestOrder:\n    @pytest.fixture\n    def made(self):\n        return Order()\n\n    def test_ship(self, made):\n        assert made.ship()\n\n    def test_burn(self, made):\n        assert made.burn()\n\n\n"
                    "class TestCart:\n    def test_total(self, made):\n        assert made.total()\n\n    def test_ship(self, made):\n        assert made.ship()\n\n\n"
                    "class TestMore(TestOrder):\n    def test_more(self, made):\n        assert made.ship()\n\n\n"
                    "@pytest.mark.parametrize('made', [Order()])\ndef test_given(made):\n    assert made.ship()\n"
                ),
                "tests/test_refusals.py": (
                    "import pytest\n\nfrom shop.cart import Cart, Order\n\npytestmark = [pytest.mark.parametrize(('made', 'expectation'), CASES)]\n\n\n@pytest.fixture\ndef made():\n    return Cart()\n\n\n"
                    "def test_given(made, expectation):\n    cart = Cart()\n    with expectation:\n        cart.burn()\n    made.ship()\n\n\n"
                    "def test_caught(expectation):\n    cart = Cart()\n    try:\n        cart.nothing()\n    except AttributeError:\n        pass\n    try:\n        cart.burn()\n    except Exception as error:\n        assert 'burn' in str(error)\n"
                    "    cart.sell()\n"
                ),
                "shop/main.py": (
                    "from shop.cart import Cart\n\n\ndef main():\n    cart = Cart()\n    try:\n        cart.purge()\n    except AttributeError:\n        cart.total()\n"
                    "    try:\n        cart.burn()\n    except Exception:\n        print('burning failed')\n"
                ),
            },
            found=("shop/main.py:11", "tests/test_refusals.py:30", "tests/test_shop.py:20", "tests/test_shop.py:28"),
        ),
        Example(
            title="a class of Python's own library, and one of the same names that lies elsewhere",
            files={
                "docs/logging.py": "class Logger:\n    def show(self, text):\n        return text\n",
                "shop/till.py": "import logging\nfrom typing import Optional\n\n\ndef close(logger: Optional[logging.Logger] = None):\n    logger.error('closed')\n",
            },
        ),
        Example(
            title="methods that nobody wrote",
            files={
                "shop/orders.py": (
                    "class Orders:\n    def __init__(self):\n        self.rows = []\n\n    def add(self, row):\n        self.rows.append(row)\n        self._announce(row)\n\n\norders = Orders()\n"
                ),
                "shop/report.py": (
                    "from shop.orders import Orders, orders\n\n\nclass Report:\n    def __init__(self):\n        self.source = Orders()\n\n    def run(self):\n        return self.source.totals()\n\n\n"
                    "def main():\n    other = Orders()\n    other.add(1)\n    orders.purge()\n    return other.newest()\n"
                ),
            },
            found=("shop/orders.py:7", "shop/report.py:9", "shop/report.py:15", "shop/report.py:16"),
        ),
        Example(
            title="attributes that an annotation says to hold an object, or that are only ever set to one or to None; parameters",
            files={
                "shop/store.py": (
                    "class Store:\n    def put(self, row):\n        return row\n\n\nclass Cache:\n    def get(self, key):\n        return key\n\n\n"
                    "class IPort:\n    def send(self, row):\n        ...\n\n\nclass Remote:\n    def push(self, row):\n        return row\n"
                ),
                "shop/system.py": (
                    "from typing import Optional\n\nfrom shop.store import Cache, IPort, Store\n\n\nclass System:\n    def __init__(self, cache: Cache, port: IPort):\n"
                    "        self.store: Optional[Store] = None\n        self.cache = cache\n        self.spare = None\n        self.port = port\n\n"
                    "    async def start(self):\n        self.store = Store()\n        self.spare = Cache()\n        await self.store.initialize()\n\n"
                    "    def health(self):\n        if hasattr(self.spare, 'ping'):\n            self.spare.ping()\n        self.port.push(1)\n        return self.store.put(1), self.cache.purge(), self.spare.count()\n\n\n"
                    "def move(store: Store, cache: 'Cache | None', other: Cache):\n    if isinstance(other, Store):\n        other.put(2)\n    store.take(1)\n    return cache.get(1)\n"
                ),
                "tests/test_system.py": "def test_start(system):\n    system.store.initialize = list\n    assert system.health\n",
            },
            found=("shop/system.py:16", "shop/system.py:22", "shop/system.py:28"),
        ),
        Example(
            title="a parameter that is bound anew before it is kept",
            files={
                "shop/text.py": (
                    "class Text:\n    def parse(self):\n        return [1]\n\n\nclass Reader:\n    def __init__(self, raw: Text):\n        raw = raw.parse()\n        self.raw = raw\n\n"
                    "    def next(self):\n        return self.raw.pop(0)\n"
                ),
            },
        ),
        Example(
            title="an object that a function returns, and methods that are handed on",
            files={
                "shop/registry.py": (
                    "class Registry:\n    def count(self, name):\n        return name\n\n\n_registry = Registry()\n\n\ndef registry() -> Registry:\n    return _registry\n"
                ),
                "shop/main.py": (
                    "from shop.registry import registry\n\nmetrics = registry()\n\n\nclass Writer:\n    def __init__(self):\n"
                    '        self.forms = {"pods": self.pods, "stack": self.stack}\n\n    def pods(self):\n        return metrics.count("pods")\n\n\n'
                    'def main():\n    Writer()\n    metrics.observe("start")\n    registry().measure("end")\n'
                ),
            },
            found=("shop/main.py:8", "shop/main.py:16"),
        ),
        Example(
            title="a class that its users make, and one that others are to complete",
            files={
                "shop/worker.py": (
                    "import asyncio\n\n\nclass Worker:\n    def __init__(self, queue):\n        self.queue = queue\n\n    async def start(self):\n        asyncio.create_task(self._watch())\n\n\n"
                    "class Watching:\n    def start(self):\n        return self.watch()\n\n\nclass WorkerBase:\n    def __init__(self):\n        self.begin()\n\n\n"
                    "class Part:\n    def __init__(self):\n        self.begin()\n\n\nclass Whole(Part):\n    def begin(self):\n        return 1\n"
                ),
            },
            found=("shop/worker.py:9",),
        ),
        Example(
            title="members that come from elsewhere",
            files={
                "shop/orders.py": (
                    "import library\n\n\nclass Base:\n    def run(self):\n        self.work()\n\n\nclass Job(Base):\n    def work(self):\n        pass\n\n\nclass Remote(library.Client):\n    def go(self):\n        self.connect()\n\n\n"
                    "class Lazy:\n    def __getattr__(self, name):\n        return print\n\n\nclass Hooked:\n    def go(self):\n        self.hook()\n\n\n"
                    "class Failure(ValueError):\n    def show(self):\n        return self.with_traceback(None)\n"
                ),
                "shop/main.py": (
                    "from shop.orders import Base, Failure, Hooked, Job, Lazy, Remote\n\n\ndef main(job=None):\n    job = job or Job()\n    job.anything()\n    hooked = Hooked()\n    hooked.hook = print\n"
                    "    hooked.go()\n    lazy = Lazy()\n    lazy.shine()\n    remote = Remote()\n    remote.call()\n    Base()\n    Failure().show()\n"
                ),
            },
        ),
    ),
)
