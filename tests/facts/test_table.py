"""Facts that stay unpacked while there is room, and are unpacked again where there was none."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from auditor.facts.base import Fact, Unreadable
from auditor.facts.table import FactTable

SIZE = 10


@dataclass(slots=True)
class Written:
    """A file with one fact, which counts how often it is unpacked."""

    name: str
    kinds: tuple[str, ...] = (Unreadable.kind,)
    unpacked: list[int] = field(default_factory=list)

    def fact(self, position: int) -> tuple[Fact, int]:
        """The fact, and its bytes."""
        self.unpacked.append(position)
        return Unreadable(self.name), SIZE


def _table(room: int) -> tuple[FactTable, dict[str, Written]]:
    entries = {f"{number}.py": Written(f"{number}") for number in range(8)}
    return FactTable(entries, room), entries


@pytest.mark.parametrize("room", [0, SIZE, 3 * SIZE, 100 * SIZE])
def test_the_same_facts_come_out_whatever_room_there_is(room: int) -> None:
    table, entries = _table(room)
    for _ in range(3):
        found = {path: table.of_kind(path, Unreadable.kind) for path in entries}
        assert found == {path: (Unreadable(one.name),) for path, one in entries.items()}


def test_facts_are_unpacked_once_where_there_is_room() -> None:
    table, entries = _table(8 * SIZE)
    for path in (*entries, *entries):
        table.of_kind(path, Unreadable.kind)
    assert [len(one.unpacked) for one in entries.values()] == [1] * 8


def test_the_last_give_way_where_there_is_none() -> None:
    table, entries = _table(7 * SIZE)
    for path in entries:
        table.of_kind(path, Unreadable.kind)
    table.of_kind("7.py", Unreadable.kind)
    table.of_kind("0.py", Unreadable.kind)
    assert [len(entries[path].unpacked) for path in ("0.py", "7.py")] == [1, 2]
