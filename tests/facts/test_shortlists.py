"""What few facts hold is told for all who ask, in one pass, and says what it asked."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import partial

from auditor.facts import shortlists
from auditor.facts.base import Unreadable
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shortlists import shortlist
from auditor.facts.table import FactTable
from auditor.repo.inventory import memory_inventory
from tests.facts.test_table import Written


def _facts() -> tuple[RepositoryFacts, dict[str, Written]]:
    entries = {f"{number}.py": Written(f"{number}") for number in range(8)}
    inventory, _ = memory_inventory(dict.fromkeys(entries, ""))
    return RepositoryFacts(inventory.files, FactTable(entries, room=0), inventory.all_paths), entries


def test_one_pass_tells_all_lists() -> None:
    before = dict(shortlists._known)
    try:
        shortlists._known.clear()
        even = shortlist(Unreadable)(lambda _file, fact: int(fact.reason) % 2 == 0)
        last = shortlist(Unreadable)(lambda file, _fact: file.path == "7.py")
        facts, entries = _facts()
        found, asked = facts.watched(lambda: [file.path for file, _ in facts.listed(even)])
        assert found == ["0.py", "2.py", "4.py", "6.py"]
        assert asked == {Unreadable.kind}
        listed = [(file.path, fact) for file, fact in facts.listed(last)]
        assert listed == [("7.py", Unreadable("7"))]
        assert [len(one.unpacked) for one in entries.values()] == [2, 1, 2, 1, 2, 1, 2, 2]
    finally:
        shortlists._known.clear()
        shortlists._known.update(before)


def test_facts_go_with_their_last_user() -> None:
    facts, _ = _facts()
    facts.remembering(partial(_applied, facts))
    facts.derive(_circle)
    gone = weakref.ref(facts)
    gc.disable()
    try:
        facts.end()
        del facts
        assert gone() is None
    finally:
        gc.enable()


def _applied(facts: RepositoryFacts, function: Callable[[RepositoryFacts], object]) -> object:
    return function(facts)


def _circle(facts: RepositoryFacts) -> RepositoryFacts:
    return facts
