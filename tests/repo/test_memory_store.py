"""The store in memory: what a store in a file does, without a file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.repo.memory_store import MemoryStore


def test_what_was_kept_is_there_and_nothing_else() -> None:
    store = MemoryStore(0.0)
    store.keep({b"a": b"1", b"b": b"2"})
    store.keep({b"a": b"3"})
    assert store.load([b"a", b"b", b"c"]) == {b"a": b"3", b"b": b"2"}


@given(st.lists(st.tuples(st.binary(max_size=2), st.binary(max_size=6)), max_size=30))
def test_it_never_holds_more_than_its_limit(entries: list[tuple[bytes, bytes]]) -> None:
    store = MemoryStore(0.0, limit=10)
    for key, value in entries:
        store.keep({key: value})
        assert store.load([key]) == {key: value}
        assert sum(map(len, store.load([one for one, _ in entries]).values())) <= 10
