"""Bytes that are put aside: in memory, in a file without a name, and where there can be no file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from auditor.repo.spool import Spool

ROWS = [b"one", b"", b"three" * 100, bytes(range(256)), b"last"]


@pytest.mark.parametrize("in_memory", [0, 4, 600, 1_000_000])
def test_what_was_put_aside_comes_back(in_memory: int) -> None:
    spool = Spool(in_memory)
    numbers = [spool.put(row) for row in ROWS]
    assert [spool.get(number) for number in reversed(numbers)] == ROWS[::-1]


def test_where_they_are_too_many_none_stays_in_memory() -> None:
    spool = Spool(len(ROWS[0]))
    for number, row in enumerate(ROWS):
        assert spool.put(row) == number
    assert spool._kept == {}
    assert [spool.get(number) for number in range(len(ROWS))] == ROWS


def test_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool(0)
    assert spool.get(spool.put(b"put aside")) == b"put aside"
    assert list(tmp_path.iterdir()) == []


def test_where_there_can_be_no_file_everything_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    spool = Spool(0)
    numbers = [spool.put(row) for row in ROWS]
    assert [spool.get(number) for number in numbers] == ROWS


def test_a_row_in_the_file_is_exchanged_and_one_in_memory_is_not() -> None:
    for in_memory, exchanged in ((0, True), (1_000_000, False)):
        spool = Spool(in_memory)
        numbers = [spool.put(row) for row in ROWS]
        assert spool.exchange(numbers[2], b"another") is exchanged
        last = spool.put(b"behind")
        expected = [*ROWS[:2], b"another" if exchanged else ROWS[2], *ROWS[3:], b"behind"]
        assert [spool.get(number) for number in (*numbers, last)] == expected


def test_an_exchange_that_fails_keeps_later_rows_out_of_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(0)
    first = spool.put(b"there")
    with monkeypatch.context() as full:
        full.setattr("os.pwrite", lambda *_: 0)
        assert not spool.exchange(first, b"another")
    assert not spool.exchange(first, b"another")
    numbers = [spool.put(row) for row in ROWS]
    assert spool._kept == {}
    assert [spool.get(number) for number in (first, *numbers)] == [b"there", *ROWS]


def test_exchanged_rows_fill_the_file_no_further_than_they_may() -> None:
    spool = Spool(0, on_disk=20)
    numbers = [spool.put(b"12345") for _ in range(2)]
    assert [spool.exchange(numbers[0], b"1234567"), spool.exchange(numbers[1], b"1234567")] == [True, False]
    assert spool.exchange(numbers[1], b"123")
    assert spool.get(spool.put(b"more than is left")) == b"more than is left"
    assert [spool.get(number) for number in numbers] == [b"1234567", b"123"]


def test_a_disk_that_is_full_is_written_to_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(0)
    first = spool.put(b"there")
    asked: list[bytes] = []

    def full(_file: int, row: bytes, _place: int) -> int:
        asked.append(row)
        raise OSError

    monkeypatch.setattr("os.pwrite", full)
    numbers = [spool.put(row) for row in ROWS]
    assert not spool.exchange(first, b"another")
    assert asked == ROWS[:1]
    assert [spool.get(number) for number in (first, *numbers)] == [b"there", *ROWS]
