"""AUD810: a verdict or a figure that rests on a counter or state which nothing ever changes."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.still_fields import StillField, StillFields
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = [(file, fact) for file, fact in facts.of(StillFields)]
    fields = [one for _, fact in files for one in fact.fields]
    wanted = {one.name for one in fields} | {f"{one.owner}()" for one in fields}
    changed = {name for _, fact in files for name in fact.stored.split() if name in wanted}
    for file, fact in files:
        seen: set[str] = set()
        for one in sorted(fact.fields, key=lambda field: (field.line, field.name)):
            by_place = one.given and f"{one.owner}()" in changed
            if one.name not in changed and one.name not in seen and not by_place:
                seen.add(one.name)
                yield Hit(file.path, one.line, one.end_line, _message(one), one.function)


def _message(one: StillField) -> str:
    name = one.function.rpartition(".")[2]
    return f"{name} rests on {one.name} of {one.owner}, which begins as {one.written} and which nothing ever changes."


RULE = Rule(
    id="AUD810",
    name="count-that-nothing-changes",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every counter and state that a verdict rests on changed by something?",
    why="A breaker whose failures nobody counts never opens, a budget whose errors stay 0 is never spent, a limiter that never counts lets everything pass: each answers the same for ever.",
    limits=(
        "Judged are attributes named for counts that begin at 0, flags for trouble that begin as False, and states that begin in a good word, of which no file sets the name again, "
        "by itself, by a keyword or as a text; of each file the first place where a comparison, a division or a condition rests on it."
    ),
    fix="Change it where what it stands for happens, or take the verdict away.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"still-fields"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="figures that are compared and never taken",
            files={
                "shop/canary.py": "class Canary:\n    def __init__(self):\n        self.baseline_throughput = None\n        self.on_change = None\n\n    def drop(self, seen):\n        if self.baseline_throughput and seen:\n            return self.baseline_throughput - seen\n        if self.on_change:\n            self.on_change(seen)\n        return 0\n"
            },
            found=("shop/canary.py:7",),
        ),
        Example(
            title="a breaker, a limiter and a budget",
            files={
                "ops/guards.py": (
                    "class Breaker:\n    def __init__(self):\n        self._failures = 0\n        self.state = 'closed'\n\n    def failed(self):\n        log.warning('failed')\n\n"
                    "    def may_call(self):\n        return self.state == 'closed'\n\n\n"
                    "class Limiter:\n    def __init__(self, limit):\n        self.limit = limit\n        self._used = 0\n\n    def allow(self):\n        return self._used < self.limit\n\n\n"
                    "class Desk:\n    def __init__(self):\n        self._halted = False\n\n    def trade(self, order):\n        if self._halted:\n            raise Halted\n        return self.send(order)\n"
                ),
                "ops/budget.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Window:\n    total: int = 0\n    bad: int = 0\n\n    def ratio(self):\n        return 1 - self.bad / max(self.total, 1)\n\n\n"
                    "class Keeper:\n    def __init__(self):\n        self.window = Window()\n\n    def observe(self, answer):\n        self.window.total += 1\n"
                ),
            },
            found=("ops/budget.py:10", "ops/guards.py:10", "ops/guards.py:19", "ops/guards.py:27"),
        ),
        Example(
            title="what is counted and set, here or elsewhere",
            files={
                "ops/guards.py": (
                    "class Breaker:\n    def __init__(self):\n        self._failures = 0\n        self.state = 'closed'\n\n    def failed(self):\n        self._failures += 1\n\n"
                    "    def may_call(self):\n        return self.state == 'closed' and self._failures < 5\n"
                ),
                "ops/control.py": "def trip(breaker):\n    breaker.state = 'open'\n",
                "ops/stats.py": (
                    "class Stats:\n    errors: int = 0\n\n    def ratio(self):\n        return self.errors / 7\n\n\ndef stats(rows):\n    return Stats(errors=len(rows))\n"
                ),
            },
        ),
    ),
    check_repository=_check,
)
