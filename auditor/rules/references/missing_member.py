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
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MATERIAL = pattern(
    r"(?i)(?:^|/)(?:corpus|corpora|fixtures?|resources|testdata|test[-_]data|snippets?|samples?|templates?|goldens?|cookiecutter[^/]*)/"
)

_PART = pattern(r"(?i)mixin|base|abstract|interface|template|protocol")
"""Names of classes that others are to complete."""
_MOST = 5
"""Methods that are named of those that are called after the first."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    table = facts.derive(class_table)
    for path in sorted(table.members):
        module = table.module(path)
        if module is None or _MATERIAL.search(path):
            continue
        missing: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for line, held, name in sorted(_called(table, module), key=lambda one: (one[0], one[2])):
            if not table.may_have(held, name):
                missing[held[1].name, held[0].path][name].append(line)
        for (owner, place), lines in missing.items():
            yield _hit(path, owner, place, lines)


def _hit(path: str, owner: str, place: str, lines: dict[str, list[int]]) -> Hit:
    """What a file asks of one class in vain, at the first line that does: what wrote the others wrote them for the same class."""
    name, *others = lines
    line, *again = lines[name]
    more = f", and {len(again)} more do so" if again else ""
    shown = ", ".join(others[:_MOST])
    rest = f" and {len(others) - _MOST} others" if len(others) > _MOST else ""
    nor = f"; nor has it {shown}{rest}, which are called below" if others else ""
    message = f"{owner} ({place}) has no method {name}, which this line calls{more}{nor}."
    return Hit(path, line, line, message, f"{owner}.{name}")


def _called(table: ClassTable, module: Module) -> set[tuple[int, Held, str]]:
    found: set[tuple[int, Held, str]] = set()
    for call in table.members[module.path].calls:
        held = table.find(module, call.type) or table.result(module, call.type)
        if held is None or (call.own and not _is_made(table, held[1], call.type)) or call.attribute in table.patched:
            continue
        found.add((call.line, held, call.name))
    for line, dotted in table.members[module.path].outer:
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
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
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
    check_repository=_check,
    examples=(
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
            found=("shop/orders.py:7", "shop/report.py:9"),
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
