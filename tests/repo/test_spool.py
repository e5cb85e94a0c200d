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
